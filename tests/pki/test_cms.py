# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Signed data by the `openssl` command line in every form, and by hostile hands."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count, product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from cccd_reader.apdu import tlv
from cccd_reader.crypto.signatures import BadSignature, Scheme, SignedPart
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.sod import Sod
from cccd_reader.pki import cms
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData, SignerInfo
from cccd_simulators import der, personas
from cccd_simulators.issuer import Country
from tests.pki.openssl import OpenSsl
from tests.support.reference import reference_files

CONTENT = der.sequence(der.integer(0), der.octet_string(b"the hashes of the data groups"))


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    return OpenSsl(tmp_path)


def the_signer(signed: SignedData) -> SignerInfo:
    (signer,) = signed.signers
    return signer


def verify(signed: SignedData) -> None:
    """Verify every signer with the one certificate that it names."""
    assert signed.signers
    for signer in signed.signers:
        (certificate,) = signed.signer_certificates(signer)
        assert signer.identifies(certificate)
        signer.verify(signed.content, certificate)


def failure(signed: SignedData) -> SignedPart:
    with pytest.raises(BadSignature) as caught:
        verify(signed)
    return caught.value.part


# --- foreign signed data ----------------------------------------------------------------------------------------------

FORMS = {
    "attributes": (),
    "no attributes": ("-noattr",),
    "key identifier": ("-keyid",),
    "BER": ("-stream",),
    "BER, key identifier, no attributes": ("-stream", "-keyid", "-noattr"),
}
SIGNERS = {
    "RSA": (("rsa", 2048), ()),
    "RSA 1024": (("rsa", 1024), ()),
    "RSA-PSS": (("rsa", 2048), ("-keyopt", "rsa_padding_mode:pss")),
    "RSA-PSS, MGF SHA-1": (
        ("rsa", 2048),
        ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha1", "-keyopt", "rsa_pss_saltlen:7"),
    ),
    **{name: (("ec", name), ()) for name in ("P-224", "brainpoolP320r1", "brainpoolP384r1", "P-521")},
}


@pytest.mark.parametrize(
    "digest",
    ["sha1", "sha256", "sha512", *(pytest.param(name, marks=pytest.mark.slow) for name in ("sha224", "sha384"))],
)
@pytest.mark.parametrize("kind", SIGNERS)
def test_every_algorithm_and_form(openssl: OpenSsl, kind: str, digest: str) -> None:
    (family, parameter), key_options = SIGNERS[kind]
    key = openssl.rsa_key(int(parameter)) if family == "rsa" else openssl.ec_key(str(parameter))
    signer = openssl.self_signed(key)
    for name, form in FORMS.items():
        if "PSS" in kind and name not in ("attributes", "key identifier"):  # the command line cannot write it
            continue
        raw = openssl.sign_cms(CONTENT, signer, options=("-md", digest, *form, *key_options))
        assert raw.startswith(b"\x30\x80") == ("BER" in name)
        signed = SignedData.parse(raw)
        verify(signed)
        info = the_signer(signed)
        assert (signed.content_type, signed.content) == ("2.23.136.1.1.1", CONTENT)
        assert signed.certificates == (Certificate.parse(signer.certificate),)
        assert (info.key_identifier is not None) == ("key identifier" in name)
        assert (info.signing_time is None) == (info.attributes is None) == ("no attributes" in name)
        assert (info.digest, info.signature_algorithm.digest) == (digest, digest)
        assert (info.signature_algorithm.scheme is Scheme.RSA_PSS) == ("PSS" in kind)
        other = replace(signed, content=CONTENT[:-1] + b".")
        assert failure(other) == (SignedPart.SIGNATURE if "no attributes" in name else SignedPart.MESSAGE_DIGEST)


@pytest.mark.parametrize(
    "content_type", ["2.23.136.1.1.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1", "1.2.840.113549.1.7.1"]
)
def test_legacy_content_types(openssl: OpenSsl, content_type: str) -> None:
    signer = openssl.self_signed(openssl.ec_key("P-256"))
    signed = SignedData.parse(openssl.sign_cms(CONTENT, signer, options=("-econtent_type", content_type)))
    assert signed.content_type == content_type
    verify(signed)


def test_several_signers_and_certificates(openssl: OpenSsl) -> None:
    signers = [openssl.self_signed(openssl.ec_key(name), f"/CN={name}") for name in ("P-256", "brainpoolP224r1")]
    signers.append(openssl.self_signed(openssl.rsa_key(2048), "/CN=RSA"))
    extra = openssl.self_signed(openssl.ec_key("P-384"), "/CN=nobody")
    options = ("-certfile", str(extra.certificate_file))
    signed = SignedData.parse(openssl.sign_cms(CONTENT, *signers, options=options))
    assert len(signed.signers) == 3
    assert {each.raw for each in signed.certificates} == {each.certificate for each in [*signers, extra]}
    verify(signed)


def test_a_large_content_in_many_pieces(openssl: OpenSsl) -> None:
    content = bytes(range(256)) * 200
    raw = openssl.sign_cms(content, openssl.self_signed(openssl.ec_key("P-256")), options=("-stream",))
    assert b"\x24\x80\x04" in raw
    signed = SignedData.parse(raw)
    assert signed.content == content
    verify(signed)


def test_certificates_may_be_missing(openssl: OpenSsl) -> None:
    signer = openssl.self_signed(openssl.ec_key("P-256"))
    signed = SignedData.parse(openssl.sign_cms(CONTENT, signer, options=("-nocerts",)))
    info = the_signer(signed)
    assert (signed.certificates, signed.signer_certificates(info)) == ((), ())
    info.verify(signed.content, Certificate.parse(signer.certificate))


def test_the_signing_time_is_that_of_the_signer(openssl: OpenSsl) -> None:
    signer = openssl.self_signed(openssl.ec_key("P-256"))
    info = the_signer(SignedData.parse(openssl.sign_cms(CONTENT, signer)))
    certificate = Certificate.parse(signer.certificate)
    assert info.signing_time is not None
    assert certificate.not_before <= info.signing_time <= certificate.not_after


@pytest.mark.parametrize("persona", [entry.name for entry in personas.ENTRIES])
def test_every_signed_file_of_the_simulated_cards(persona: str) -> None:
    built = personas.build(persona)
    signed = [SignedData.parse(Sod.parse(built.application_files[ef.SOD.file_id].content).signed_data)]
    card_security = built.master_files.get(ef.CARD_SECURITY.file_id)
    signed += [SignedData.parse(card_security.content)] if card_security else []
    authority = Certificate.parse(Country.demonstration().csca_certificate)
    for each in signed:
        verify(each)
        each.certificates[0].verify(authority.public_key)
        assert the_signer(each).signing_time is not None


@pytest.mark.reference_data
@pytest.mark.parametrize("path", reference_files("lds/*/*011D.bin"), ids=lambda path: path.parent.name)
def test_security_objects_of_other_makers(path: Path) -> None:
    signed = SignedData.parse(Sod.parse(path.read_bytes()).signed_data)
    verify(signed)
    assert the_signer(signed).signature_algorithm.name == "RSA PKCS#1 v1.5 with SHA-256"
    authority = path.parent / "csca.der"
    if authority.exists():
        signed.certificates[0].verify(Certificate.parse(authority.read_bytes()).public_key)


@pytest.mark.reference_data
def test_the_german_master_list_and_the_authority_above_it(reference_data: Path) -> None:
    signed = SignedData.parse((reference_data / "master_lists" / "DE_ML_2026-05-28-08-28-45.ml").read_bytes())
    root = Certificate.parse((reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer").read_bytes())
    assert signed.content_type == "2.23.136.1.1.2"
    verify(signed)
    (signer,) = signed.signer_certificates(the_signer(signed))
    assert signer.extended_key_usage == ("2.23.136.1.1.3",)
    signer.verify(root.public_key)
    assert the_signer(signed).signing_time == datetime(2026, 5, 28, 6, 28, 45, tzinfo=UTC)


@pytest.mark.reference_data
def test_the_older_list_has_another_authority(reference_data: Path) -> None:
    signed = SignedData.parse((reference_data / "master_lists" / "DE_ML_2024-08-07-07-38-24.ml").read_bytes())
    root = Certificate.parse((reference_data / "csca" / "DE_ROOT_CA_CSCA07.cer").read_bytes())
    verify(signed)
    with pytest.raises(BadSignature):
        signed.certificates[0].verify(root.public_key)


# --- signed data piece by piece ---------------------------------------------------------------------------------------

SIGNED_AT = datetime(2022, 4, 19, 3, tzinfo=UTC)
SHA256, ECDSA = der.sequence(der.oid("2.16.840.1.101.3.4.2.1")), der.sequence(der.oid("1.2.840.10045.4.3.2"))
KEYS = {number: ec.derive_private_key(0xC0FFEE + number, ec.SECP256R1()) for number in (1, 2)}


def name(*attributes: tuple[int, str]) -> bytes:
    """A name of the types 2.5.4.x: 6 is the country, 3 the common name."""
    return der.sequence(
        *(der.set_of(der.sequence(der.oid(f"2.5.4.{arc}"), der.utf8_string(text))) for arc, text in attributes)
    )


NAME, RENAMED = name((6, "UT"), (3, "Signer One")), name((3, "SIGNER  ONE"), (6, "ut"))
LDS = "2.23.136.1.1.1"
TYPE, DIGEST, TIME = (der.oid(f"1.2.840.113549.1.9.{number}") for number in (3, 4, 5))


def attribute(kind: bytes, *values: bytes) -> bytes:
    return der.sequence(kind, der.set_of(*values))


def digest(content: bytes = CONTENT) -> bytes:
    return der.octet_string(hashlib.sha256(content).digest())


def sign(data: bytes, key: int = 1) -> bytes:
    return KEYS[key].sign(data, ec.ECDSA(hashes.SHA256()))


def attributes(content: bytes = CONTENT) -> list[bytes]:
    """Content type, signing time and hash, in the order of DER."""
    return [
        attribute(TYPE, der.oid(LDS)),
        attribute(TIME, der.time(SIGNED_AT)),
        attribute(DIGEST, digest(content)),
    ]


@cache
def certificate(subject: bytes = NAME, serial: int = 7, key: int = 1) -> bytes:
    """A certificate that its own key signs; the key identifier is the key's number."""
    info = KEYS[key].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    times = der.sequence(der.time(SIGNED_AT), der.time(SIGNED_AT))
    identifier = der.sequence(der.oid("2.5.29.14"), der.octet_string(der.octet_string(bytes([key]))))
    extensions = der.tagged(3, der.sequence(identifier))
    body = der.sequence(
        der.tagged(0, der.integer(2)), der.integer(serial), ECDSA, subject, times, subject, info, extensions
    )
    return der.sequence(body, ECDSA, der.bit_string(sign(body, key)))


def signer_info(signed: bytes | None, stored: bytes | None = None, identifier: bytes | None = None) -> bytes:
    """A signer over the bytes `signed`; `stored` are the attributes, as they stand in the structure."""
    return der.sequence(
        der.integer(1),
        identifier or der.sequence(NAME, der.integer(7)),
        SHA256,
        *([] if stored is None else [der.tagged(0, stored)]),
        ECDSA,
        der.octet_string(sign(CONTENT if signed is None else signed)),
    )


def signed_data(*signers: bytes, content: bytes = CONTENT, before: tuple[bytes, ...] | None = None) -> bytes:
    body = der.sequence(
        der.integer(3),
        der.set_of(SHA256),
        der.sequence(der.oid(LDS), der.tagged(0, der.octet_string(content))),
        *((der.tagged(0, certificate()),) if before is None else before),
        der.set_of(*signers),
    )
    return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.tagged(0, body))


def as_set(parts: list[bytes]) -> bytes:
    return tlv.encode(0x31, b"".join(parts))


def with_attributes(parts: list[bytes], signed: bytes | None = None, content: bytes = CONTENT) -> SignedData:
    """Signed data whose signer hashed the attributes as they stand, unless `signed` says otherwise."""
    stored = b"".join(parts)
    signer = signer_info(as_set(parts) if signed is None else signed, stored)
    return SignedData.parse(signed_data(signer, content=content))


def test_the_pieces_make_good_signed_data() -> None:
    verify(with_attributes(attributes()))
    assert the_signer(with_attributes(attributes())).signing_time == SIGNED_AT


def test_attributes_out_of_order_are_hashed_as_they_stand_or_sorted() -> None:
    parts = attributes()[::-1]
    assert as_set(parts) != der.set_of(*parts)
    verify(with_attributes(parts))
    verify(with_attributes(parts, der.set_of(*parts)))
    assert failure(with_attributes(parts, der.set_of(*parts[:2]))) is SignedPart.SIGNATURE


def test_attributes_in_ber_are_hashed_as_they_stand_or_in_der() -> None:
    parts = attributes()
    loose = [*parts[:2], b"\x30\x80" + DIGEST + b"\x31\x80" + digest() + bytes(4)]
    verify(with_attributes(loose))
    verify(with_attributes(loose, der.set_of(*parts)))


def test_attributes_signed_under_their_own_tag_are_not_accepted() -> None:
    parts = attributes()
    assert failure(with_attributes(parts, der.tagged(0, b"".join(parts)))) is SignedPart.SIGNATURE


def test_what_disagrees_is_named() -> None:
    parts = attributes()
    other_type = [attribute(TYPE, der.oid("1.2.840.113549.1.7.1")), *parts[1:]]
    assert failure(with_attributes(other_type)) is SignedPart.CONTENT_TYPE
    assert failure(with_attributes(attributes(b"other"))) is SignedPart.MESSAGE_DIGEST
    assert failure(with_attributes(parts, CONTENT)) is SignedPart.SIGNATURE
    assert failure(with_attributes(parts, content=CONTENT + b".")) is SignedPart.MESSAGE_DIGEST
    assert failure(SignedData.parse(signed_data(signer_info(b"other")))) is SignedPart.SIGNATURE
    verify(SignedData.parse(signed_data(signer_info(None))))


def test_signed_attributes_cannot_be_passed_off_as_a_content() -> None:
    """A signature over attributes would also fit a content of the same bytes that has none."""
    disguised = as_set(attributes())
    signed = SignedData.parse(signed_data(signer_info(disguised), content=disguised))
    assert failure(signed) is SignedPart.CONTENT_TYPE


@pytest.mark.parametrize(
    "parts",
    [
        [],
        attributes()[:2],
        attributes()[1:],
        [*attributes(), attributes()[2]],
        [attribute(TYPE), *attributes()[1:]],
        [attribute(TYPE, der.oid(LDS), der.oid("1.2.3")), *attributes()[1:]],
        [attribute(TYPE, der.integer(1)), *attributes()[1:]],
        [*attributes()[:2], attribute(DIGEST, der.integer(1))],
        [*attributes()[:2], attribute(DIGEST, *[digest()] * 2)],
        [attributes()[0], attribute(TIME, der.integer(1)), attributes()[2]],
        [*attributes(), der.sequence(TIME)],
        [*attributes(), der.sequence(der.oid("1.2.3"), der.sequence())],
        [*attributes(), der.set_of()],
        [*attributes(), der.sequence(der.integer(1), der.set_of())],
        [b"\x30\x05"],
    ],
    ids=count(),
)
def test_malformed_attributes(parts: list[bytes]) -> None:
    with pytest.raises(MalformedData, match="signed data"):
        with_attributes(parts)


def test_other_attributes_are_signed_and_kept_out_of_the_way() -> None:
    parts = [*attributes(), attribute(der.oid("1.2.840.113549.1.9.16.2.47"), der.sequence(), der.sequence())]
    verify(with_attributes(parts))
    unsigned = signer_info(as_set(attributes()), b"".join(attributes()))
    unsigned = tlv.encode(0x30, tlv.expect(unsigned, 0x30) + der.tagged(1, attribute(der.oid("1.2.3"), der.integer(1))))
    verify(SignedData.parse(signed_data(unsigned)))


# --- which certificate ------------------------------------------------------------------------------------------------


def candidates(identifier: bytes, *given: bytes) -> list[bytes]:
    raw = signed_data(signer_info(None, identifier=identifier), before=(der.tagged(0, b"".join(given)),))
    signed = SignedData.parse(raw)
    return [each.raw for each in signed.signer_certificates(the_signer(signed))]


def test_the_signer_is_found_by_issuer_and_serial_number() -> None:
    mine, same_serial = certificate(), certificate(name((6, "UT")), 7, 2)
    same_name = certificate(NAME, 8, 2)
    assert candidates(der.sequence(NAME, der.integer(7)), same_serial, same_name, mine) == [mine]
    assert candidates(der.sequence(RENAMED, der.integer(7)), same_serial, same_name, mine) == [mine]
    assert candidates(der.sequence(NAME, der.integer(9)), same_serial, mine) == []


def test_the_signer_is_found_by_key_identifier() -> None:
    mine, other = certificate(), certificate(NAME, 7, 2)
    assert candidates(der.tagged_primitive(0, b"\x01"), other, mine) == [mine]
    assert candidates(der.tagged_primitive(0, bytes(20)), other, mine) == []


def test_two_certificates_that_fit_are_both_candidates() -> None:
    one, other = certificate(), certificate(NAME, 7, 2)
    assert candidates(der.sequence(NAME, der.integer(7)), other, one) == [other, one]


def test_the_only_certificate_serves_where_the_signer_names_another() -> None:
    stranger = der.sequence(name((6, "XX")), der.integer(1))
    assert candidates(stranger, certificate()) == [certificate()]
    assert candidates(der.tagged_primitive(0, bytes(20)), certificate()) == [certificate()]
    signed = SignedData.parse(signed_data(signer_info(None, identifier=stranger)))
    assert not the_signer(signed).identifies(signed.certificates[0])
    the_signer(signed).verify(signed.content, signed.certificates[0])


def test_the_wrong_certificate_does_not_verify() -> None:
    other = Certificate.parse(certificate(NAME, 7, 2))
    signed = with_attributes(attributes())
    with pytest.raises(BadSignature):
        the_signer(signed).verify(signed.content, other)


# --- the container ----------------------------------------------------------------------------------------------------


def test_certificates_in_other_forms_and_revocation_lists() -> None:
    attribute_certificate, other_format = der.tagged(1, der.integer(1)), der.tagged(3, der.oid("1.2.3"))
    lists = der.tagged(1, der.sequence(der.integer(1)) + other_format)
    given = der.tagged(0, attribute_certificate + certificate() + other_format)
    signed = SignedData.parse(signed_data(signer_info(None), before=(given, lists)))
    assert [each.raw for each in signed.certificates] == [certificate()]
    assert signed.crls == (der.sequence(der.integer(1)),)
    assert SignedData.parse(signed_data(signer_info(None), before=(lists,))).crls == signed.crls


def test_a_certificate_that_is_none_does_not_hide_the_others() -> None:
    given = der.tagged(0, der.sequence() + certificate())
    signed = SignedData.parse(signed_data(signer_info(None), before=(given,)))
    assert [each.raw for each in signed.certificates] == [certificate()]
    assert signed.malformed == ("certificate: 3 elements are expected",)
    verify(signed)
    stranger = signer_info(None, identifier=der.sequence(NAME, der.integer(8)))
    assert SignedData.parse(signed_data(stranger)).signer_certificates(the_signer(signed)) != ()
    unknown = SignedData.parse(signed_data(stranger, before=(given,)))
    assert unknown.signer_certificates(unknown.signers[0]) == ()


def test_nobody_need_have_signed() -> None:
    assert SignedData.parse(signed_data()).signers == ()


GOOD = signed_data(signer_info(as_set(attributes()), b"".join(attributes())))
OID = der.oid("1.2.840.113549.1.7.2")
INNER = [bytes(part) for part in tlv.decode(tlv.expect(tlv.decode(tlv.expect(GOOD, 0x30))[1].value, 0x30))]


def body(*parts: bytes) -> bytes:
    return der.sequence(OID, der.tagged(0, der.sequence(*parts)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\x00",
        bytes(cms.MAX_BYTES + 1),
        b"\x30\x80" * 5000,
        der.sequence(OID),
        der.sequence(der.oid("1.2.840.113549.1.7.1"), der.tagged(0, der.octet_string(b""))),
        der.sequence(OID, der.tagged(1, der.sequence(*INNER))),
        der.sequence(OID, der.tagged(0, der.set_of(*INNER))),
        body(*INNER[:3]),
        body(*INNER[:4]),
        body(*INNER, b"\x05\x00"),
        body(*INNER[:3], der.tagged(1, b""), der.tagged(0, b""), INNER[4]),
        body(*INNER[:3], der.tagged(0, b""), der.tagged(0, b""), INNER[4]),
        body(*INNER[:3], der.tagged(2, b""), INNER[4]),
        body(*INNER[:2], der.sequence(der.oid(LDS)), *INNER[3:]),
        body(*INNER[:2], der.sequence(der.oid(LDS), der.tagged(0, b"")), *INNER[3:]),
        body(*INNER[:2], der.sequence(der.oid(LDS), der.tagged(0, CONTENT)), *INNER[3:]),
        body(*INNER[:2], der.sequence(der.oid(LDS), der.octet_string(CONTENT)), *INNER[3:]),
        body(*INNER[:3], der.tagged(0, certificate() * (cms.MAX_CERTIFICATES + 1)), INNER[4]),
        body(*INNER[:4], der.sequence()),
        signed_data(*[signer_info(None)] * (cms.MAX_SIGNERS + 1)),
        signed_data(der.sequence()),
        signed_data(der.set_of()),
        signed_data(signer_info(None, identifier=der.sequence(NAME))),
        signed_data(signer_info(None, identifier=der.sequence(NAME, der.octet_string(b"")))),
        signed_data(signer_info(None, identifier=der.sequence(der.integer(1), der.integer(1)))),
        signed_data(signer_info(None, identifier=der.tagged(0, der.octet_string(b"")))),
    ],
    ids=count(),
)
def test_what_is_no_signed_data(raw: bytes) -> None:
    with pytest.raises(MalformedData):
        SignedData.parse(raw)


def test_errors_are_named_after_the_file() -> None:
    with pytest.raises(MalformedData, match=r"^EF\.SOD: "):
        SignedData.parse(GOOD[:-1], "EF.SOD")


def test_unknown_algorithms_are_not_judged() -> None:
    md5, unknown = der.sequence(der.oid("1.2.840.113549.2.5")), der.sequence(der.oid("1.2.3.4"))
    info = the_signer(SignedData.parse(GOOD))
    mine = Certificate.parse(certificate())
    for strange in (replace(info, digest_identifier=md5), replace(info, signature_identifier=unknown)):
        with pytest.raises(Unsupported):
            strange.verify(CONTENT, mine)


def test_one_changed_bit_in_each_signed_part() -> None:
    signed = SignedData.parse(GOOD)
    info = the_signer(signed)
    assert info.attributes is not None
    for part in (CONTENT, b"".join(attributes()), info.signature):
        start = GOOD.index(part)
        for position in (start + len(part) - 2, start + len(part) - 1):
            changed = bytearray(GOOD)
            changed[position] ^= 1
            failure(SignedData.parse(bytes(changed)))


# --- hostile signed data ----------------------------------------------------------------------------------------------

SEEDS = [
    GOOD,
    signed_data(signer_info(None, identifier=der.tagged_primitive(0, b"\x01"))),
    signed_data(signer_info(None), before=(der.tagged(0, certificate() * 2), der.tagged(1, der.sequence()))),
    b"\x30\x80" + OID + b"\xa0\x80\x30\x80" + b"".join(INNER) + bytes(6),
]


def use(raw: bytes) -> None:
    """Parse and verify whatever can be."""
    try:
        signed = SignedData.parse(raw)
    except MalformedData:
        return
    assert repr(signed)
    for signer, certificate in product(signed.signers, signed.certificates):
        assert signer.signing_time is None or signer.signing_time.tzinfo is UTC
        try:
            signer.verify(signed.content, certificate)
        except (MalformedData, Unsupported, BadSignature):
            continue


@pytest.mark.parametrize("seed", SEEDS, ids=count())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_spoilt_signed_data(seed: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(seed) - 1))] = data.draw(st.integers(0, 255))
    use(bytes(spoilt))
    use(bytes(spoilt[: data.draw(st.integers(0, len(seed)))]))


@settings(max_examples=60, deadline=None)
@given(part=st.binary(max_size=60))
def test_any_bytes_in_any_part(part: bytes) -> None:
    use(part)
    use(body(part))
    use(body(*INNER[:3], der.tagged(0, part), INNER[4]))
    use(body(*INNER[:4], der.set_of(der.sequence(part))))
    use(signed_data(signer_info(None, stored=part)))
    use(signed_data(signer_info(None, identifier=der.sequence(part))))
