# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a counter types or scans: digits, QR lines, MRZ lines."""
