# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Is the chip the one that was issued, and not a copy: Active and Chip Authentication, chip authentication mapping."""

from __future__ import annotations

ACTIVE, AUTHENTICATION, MAPPING = "chip.aa", "chip.ca", "chip.cam"
