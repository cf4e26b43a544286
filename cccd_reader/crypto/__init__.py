# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Cipher suites, key derivation, domain parameters and signature verification (ICAO 9303-11, 9.6 to 9.8)."""
