# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Reading a document: the order of the steps and the evidence that they leave (ICAO 9303-11, 4.2)."""
