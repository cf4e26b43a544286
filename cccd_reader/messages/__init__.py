# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every sentence that a person reads about a check, by the stable code of its reason."""
