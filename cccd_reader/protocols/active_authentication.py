# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Active Authentication: the chip signs a challenge with the key of EF.DG15 (ICAO 9303-11, 6.1).

`run` is the terminal's dialogue and judges nothing; `verify` judges what it brought, without a card. A good signature
proves that whoever answered holds the private key. It proves the document only as far as Passive Authentication
proves EF.DG15, and the moment only as far as nobody could foresee the challenge; to third parties it proves both as
long as they believe whoever chose the challenge. Run it before Chip Authentication, which changes the session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cccd_reader.apdu import commands
from cccd_reader.apdu.channel import Channel, Lengths
from cccd_reader.apdu.command import EXTENDED_LE, SHORT_LE, Response
from cccd_reader.apdu.secure_messaging import SecureChannel, max_response_data
from cccd_reader.apdu.status import Sw, describe
from cccd_reader.crypto import iso9796
from cccd_reader.crypto.entropy import SYSTEM, Entropy
from cccd_reader.crypto.signatures import BadSignature, EcKey, PublicKey, RsaKey, Scheme, SignatureAlgorithm
from cccd_reader.errors import CccdError, MalformedData, StatusError, Unsupported
from cccd_reader.lds import asn1
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.security_infos import ActiveAuthenticationInfo, SecurityInfos
from cccd_reader.pki.algorithms import parse_public_key, parse_signature_algorithm

CHALLENGE_SIZE = 8

_DIGESTS_BY_BITS = ((192, "sha1"), (224, "sha224"), (320, "sha256"), (384, "sha384"), (521, "sha512"))
"""The longest hash that is no longer than the key, up to so many bits of the field (ICAO 9303-11, 6.1.2.3)."""
_DIGESTS = tuple(digest for _, digest in _DIGESTS_BY_BITS)


@dataclass(frozen=True, repr=False)
class AaEvidence:
    """The challenge that was sent, and what the chip answered to it."""

    challenge: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"AaEvidence({len(self.signature)} bytes)"


def challenge(entropy: Entropy = SYSTEM) -> bytes:
    """Return eight unpredictable bytes, RND.IFD (ICAO 9303-11, 6.1.2.1)."""
    return entropy.octets(CHALLENGE_SIZE)


def run(channel: Channel, challenge: bytes, dg15: bytes = b"") -> AaEvidence:
    """Send the challenge, eight bytes, and return it with the chip's answer (ICAO 9303-11, 6.1.1, steps 1 and 2).

    `dg15`, the raw file, tells how long the answer will be; without it a short one is asked for first. Raises
    `StatusError` where the chip refuses, `MalformedData` where it answers nothing, and `ValueError` for a challenge of
    another length.
    """
    if len(challenge) != CHALLENGE_SIZE:
        raise ValueError("a challenge has eight bytes")
    response = Response(b"", Sw.WRONG_LENGTH)
    for ne in _expected_lengths(channel, _signature_size(dg15)):
        response = channel.send(commands.internal_authenticate(challenge, ne))
        if response.sw >> 8 == 0x6C:
            response = channel.send(commands.internal_authenticate(challenge, response.sw & 0xFF or SHORT_LE))
        if response.sw != Sw.WRONG_LENGTH:
            break
    if not response.ok:
        raise StatusError(f"INTERNAL AUTHENTICATE refused: {describe(response.sw)}", response.sw)
    if not response.data:
        raise MalformedData("an empty answer", "Active Authentication")
    return AaEvidence(challenge, response.data)


def verify(evidence: AaEvidence, dg15: bytes, infos: SecurityInfos | None) -> str:
    """Return the algorithm in words if the evidence holds under the key of EF.DG15 (ICAO 9303-11, 6.1.1, step 3).

    `dg15` is the raw file; `infos` are those of EF.DG14, None where there is none: they name the hash of ECDSA. Raises
    `BadSignature`, `Unsupported` where the algorithm cannot be judged, and `MalformedData` for a broken EF.DG15 and for
    a challenge that no terminal sends.
    """
    if len(evidence.challenge) != CHALLENGE_SIZE:
        raise MalformedData("a challenge has eight bytes", "Active Authentication evidence")
    key = _public_key(dg15)
    if isinstance(key, RsaKey):
        trailer = iso9796.verify(key, evidence.signature, evidence.challenge).trailer
        return f"{key.name}, ISO/IEC 9796-2 scheme 1 with {trailer.digest.upper().replace('SHA', 'SHA-')}"
    return _verify_ecdsa(key, evidence, infos)


def _verify_ecdsa(key: EcKey, evidence: AaEvidence, infos: SecurityInfos | None) -> str:
    """Try plain ECDSA, as the standard asks, and the DER form, which some documents have (ICAO 9303-11, 6.1.2.3)."""
    named = infos.of(ActiveAuthenticationInfo) if infos else ()
    for digest in _named_digests(named) if named else _usual_digests(key):
        for scheme, fits in ((Scheme.ECDSA_PLAIN, key.verify_plain), (Scheme.ECDSA, key.verify_der)):
            if fits(digest, evidence.challenge, evidence.signature):
                return f"{key.name}, {SignatureAlgorithm(scheme, digest).name}"
    raise BadSignature(f"the signature (ECDSA) is not one of this key ({key.name}) over the challenge")


def _named_digests(infos: tuple[ActiveAuthenticationInfo, ...]) -> list[str]:
    """Return the hashes that EF.DG14 names; raises `Unsupported` where it names none that can be judged."""
    digests: list[str] = []
    refusal: CccdError = Unsupported("a signature algorithm that is not ECDSA, for an EC key")
    for info in infos:
        try:
            identifier = asn1.encode_sequence(asn1.encode_object_identifier(info.signature_algorithm))
            algorithm = parse_signature_algorithm(identifier)
        except Unsupported as error:
            refusal = error
            continue
        if algorithm.scheme in (Scheme.ECDSA, Scheme.ECDSA_PLAIN):
            digests.append(algorithm.digest)
    if not digests:
        raise refusal
    return digests


def _usual_digests(key: EcKey) -> Iterator[str]:
    """Yield the hash that fits the key, then the others: what names none may use any, and no forger gains by it."""
    fitting = next(digest for bits, digest in _DIGESTS_BY_BITS if key.bits <= bits)
    yield fitting
    yield from (digest for digest in _DIGESTS if digest != fitting)


def _public_key(dg15: bytes) -> PublicKey:
    return parse_public_key(DataGroup15.parse(dg15).key.raw)


def _signature_size(dg15: bytes) -> int:
    """Return the bytes of the longest signature of this key, 0 where the file does not tell."""
    try:
        key = _public_key(dg15)
    except CccdError:
        return 0
    return key.size if isinstance(key, RsaKey) else 2 * key.curve.size + 9


def _expected_lengths(channel: Channel, size: int) -> tuple[int, ...]:
    """Return the Le to send, and the one to send if that is refused as a wrong length."""
    if channel.lengths is Lengths.SHORT:
        return (SHORT_LE,)  # what does not fit is announced by 61xx
    room = max_response_data(channel.suite) if isinstance(channel, SecureChannel) else SHORT_LE
    return (EXTENDED_LE, SHORT_LE) if size > room else (SHORT_LE, EXTENDED_LE)
