# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""CSCA master lists: certificates of many countries, signed by one (ICAO 9303-12, 8)."""

from __future__ import annotations

from collections.abc import Iterable

from cccd_simulators import der
from cccd_simulators.cms_builder import Form, Signer, SignerId

CSCA_MASTER_LIST = "2.23.136.1.1.2"
MASTER_LIST_FORM = Form(signer_id=SignerId.KEY_IDENTIFIER)
"""As the published lists are signed."""


def master_list_content(certificates: Iterable[bytes]) -> bytes:
    """Return a CscaMasterList of version 0 in DER (ICAO 9303-12, 9)."""
    return der.sequence(der.integer(0), der.set_of(*certificates))


def sign_master_list(certificates: Iterable[bytes], signer: Signer, form: Form = MASTER_LIST_FORM) -> bytes:
    """Return the signed list of CSCA certificates in DER; `signer` is a country's `master_list_signer()`."""
    return signer.sign_content(CSCA_MASTER_LIST, master_list_content(certificates), form)
