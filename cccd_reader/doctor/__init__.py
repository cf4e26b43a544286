# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is wrong with this machine's set-up, and the line that cures it: facts are gathered, then judged purely."""
