# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every sentence that a person sees, in Vietnamese and in English, by the stable code of what it is about."""
