# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A counter: one customer after the other, each with a text, a card, a verdict, and a clean desk in the end."""
