# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The signature of EF.SOD, judged once: what every check about it reads (ICAO 9303-11, 5.1, steps 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cccd_reader.apdu import tlv
from cccd_reader.apdu.status import describe
from cccd_reader.crypto.signatures import BadSignature, SignedPart
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection.reading import Evidence, FileRecord, StatusSource
from cccd_reader.inspection.results import Outcome, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.sod import LdsSecurityObject
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData, SignerInfo

MAX_OTHERS = 3  # each may cost the search for its issuer
_GOOD = 1


@dataclass(frozen=True)
class Verdict:
    """A reason and its words."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class SodSignature:
    """What EF.SOD says and how it is signed.

    `hashes` is the hash list, None where there is none to read. `signer` and `certificate` are those of the signature
    that was judged, None where none could be; `certificates` are all that came along, believed by nobody. `others` are
    further signers that are as good.
    """

    digest: Verdict
    signature: Verdict
    hashes: LdsSecurityObject | None = None
    signer: SignerInfo | None = None
    certificate: Certificate | None = None
    certificates: tuple[Certificate, ...] = ()
    others: tuple[SodSignature, ...] = ()


def judge(evidence: Evidence) -> SodSignature:
    """Return what EF.SOD is worth, apart from who issued its signer."""
    record = evidence.file(ef.SOD)
    if record is None or record.content is None:
        verdict = _unread(record)
        return SodSignature(verdict, verdict)
    try:
        signed, hashes = opened(record.content)
    except (MalformedData, Unsupported) as error:
        verdict = Verdict(Reason.SOD_MALFORMED, str(error))
        return SodSignature(verdict, verdict)
    return _judge_signers(hashes, signed)


def opened(sod: bytes) -> tuple[SignedData, LdsSecurityObject]:
    """Return the signed data of EF.SOD and the hash list in it; raises `MalformedData`. Nothing is verified.

    This is the one parser for what is signed and what is compared, so that the two cannot be different things.
    """
    signed = SignedData.parse(tlv.expect(sod, ef.SOD.tag, "EF.SOD"), "EF.SOD")
    return signed, LdsSecurityObject.parse(signed.content)


def _unread(record: FileRecord | None) -> Verdict:
    """Tell a chip that holds no EF.SOD from one that could not be read."""
    if record is None or record.status is None:
        return Verdict(Reason.SOD_NOT_READ, "" if record is None else record.problem or "")
    if record.status_source is StatusSource.UNPROTECTED:
        words = f"in its place came {describe(record.status)}, unprotected: it need not be the chip's answer"
        return Verdict(Reason.SOD_NOT_READ, words)
    reason = Reason.SOD_MISSING if record.is_absent else Reason.SOD_NOT_READ
    return Verdict(reason, f"the chip answers {describe(record.status)}")


def _judge_signers(hashes: LdsSecurityObject, signed: SignedData) -> SodSignature:
    """Judge every signer; one whose signature is wrong decides, else the first that is good."""
    judged = [_judge_signer(hashes, signed, signer) for signer in signed.signers]
    if not judged:
        verdict = Verdict(Reason.SIGNER_MISSING, "nobody signed it")
        return SodSignature(verdict, verdict, hashes, certificates=signed.certificates)
    first, *rest = sorted(judged, key=_telling)
    good = (each for each in rest if _telling(first) == _telling(each) == _GOOD)
    return replace(first, others=tuple(good)[:MAX_OTHERS])


def _telling(found: SodSignature) -> int:
    """Rank a judged signer: a failure before everything, then what passed whole, then what could not be judged."""
    outcomes = {found.digest.reason.outcome, found.signature.reason.outcome}
    if Outcome.FAILED in outcomes:
        return 0
    return _GOOD if outcomes == {Outcome.PASSED} else 2


def _judge_signer(hashes: LdsSecurityObject, signed: SignedData, signer: SignerInfo) -> SodSignature:
    candidates = signed.signer_certificates(signer)
    digest = _digest(signed, signer)
    if not candidates:
        return SodSignature(digest, _no_certificate(signed), hashes, signer, None, signed.certificates)
    verdicts = [(_signature(signed, signer, candidate), candidate) for candidate in candidates]
    signature, certificate = min(verdicts, key=lambda pair: pair[0].reason is not Reason.SIGNATURE_VALID)
    return SodSignature(digest, signature, hashes, signer, certificate, signed.certificates)


def _no_certificate(signed: SignedData) -> Verdict:
    if signed.malformed:
        return Verdict(Reason.SIGNER_CERTIFICATE_MALFORMED, signed.malformed[0])
    return Verdict(Reason.SIGNER_CERTIFICATE_MISSING, "EF.SOD does not carry the certificate of its signer")


def _digest(signed: SignedData, signer: SignerInfo) -> Verdict:
    if signer.attributes is None:
        return Verdict(Reason.SIGNED_DIRECTLY, "the signature covers the hash list itself")
    try:
        signer.check_digest(signed.content)
    except BadSignature as error:
        wrong_type = error.part is SignedPart.CONTENT_TYPE
        return Verdict(Reason.CONTENT_TYPE_MISMATCH if wrong_type else Reason.DIGEST_MISMATCH, str(error))
    except Unsupported as error:
        return Verdict(Reason.ALGORITHM_UNSUPPORTED, str(error))
    except MalformedData as error:
        return Verdict(Reason.SOD_MALFORMED, str(error))
    return Verdict(Reason.DIGEST_MATCHES, signer.digest)


def _signature(signed: SignedData, signer: SignerInfo, certificate: Certificate) -> Verdict:
    try:
        name = signer.signature_algorithm.name
    except Unsupported as error:
        return Verdict(Reason.ALGORITHM_UNSUPPORTED, str(error))
    except MalformedData as error:
        return Verdict(Reason.SOD_MALFORMED, str(error))
    try:
        signer.check_signature(signed.content, certificate)
    except BadSignature as error:
        return Verdict(Reason.SIGNATURE_INVALID, str(error))
    except Unsupported as error:
        return Verdict(Reason.ALGORITHM_UNSUPPORTED, str(error))
    except MalformedData as error:
        return Verdict(Reason.SIGNER_CERTIFICATE_MALFORMED, str(error))
    return Verdict(Reason.SIGNATURE_VALID, name)
