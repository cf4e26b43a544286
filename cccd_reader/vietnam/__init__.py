# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The national profile of Vietnam: personal number, citizen record (DG13), QR line, validity, agreement."""
