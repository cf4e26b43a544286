# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A chip in software, for tests, demonstrations and training: `exchange(bytes) -> bytes`."""
