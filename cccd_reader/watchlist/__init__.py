# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Watch lists of a police station, off line: what is looked for stands in them as keyed hashes alone."""
