# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What things cost, as ratios within one run: `python -m bench`. Seconds here mean little, ratios travel."""
