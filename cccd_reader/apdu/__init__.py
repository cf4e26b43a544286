# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""APDUs, BER-TLV, the channel to a chip and secure messaging (ISO/IEC 7816-4; ICAO 9303-10 and -11)."""
