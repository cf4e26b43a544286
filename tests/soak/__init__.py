# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Many visits in one process: random chips, faults and disturbances, and what they leave behind."""
