# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What readers and chips have shown together, remembered for the user, and what is known of some readers beforehand."""
