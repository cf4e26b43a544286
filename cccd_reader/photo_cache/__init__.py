# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Photos of accepted documents, kept sealed for some days, so that a returning holder's chip need not send it again.

Off unless somebody asks for it: a photo is biometric data, and keeping it needs a legal ground.
"""
