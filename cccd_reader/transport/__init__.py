# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Ways to a chip. Each gives a card: anything with `exchange(command: bytes) -> bytes`."""
