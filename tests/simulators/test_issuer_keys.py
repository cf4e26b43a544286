# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The issuer's keys, signatures and names, against published examples and other implementations."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from cccd_reader.apdu import tlv
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.errors import Unsupported
from cccd_reader.lds.domain_parameters import parse_public_key
from cccd_simulators import der, ecdsa
from cccd_simulators.algorithms import Algorithm, Digest, Identifiers, KeyType, Parameters, Pss
from cccd_simulators.names import COMMON_NAME, COUNTRY, ORGANISATION, Name, NameForm
from cccd_simulators.signing_keys import CURVES, EcKey, RsaKey, SigningKey, signing_key
from tests.support.openssl import OpenSsl


def curve_named(name: str) -> Curve:
    return next(curve for curve in STANDARD_CURVES.values() if curve.name == name)


def numbers(signature: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(item.value, "big") for item in tlv.decode(tlv.expect(signature, 0x30)))


def test_signatures_are_those_of_the_rfcs_examples() -> None:
    """RFC 6979, A.2.3 (P-192, SHA-1, "sample") and A.2.5 (P-256, SHA-256, "sample")."""
    small = ecdsa.sign(curve_named("P-192"), 0x6FAB034934E4C0FC9AE67F5B5659A9D7D1FEFD187EE09FD4, b"sample", "sha1")
    assert numbers(small) == (
        0x98C6BD12B23EAF5E2A2045132086BE3EB8EBD62ABF6698FF,
        0x57A22B07DEA9530F8DE9471B1DC6624472E8E2844BC25B64,
    )
    private = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    assert numbers(ecdsa.sign(curve_named("P-256"), private, b"sample", "sha256")) == (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )


HASHES = {
    Digest.SHA1: hashes.SHA1(),
    Digest.SHA224: hashes.SHA224(),
    Digest.SHA256: hashes.SHA256(),
    Digest.SHA384: hashes.SHA384(),
    Digest.SHA512: hashes.SHA512(),
}
NATIVE = [kind for kind in CURVES if curve_named(kind).native is not None]


@pytest.mark.parametrize("kind", NATIVE)
def test_cryptography_verifies_signatures_with_every_hash(kind: KeyType) -> None:
    for digest in Digest:
        key = signing_key(b"seed", "label", Algorithm(kind, digest))
        assert isinstance(key, EcKey)
        native = key.curve.native
        assert native is not None
        public = ec.EllipticCurvePublicKey.from_encoded_point(native(), key.public_key)
        public.verify(key.sign(b"data"), b"data", ec.ECDSA(HASHES[digest]))


def test_only_three_curves_are_left_to_plain_arithmetic() -> None:
    assert set(CURVES) - set(NATIVE) == {
        KeyType.BRAINPOOL_P192R1,
        KeyType.BRAINPOOL_P224R1,
        KeyType.BRAINPOOL_P320R1,
    }


@pytest.mark.parametrize("kind", CURVES)
def test_keys_follow_from_seed_and_label(kind: KeyType) -> None:
    def private(seed: bytes, label: str) -> int:
        key = signing_key(seed, label, Algorithm(kind))
        assert isinstance(key, EcKey)
        assert 0 < key.private < key.curve.order
        return key.private

    assert private(b"seed", "one") == private(b"seed", "one")
    assert len({private(b"seed", "one"), private(b"seed", "two"), private(b"other", "one")}) == 3


@pytest.mark.parametrize("kind", CURVES)
def test_curves_are_written_as_openssl_writes_them(kind: KeyType, tmp_path: Path) -> None:
    """OpenSSL writes the seeds of the NIST curves, and has none of the brainpool curves."""
    names = {KeyType.P_192: "prime192v1", KeyType.P_224: "secp224r1", KeyType.P_256: "prime256v1"}
    names |= {KeyType.P_384: "secp384r1", KeyType.P_521: "secp521r1"}
    openssl, target = OpenSsl(tmp_path), tmp_path / "parameters"
    for form, parameters in (("explicit", Parameters.SEEDED), ("named_curve", Parameters.NAMED)):
        options = ("-name", names.get(kind, kind.value), "-param_enc", form, "-outform", "DER", "-out", str(target))
        assert openssl.run("ecparam", *options).returncode == 0
        info = signing_key(b"seed", "label", Algorithm(kind, parameters=parameters)).public_key_info
        algorithm = tlv.decode(tlv.expect(info, 0x30))[0]
        assert bytes(algorithm.children[1]) == target.read_bytes()


@pytest.mark.parametrize("kind", CURVES)
@pytest.mark.parametrize("parameters", Parameters)
def test_every_form_of_parameters_names_the_same_key(kind: KeyType, parameters: Parameters) -> None:
    key = signing_key(b"seed", "label", Algorithm(kind, parameters=parameters))
    assert isinstance(key, EcKey)
    group, point = parse_public_key(key.public_key_info)
    assert (group.name, group.encode(point)) == (kind.value, key.public_key)


def test_minimal_parameters_leave_out_what_they_may() -> None:
    sizes = {
        parameters: len(signing_key(b"seed", "label", Algorithm(KeyType.P_521, parameters=parameters)).public_key_info)
        for parameters in Parameters
    }
    named, explicit, seeded, minimal = sizes.values()
    assert named < minimal < explicit < seeded
    assert explicit - minimal == 3 + 1  # the cofactor, and the first octet of b
    assert seeded - explicit == 23


RSA = {
    KeyType.RSA_2048: (2048, 65537),
    KeyType.RSA_2048_E3: (2048, 3),
    KeyType.RSA_2048_E38129: (2048, 38129),
    KeyType.RSA_3072: (3072, 65537),
}


def test_rsa_keys_are_four_and_other() -> None:
    assert set(RSA) == {kind for kind in KeyType if kind.is_rsa}
    moduli = set()
    for kind, (bits, exponent) in RSA.items():
        key = signing_key(b"seed", "label", Algorithm(kind))
        assert isinstance(key, RsaKey)
        public = key.private.public_key().public_numbers()
        assert (public.n.bit_length(), public.e) == (bits, exponent)
        moduli.add(public.n)
    assert len(moduli) == len(RSA)


def test_openssl_finds_the_rsa_keys_sound(tmp_path: Path) -> None:
    folder = Path(str(der.__file__)).parent / "data"
    for kind in RSA:
        path = str(folder / f"demonstration-{kind}.der")
        done = OpenSsl(tmp_path).run("pkey", "-inform", "DER", "-in", path, "-check", "-noout")
        assert (done.returncode, done.stdout) == (0, "Key is valid\n")


def rsa_key_algorithm(algorithm: Algorithm) -> tuple[str, bytes | None]:
    info = x509.PublicKeyInfo.load(signing_key(b"seed", "label", algorithm).public_key_info)
    children = tlv.decode(tlv.expect(info["algorithm"].dump(), 0x30))
    return info["algorithm"]["algorithm"].native, bytes(children[1]) if len(children) > 1 else None


def test_rsa_keys_name_their_algorithm_in_three_ways() -> None:
    pss = Algorithm(KeyType.RSA_2048, Digest.SHA256, Pss(), Parameters.EXPLICIT)
    assert rsa_key_algorithm(Algorithm(KeyType.RSA_2048)) == ("rsa", b"\x05\x00")
    assert rsa_key_algorithm(Algorithm(KeyType.RSA_2048, parameters=Parameters.MINIMAL)) == ("rsa", None)
    assert rsa_key_algorithm(pss) == ("rsassa_pss", pss.pss_parameters)


@pytest.mark.parametrize("parameters", [Parameters.EXPLICIT, Parameters.SEEDED])
def test_some_forms_do_not_exist_for_rsa(parameters: Parameters) -> None:
    key: SigningKey = signing_key(b"seed", "label", Algorithm(KeyType.RSA_2048, parameters=parameters))
    with pytest.raises(Unsupported):
        key.public_key_info  # noqa: B018 -- the property raises


def test_pss_parameters_leave_out_the_defaults() -> None:
    assert Algorithm(KeyType.RSA_2048, Digest.SHA1, Pss()).pss_parameters == b"\x30\x00"
    given = x509.SignedDigestAlgorithm.load(
        Algorithm(KeyType.RSA_2048, Digest.SHA256, Pss(Digest.SHA1, 17)).signature_identifier
    )["parameters"].native
    assert given["hash_algorithm"]["algorithm"] == "sha256"
    assert given["mask_gen_algorithm"]["parameters"]["algorithm"] == "sha1"
    assert given["salt_length"] == 17


IDENTIFIERS = {
    Identifiers.STANDARD: ((0, 0), (0, 2)),
    Identifiers.WITH_NULL: ((2, 2), (2, 2)),
    Identifiers.WITHOUT_NULL: ((0, 0), (0, 0)),
}


@pytest.mark.parametrize("identifiers", IDENTIFIERS)
def test_null_stands_where_it_was_asked_for(identifiers: Identifiers) -> None:
    bare = Identifiers.WITHOUT_NULL
    for kind, expected in zip((KeyType.P_256, KeyType.RSA_2048), IDENTIFIERS[identifiers], strict=True):
        given, least = Algorithm(kind, identifiers=identifiers), Algorithm(kind, identifiers=bare)
        digest = len(given.digest_identifier) - len(least.digest_identifier)
        signature = len(given.signature_identifier) - len(least.signature_identifier)
        assert (digest, signature) == expected
        assert given.signer_info_identifier == given.signature_identifier


def test_a_signer_info_may_name_the_key_alone() -> None:
    for kind, expected in ((KeyType.P_256, "1.2.840.10045.2.1"), (KeyType.RSA_2048, "1.2.840.113549.1.1.1")):
        algorithm = Algorithm(kind, identifiers=Identifiers.OF_KEY)
        assert algorithm.signer_info_identifier.startswith(der.oid(expected), 2)
        assert algorithm.signature_identifier == Algorithm(kind).signature_identifier


NAME = Name(((COUNTRY, "VN"), (ORGANISATION, "Demonstration of  nobody"), (COMMON_NAME, "TEST name")))


@pytest.mark.parametrize("form", [form for form in NameForm if form is not NameForm.REVERSED])
def test_asn1crypto_takes_every_form_for_the_same_name(form: NameForm) -> None:
    parsed = x509.Name.load(bytes(NAME.written(form)), strict=True)
    assert parsed == x509.Name.load(bytes(NAME))
    assert (bytes(NAME.written(form)) == bytes(NAME)) == (form is NameForm.STANDARD)


def test_a_reversed_name_begins_with_its_end() -> None:
    parsed = x509.Name.load(bytes(NAME.written(NameForm.REVERSED)))
    assert list(parsed.native) == ["common_name", "organization_name", "country_name"]
    assert NAME.written(None) is NAME
