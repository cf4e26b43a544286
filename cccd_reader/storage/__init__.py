# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is kept on a disk: whole files only, for their owner alone."""
