# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a person or a program sees of a value: text and JSON."""
