# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Active Authentication: every key and hash, terminal against chip, and the answers that must not pass."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Lengths, PlainChannel
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.secure_messaging import SecureChannel, SessionKeys
from cccd_reader.crypto.ec import STANDARD_CURVES, Curve
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.iso9796 import Trailer
from cccd_reader.crypto.signatures import BadSignature, Scheme
from cccd_reader.crypto.suites import AES_128, TDES, Suite
from cccd_reader.errors import MalformedData, StatusError, Unsupported
from cccd_reader.lds.domain_parameters import encode_algorithm
from cccd_reader.lds.object_identifiers import ACTIVE_AUTHENTICATION
from cccd_reader.lds.security_infos import ActiveAuthenticationInfo, SecurityInfos
from cccd_reader.protocols import active_authentication as aa
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_simulators import der, documents, personas
from cccd_simulators.chip import VirtualChip
from cccd_simulators.chip_authentication import EcSigner, RsaSigner
from cccd_simulators.persona import SHORT, ActiveAuthenticationKey, Limits, Persona

CHALLENGE = bytes.fromhex("0123456789ABCDEF")
RSA = documents.active_authentication_key()
RSA_FILE = documents.active_authentication_file(documents.active_authentication_public_key())
PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1"
DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")
PRIVATE = 0x1234567


def _keys(suite: Suite) -> SessionKeys:
    return SessionKeys(suite, bytes(range(suite.key_size)), bytes(range(1, suite.key_size + 1)), bytes(suite.block))


def _channel(key: ActiveAuthenticationKey | None, lengths: Lengths, suite: Suite = AES_128) -> SecureChannel:
    limits = SHORT if lengths is Lengths.SHORT else Limits()
    chip = VirtualChip(Persona("one", "", {}, (), limits=limits, active_authentication=key))
    chip.resume(_keys(suite))
    return SecureChannel(PlainChannel(chip, lengths), _keys(suite))


def _ec_file(curve: Curve) -> bytes:
    point = curve.encode(curve.power(curve.generator, PRIVATE))
    return documents.active_authentication_file(der.sequence(encode_algorithm(curve), der.bit_string(point)))


def _infos(*algorithms: str) -> SecurityInfos:
    infos = (ActiveAuthenticationInfo(ACTIVE_AUTHENTICATION, 1, algorithm) for algorithm in algorithms)
    return SecurityInfos.parse(der.set_of(*(bytes(info) for info in infos)))


def _evidence(key: ActiveAuthenticationKey) -> AaEvidence:
    return AaEvidence(CHALLENGE, key.sign(CHALLENGE, SYSTEM))


@pytest.mark.parametrize("lengths", Lengths)
@pytest.mark.parametrize("trailer", Trailer)
def test_rsa_under_every_trailer(trailer: Trailer, lengths: Lengths) -> None:
    evidence = aa.run(_channel(RsaSigner(RSA, trailer), lengths), CHALLENGE, RSA_FILE)
    assert evidence.challenge == CHALLENGE
    words = f"RSA 2048, ISO/IEC 9796-2 scheme 1 with SHA-{trailer.digest.removeprefix('sha')}"
    assert aa.verify(evidence, RSA_FILE, None) == words


def test_the_field_session_with_rsa_and_sha_256() -> None:
    path = Path(__file__).parent.parent / "transcripts" / "vectors" / "aa_rsa.json"
    vector = json.loads(path.read_text())
    session = vector["session_before"]
    keys = SessionKeys(TDES, *(bytes.fromhex(session[name]) for name in ("k_enc", "k_mac", "ssc")))
    dg15, challenge = bytes.fromhex(vector["dg15"]), bytes.fromhex(vector["rnd_ifd"])

    class Recorded:
        def exchange(self, command: bytes, /) -> bytes:
            assert command.hex().upper() == vector["apdus"][0]["command"]
            return bytes.fromhex(vector["apdus"][0]["response"])

    evidence = aa.run(SecureChannel(PlainChannel(Recorded(), Lengths.EXTENDED), keys), challenge, dg15)
    assert aa.verify(evidence, dg15, None) == "RSA 1792, ISO/IEC 9796-2 scheme 1 with SHA-256"


@pytest.mark.parametrize("scheme", [Scheme.ECDSA_PLAIN, Scheme.ECDSA])
@pytest.mark.parametrize("curve", STANDARD_CURVES.values(), ids=lambda curve: curve.name)
def test_ecdsa_on_every_curve_in_both_forms(curve: Curve, scheme: Scheme) -> None:
    dg15 = _ec_file(curve)
    for number, digest in enumerate(DIGESTS, 1):
        evidence = _evidence(EcSigner(curve, PRIVATE, digest, scheme))
        words = f"{curve.name}, {scheme.value} with SHA-{digest.removeprefix('sha')}"
        assert aa.verify(evidence, dg15, _infos(f"{PLAIN_ECDSA}.{number}")) == words
    with pytest.raises(BadSignature):
        aa.verify(replace(evidence, challenge=CHALLENGE[::-1]), dg15, _infos(f"{PLAIN_ECDSA}.5"))


@pytest.mark.parametrize("lengths", Lengths)
@pytest.mark.parametrize("scheme", [Scheme.ECDSA_PLAIN, Scheme.ECDSA])
def test_ecdsa_through_the_chip(scheme: Scheme, lengths: Lengths) -> None:
    curve = STANDARD_CURVES[18]
    evidence = aa.run(_channel(EcSigner(curve, PRIVATE, "sha512", scheme), lengths, TDES), CHALLENGE, _ec_file(curve))
    assert aa.verify(evidence, _ec_file(curve), None) == f"P-521, {scheme.value} with SHA-512"


@pytest.mark.parametrize(
    ("parameter_id", "digest"),
    [(8, "sha1"), (11, "sha224"), (13, "sha256"), (14, "sha256"), (15, "sha384"), (17, "sha512"), (18, "sha512")],
)
def test_without_an_info_the_hash_follows_from_the_key(parameter_id: int, digest: str) -> None:
    curve = STANDARD_CURVES[parameter_id]
    for infos in (None, _infos()):
        assert aa.verify(_evidence(EcSigner(curve, PRIVATE, digest)), _ec_file(curve), infos).endswith(digest[3:])


def test_without_an_info_another_hash_is_found_too() -> None:
    """No genuine document is called a forgery for a hash that it never had to name."""
    curve = STANDARD_CURVES[12]
    for digest in DIGESTS:
        words = aa.verify(_evidence(EcSigner(curve, PRIVATE, digest)), _ec_file(curve), None)
        assert words == f"P-256, plain ECDSA with SHA-{digest.removeprefix('sha')}"


def test_with_an_info_no_other_hash_counts() -> None:
    curve = STANDARD_CURVES[12]
    evidence = _evidence(EcSigner(curve, PRIVATE, "sha256"))
    with pytest.raises(BadSignature):
        aa.verify(evidence, _ec_file(curve), _infos(f"{PLAIN_ECDSA}.4"))
    assert aa.verify(evidence, _ec_file(curve), _infos(f"{PLAIN_ECDSA}.4", f"{PLAIN_ECDSA}.3", "1.2.3"))
    assert aa.verify(evidence, _ec_file(curve), _infos("1.2.840.10045.4.3.2"))  # ecdsa-with-SHA256, as some write it


@pytest.mark.parametrize("algorithm", [f"{PLAIN_ECDSA}.6", "1.2.3.4", "1.2.840.113549.1.1.11"])
def test_an_info_that_names_something_else_is_unsupported(algorithm: str) -> None:
    curve = STANDARD_CURVES[12]
    with pytest.raises(Unsupported):
        aa.verify(_evidence(EcSigner(curve, PRIVATE, "sha256")), _ec_file(curve), _infos(algorithm))


def test_the_info_does_not_touch_rsa() -> None:
    assert aa.verify(_evidence(RsaSigner(RSA)), RSA_FILE, _infos(f"{PLAIN_ECDSA}.3")).startswith("RSA 2048")


@dataclass
class Repeating:
    """A chip that signs the first challenge and shows that signature ever after."""

    signer: RsaSigner
    shown: list[bytes] = field(default_factory=list)

    def sign(self, challenge: bytes, entropy: Entropy, /) -> bytes:
        """Return the first signature."""
        self.shown.append(self.signer.sign(challenge, entropy))
        return self.shown[0]


def test_an_answer_to_an_earlier_challenge_does_not_pass() -> None:
    channel = _channel(Repeating(RsaSigner(RSA)), Lengths.EXTENDED)
    assert aa.verify(aa.run(channel, CHALLENGE, RSA_FILE), RSA_FILE, None)
    second = aa.run(channel, aa.challenge(), RSA_FILE)
    with pytest.raises(BadSignature):
        aa.verify(second, RSA_FILE, None)


def test_a_copy_with_a_key_of_its_own_does_not_pass() -> None:
    own = rsa.generate_private_key(65537, 2048)
    with pytest.raises(BadSignature):
        aa.verify(aa.run(_channel(RsaSigner(own), Lengths.EXTENDED), CHALLENGE, RSA_FILE), RSA_FILE, None)
    curve = STANDARD_CURVES[13]
    with pytest.raises(BadSignature):
        aa.verify(_evidence(EcSigner(curve, PRIVATE + 1, "sha256")), _ec_file(curve), None)
    with pytest.raises(BadSignature):
        aa.verify(_evidence(RsaSigner(RSA)), _ec_file(curve), None)


@pytest.mark.parametrize("scheme", [Scheme.ECDSA_PLAIN, Scheme.ECDSA])
def test_a_flipped_bit_does_not_pass(scheme: Scheme) -> None:
    curve = STANDARD_CURVES[12]
    good = _evidence(EcSigner(curve, PRIVATE, "sha256", scheme))
    for position in range(0, len(good.signature), 7):
        flipped = bytearray(good.signature)
        flipped[position] ^= 0x10
        with pytest.raises(BadSignature):
            aa.verify(replace(good, signature=bytes(flipped)), _ec_file(curve), _infos(f"{PLAIN_ECDSA}.3"))


def test_a_short_key_is_not_judged() -> None:
    numbers = der.sequence(der.integer((1 << 511) + 9), der.integer(65537))
    algorithm = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.null())
    dg15 = documents.active_authentication_file(der.sequence(algorithm, der.bit_string(numbers)))
    with pytest.raises(Unsupported, match="512"):
        aa.verify(AaEvidence(CHALLENGE, bytes(64)), dg15, None)


@given(st.binary(max_size=80), st.binary(max_size=200))
def test_no_garbage_passes(dg15: bytes, signature: bytes) -> None:
    evidence = AaEvidence(CHALLENGE, signature)
    with pytest.raises((MalformedData, Unsupported)):
        aa.verify(evidence, dg15, None)
    for file in (RSA_FILE, _ec_file(STANDARD_CURVES[12])):
        with pytest.raises(BadSignature):
            aa.verify(evidence, file, None)


@dataclass
class Answers:
    """A channel that answers from a list and keeps the Le that it was asked with."""

    responses: list[Response]
    lengths: Lengths = Lengths.EXTENDED
    asked: list[int] = field(default_factory=list)

    def send(self, command: Command) -> Response:
        """Answer with the next of the list."""
        self.asked.append(command.ne)
        return self.responses.pop(0)


SIGNED = Response(b"signature", 0x9000)


@pytest.mark.parametrize(
    ("answers", "dg15", "lengths", "asked"),
    [
        ([], RSA_FILE, Lengths.EXTENDED, [256]),  # unprotected, 256 bytes fit
        ([], RSA_FILE, Lengths.SHORT, [256]),
        ([], b"", Lengths.EXTENDED, [256]),
        ([0x6700], RSA_FILE, Lengths.EXTENDED, [256, 65536]),
        ([0x6C40], RSA_FILE, Lengths.SHORT, [256, 0x40]),
        ([0x6C00], RSA_FILE, Lengths.SHORT, [256, 256]),
        ([0x6700, 0x6C10], RSA_FILE, Lengths.EXTENDED, [256, 65536, 16]),
    ],
)
def test_expected_lengths(answers: list[int], dg15: bytes, lengths: Lengths, asked: list[int]) -> None:
    channel = Answers([*(Response(b"", sw) for sw in answers), SIGNED], lengths)
    assert aa.run(channel, CHALLENGE, dg15).signature == b"signature"
    assert channel.asked == asked


def test_a_long_answer_is_asked_for_with_an_extended_length_under_protection() -> None:
    seen: list[Command] = []

    class Refusing:
        def __init__(self, chip: VirtualChip) -> None:
            self.chip = chip

        def exchange(self, command: bytes, /) -> bytes:
            seen.append(Command.parse(command))
            return self.chip.exchange(command)

    chip = VirtualChip(Persona("one", "", {}, (), active_authentication=RsaSigner(RSA)))
    chip.resume(_keys(AES_128))
    channel = SecureChannel(PlainChannel(Refusing(chip), Lengths.EXTENDED), _keys(AES_128))
    assert len(aa.run(channel, CHALLENGE, RSA_FILE).signature) == 256
    assert [command.ne for command in seen] == [65536]


@pytest.mark.parametrize("sw", [0x6982, 0x6985, 0x6A88, 0x6D00, 0x6700, 0x6F00])
def test_a_refusal_is_told(sw: int) -> None:
    with pytest.raises(StatusError) as caught:
        aa.run(Answers([Response(b"", sw)] * 3), CHALLENGE, RSA_FILE)
    assert caught.value.sw == sw


def test_an_empty_answer_is_malformed() -> None:
    with pytest.raises(MalformedData):
        aa.run(Answers([Response(b"", 0x9000)]), CHALLENGE)


@pytest.mark.parametrize("challenge", [b"", bytes(7), bytes(9)])
def test_a_challenge_has_eight_bytes(challenge: bytes) -> None:
    with pytest.raises(ValueError, match="eight"):
        aa.run(Answers([SIGNED]), challenge)


@pytest.mark.parametrize("challenge", [b"", bytes(7), bytes(9)])
def test_a_signature_over_what_is_no_challenge_proves_nothing(challenge: bytes) -> None:
    key = EcSigner(STANDARD_CURVES[13], PRIVATE, "sha256")
    evidence = AaEvidence(challenge, key.sign(challenge, SYSTEM))
    with pytest.raises(MalformedData, match="eight bytes"):
        aa.verify(evidence, _ec_file(STANDARD_CURVES[13]), None)


def test_challenges_differ() -> None:
    assert len({aa.challenge() for _ in range(50)}) == 50
    assert len(aa.challenge()) == 8


def test_the_chip_signs_after_access_only() -> None:
    chip = VirtualChip(personas.cccd())
    chip.exchange(bytes(commands.select_application()))
    command = bytes(commands.internal_authenticate(CHALLENGE, 256))
    assert chip.exchange(command) == b"\x69\x82"
    chip.resume(_keys(AES_128))
    assert chip.exchange(command) == b"\x69\x82"  # the plain command has ended the session
    with pytest.raises(StatusError, match="6D00"):
        aa.run(_channel(None, Lengths.EXTENDED), CHALLENGE)
    channel = _channel(RsaSigner(RSA), Lengths.EXTENDED)
    assert channel.send(commands.internal_authenticate(bytes(7), 256)).sw == 0x6700
    assert channel.send(commands.internal_authenticate(bytes(8), 0)).sw == 0x6700


@pytest.mark.parametrize("name", ["cccd", "passport-bac"])
def test_the_personas_sign_with_the_key_of_their_file(name: str) -> None:
    persona = personas.build(name)
    chip = VirtualChip(persona)
    chip.resume(_keys(TDES))
    dg15 = persona.application_files[0x010F].content
    lengths = Lengths.EXTENDED if persona.limits.extended else Lengths.SHORT
    evidence = aa.run(SecureChannel(PlainChannel(chip, lengths), _keys(TDES)), aa.challenge(), dg15)
    assert aa.verify(evidence, dg15, None) == "RSA 2048, ISO/IEC 9796-2 scheme 1 with SHA-1"


def test_nothing_shows_a_key_or_an_answer() -> None:
    evidence = _evidence(RsaSigner(RSA))
    text = repr(evidence) + repr(RsaSigner(RSA)) + repr(EcSigner(STANDARD_CURVES[12], PRIVATE, "sha256"))
    assert str(PRIVATE) not in text
    assert evidence.signature.hex()[:16] not in text
    assert CHALLENGE.hex() not in text.lower()
