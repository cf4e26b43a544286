# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Access and authentication protocols: the arithmetic of either party and the terminal's dialogue (ICAO 9303-11)."""
