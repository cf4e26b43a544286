# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Names, certificates, signed data, and the trust in them (ICAO 9303-12; RFC 5280; RFC 5652)."""
