# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The tests of cccd-reader."""
