# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What several test modules share."""
