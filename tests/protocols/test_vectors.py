# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The worked examples of ICAO 9303-11 that are arithmetic and not dialogues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cccd_reader.access_keys import MrzKey
from cccd_reader.crypto.dh import STANDARD_GROUPS
from cccd_reader.crypto.ec import STANDARD_CURVES
from cccd_reader.crypto.point import Point
from cccd_reader.crypto.suites import AES_128, AES_192, AES_256, TDES, Purpose
from cccd_reader.protocols import pace_arithmetic as arithmetic
from cccd_reader.protocols.pace_options import PaceOption, make_option

_FOLDER = Path(__file__).parent.parent / "transcripts" / "vectors"


def _vector(name: str) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
    return vector


def _bytes(vector: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(vector[name])


def _point(row: dict[str, str]) -> Point:
    return Point(int(row["x"], 16), int(row["y"], 16))


def test_ecdh_generic_mapping() -> None:
    vector = _vector("pace_ecdh_gm")
    curve = STANDARD_CURVES[13]
    row = vector["mrz_information"]
    key = MrzKey(row["document_number"], row["date_of_birth"], row["date_of_expiry"])
    assert key.password == _bytes(vector, "key_seed")
    assert arithmetic.password_key(AES_128, key) == _bytes(vector, "k_pi")
    terminal, chip = (int(vector[f"{end}_mapping_private"], 16) for end in ("terminal", "chip"))
    shared = curve.power(curve.power(curve.generator, chip), terminal)
    assert shared == curve.power(curve.power(curve.generator, terminal), chip) == _point(vector["shared_secret_h"])
    mapped = arithmetic.map_generic(curve, _bytes(vector, "nonce_s"), shared)
    assert mapped == _point(vector["mapped_generator"])
    keys = arithmetic.session_keys(AES_128, _bytes(vector, "shared_secret_k"))
    assert (keys.ks_enc, keys.ks_mac) == (_bytes(vector, "ks_enc"), _bytes(vector, "ks_mac"))


def test_dh_generic_mapping() -> None:
    vector = _vector("pace_dh_gm")
    group = STANDARD_GROUPS[0]
    mapped = arithmetic.map_generic(group, _bytes(vector, "nonce_s"), int(vector["shared_secret_h"], 16))
    assert mapped == int(vector["mapped_generator"], 16)
    private, shared = int(vector["terminal_private"], 16), _bytes(vector, "shared_secret_k")
    public = group.power(mapped, private)
    assert public == group.decode(_bytes(vector, "terminal_public"))  # sent with a sign byte
    assert group.agree(group.decode(_bytes(vector, "chip_public")), private) == shared
    keys = arithmetic.session_keys(AES_128, shared)
    assert (keys.ks_enc, keys.ks_mac) == (_bytes(vector, "ks_enc"), _bytes(vector, "ks_mac"))
    option = make_option("0.4.0.127.0.7.2.2.4.1.2", group, 0)
    for token, public_key in (("token_pcd", "chip_public"), ("token_picc", "terminal_public")):
        covered = group.token_form(_bytes(vector, public_key))
        made = arithmetic.authentication_token(option, keys.ks_mac, covered)
        assert made == _bytes(vector, token)


def test_ecdh_integrated_mapping() -> None:
    vector = _vector("pace_ecdh_im")
    curve = STANDARD_CURVES[13]
    nonces = _bytes(vector, "nonce_s"), _bytes(vector, "nonce_t")
    value = arithmetic.pseudo_random(AES_128, *nonces, curve.field)
    assert value % curve.field == int(vector["pseudo_random"], 16)
    assert arithmetic.map_integrated(curve, AES_128, *nonces) == _point(vector["mapped_generator"])


def test_dh_integrated_mapping() -> None:
    vector = _vector("pace_dh_im")
    group = STANDARD_GROUPS[0]
    assert (group.field, group.g, group.order) == tuple(int(vector[name], 16) for name in ("p", "g", "q"))
    nonces = _bytes(vector, "nonce_s"), _bytes(vector, "nonce_t")
    assert arithmetic.pseudo_random(AES_128, *nonces, group.field) % group.field == int(
        vector["pseudo_random_mod_p"], 16
    )
    assert arithmetic.map_integrated(group, AES_128, *nonces) == int(vector["mapped_generator"], 16)


def test_key_derivation_of_bac() -> None:
    # ICAO 9303-11, appendix D.1: the keys are printed there with parity bits, which the cipher ignores
    seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
    expected = {Purpose.ENCRYPTION: "AB94FDECF2674FDFB9B391F85D7F76F2", Purpose.MAC: "7962D9ECE03D1ACD4C76089DCE131543"}
    for purpose, key in expected.items():
        derived = TDES.derive(seed, purpose)
        assert bytes(byte & 0xFE for byte in derived) == bytes(byte & 0xFE for byte in bytes.fromhex(key))


def test_longer_keys_come_from_the_longer_hash() -> None:
    assert len(AES_192.derive(b"k", Purpose.MAC)) == 24
    assert AES_256.derive(b"k", Purpose.MAC)[:24] == AES_192.derive(b"k", Purpose.MAC)
    assert AES_128.derive(b"k", Purpose.MAC) != AES_256.derive(b"k", Purpose.MAC)[:16]


@pytest.mark.parametrize("oid", ["0.4.0.127.0.7.2.2.4.6.2", "0.4.0.127.0.7.2.2.4.2.4"])
def test_tokens_cover_protocol_and_key(oid: str) -> None:
    option: PaceOption = make_option(oid, STANDARD_CURVES[13], 13)
    key = bytes(option.suite.key_size)
    public = STANDARD_CURVES[13].encode(STANDARD_CURVES[13].generator)
    token = arithmetic.authentication_token(option, key, public)
    assert len(token) == 8
    assert token != arithmetic.authentication_token(option, key, public[:-1] + b"\x00")
