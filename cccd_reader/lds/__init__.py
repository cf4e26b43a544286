# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The logical data structure: one module a file; `parse(bytes)` gives a frozen value (ICAO 9303-10)."""
