# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Is the chip the one that was issued, and not a copy (ICAO 9303-11, 6 and 4.4.3.5).

A proof counts only for a key that is authenticated: its file is one that EF.SOD lists, EF.SOD is what its signer
signed, and the signer chains to an anchor. A copy of all files passes everything else; it fails here.
"""

from __future__ import annotations

from datetime import datetime

from cccd_reader.crypto.groups import AnyElement, AnyGroup
from cccd_reader.crypto.signatures import BadSignature
from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.inspection import consistency, issuer, signature
from cccd_reader.inspection.reading import Evidence, ProofKind, ProofOutcome, ProofRecord, Reading
from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.lds import files as ef
from cccd_reader.lds.domain_parameters import parse_public_key
from cccd_reader.lds.object_identifiers import PACE
from cccd_reader.lds.security_infos import ChipAuthenticationPublicKeyInfo, PaceInfo, SecurityInfos
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.trust_store import TrustStore
from cccd_reader.protocols import active_authentication, chip_authentication
from cccd_reader.protocols.active_authentication import AaEvidence
from cccd_reader.protocols.chip_authentication import CaEvidence
from cccd_reader.protocols.chip_authentication_options import MAX_KEYS, read_options
from cccd_reader.protocols.pace import ChipMapping
from cccd_reader.protocols.pace_arithmetic import is_chip_authentic

ACTIVE, AUTHENTICATION, MAPPING = "chip.aa", "chip.ca", "chip.cam"
_CLAUSES = {ACTIVE: "ICAO 9303-11, 6.1", AUTHENTICATION: "ICAO 9303-11, 6.2", MAPPING: "ICAO 9303-11, 4.4.3.5"}
_CAM = f"{PACE}.6."
_TRUSTED_KEY = ("sod.hash", "sod.signature", "issuer.signature", "issuer.validity", "issuer.profile")

_DISTRUSTED_IF_FAILED = ("issuer.revocation", "consistency.country")
_UNKNOWN = (Reason.NO_HASH_LIST, Reason.READING_BROKE, Reason.REFUSED_UNPROTECTED)
"""Why it is not known what a data group offers that was not read."""

Judged = tuple[Reason, str]


def checks(evidence: Evidence, files: tuple[Check, ...], trust: TrustStore, at: datetime) -> tuple[Check, ...]:
    """Return the three checks. `files` are those of passive authentication, which decide what a key is worth."""
    reasons = {check.id: check.reason for check in files}
    results = {
        ACTIVE: _proof(evidence, ProofKind.ACTIVE, 15, reasons),
        AUTHENTICATION: _proof(evidence, ProofKind.CHIP, 14, reasons),
        MAPPING: _mapping(evidence, reasons, trust, at),
    }
    return tuple(Check(name, reason, detail, _CLAUSES[name]) for name, (reason, detail) in results.items())


def holds(evidence: Evidence, record: ProofRecord) -> bool | None:
    """Tell if a proof holds under the key in its data group, None where that is not known.

    Whose key it is, is not asked. A chip that refused has not proven anything; of one that broke off nothing is known.
    """
    if record.outcome in (ProofOutcome.REFUSED, ProofOutcome.WRONG):
        return False
    if record.evidence is None:
        return None
    try:
        _verified(evidence, record)
    except BadSignature:
        return False
    except (Unsupported, MalformedData):
        return None
    return True


def is_of_one_key(group: AnyGroup, first: ChipMapping, second: ChipMapping) -> bool:
    """True where one static key stands behind two mappings in one group, whoever's it is (ICAO 9303-11, 4.4.3.5).

    Each mapping key is CA times the static key; so either one's, times the other's CA, is the same.
    """
    scalars = [int.from_bytes(each.data, "big") % group.order for each in (first, second)]
    keys = [group.decode(each.public_key) for each in (first, second)]
    return all(scalars) and group.power(keys[0], scalars[1]) == group.power(keys[1], scalars[0])


def _proof(evidence: Evidence, kind: ProofKind, group: int, reasons: dict[str, Reason]) -> Judged:
    record = evidence.proof(kind) if isinstance(evidence, Reading) else None
    if record is None:
        return _not_run(evidence, kind, group, reasons)
    if record.outcome is ProofOutcome.REFUSED:
        return Reason.CHIP_REFUSED_PROOF, record.detail
    if record.outcome is ProofOutcome.WRONG:
        return Reason.CHIP_PROOF_INVALID, record.detail
    if record.evidence is None:
        return Reason.CHIP_PROOF_BROKE, record.detail
    try:
        detail = _verified(evidence, record)
    except BadSignature as error:
        return Reason.CHIP_PROOF_INVALID, str(error)
    except (Unsupported, MalformedData) as error:
        return Reason.CHIP_PROOF_UNSUPPORTED, str(error)
    return _authenticated(detail, group, reasons)


def _authenticated(detail: str, group: int, reasons: dict[str, Reason]) -> Judged:
    needed = (*_TRUSTED_KEY, f"integrity.dg{group}")
    lacking = [name for name in needed if reasons[name].outcome is not Outcome.PASSED]
    lacking += [name for name in _DISTRUSTED_IF_FAILED if reasons[name].outcome is Outcome.FAILED]
    if lacking:
        return Reason.CHIP_KEY_UNAUTHENTICATED, f"{detail}; not passed: {', '.join(lacking)}"
    return Reason.CHIP_PROVEN, detail


def _not_run(evidence: Evidence, kind: ProofKind, group: int, reasons: dict[str, Reason]) -> Judged:
    """Nobody asked the chip; does the document offer it at all?"""
    of_key = reasons[f"integrity.dg{group}"]
    if of_key is Reason.NOT_ON_DOCUMENT:
        return Reason.CHIP_PROOF_NOT_OFFERED, ""
    if of_key in _UNKNOWN and evidence.content(ef.data_group(group)) is None:
        return of_key, f"whether DG{group} offers it is not known"
    content = evidence.content(ef.data_group(group))
    if content is not None and kind is ProofKind.CHIP and not _holds_key(evidence):
        return Reason.CHIP_PROOF_NOT_OFFERED, "DG14 holds no key for it"
    return Reason.CHIP_PROOF_NOT_RUN, f"DG{group} was not read" if content is None else ""


def _verified(evidence: Evidence, record: ProofRecord) -> str:
    if record.kind is ProofKind.ACTIVE and isinstance(record.evidence, AaEvidence):
        return active_authentication.verify(
            record.evidence, evidence.content(ef.data_group(15)) or b"", _infos_or_none(evidence)
        )
    if record.kind is not ProofKind.CHIP or not isinstance(record.evidence, CaEvidence):
        raise Unsupported("evidence of another kind")
    options, _ = read_options(evidence.security_infos(ef.data_group(14)))
    failure = BadSignature("DG14 holds no key for the protocol that was run")
    for option in options:  # several keys without ids share the protocol: any of them may be the chip's
        if (option.oid, option.key_id) == (record.evidence.oid, record.evidence.key_id):
            try:
                chip_authentication.verify(record.evidence, option)
            except BadSignature as error:
                failure = error
            else:
                return option.name
    raise failure


def _infos_or_none(evidence: Evidence) -> SecurityInfos | None:
    """Return what DG14 says of the hash of ECDSA; where it is malformed, which its own check tells, nothing."""
    try:
        return evidence.security_infos(ef.data_group(14))
    except MalformedData:
        return None


def _mapping(evidence: Evidence, reasons: dict[str, Reason], trust: TrustStore, at: datetime) -> Judged:
    mapping = evidence.chip_mapping if isinstance(evidence, Reading) else None
    if mapping is None:
        offered = _offers_mapping(evidence)
        return (Reason.CHIP_PROOF_NOT_RUN if offered else Reason.CHIP_PROOF_NOT_OFFERED), ""
    dg14, record = evidence.content(ef.data_group(14)), evidence.file(ef.CARD_SECURITY)
    content = record.content if record else None
    try:
        if dg14 is not None and _fits(mapping, dg14):
            return _authenticated("the static key is that of DG14", 14, reasons)
        if content is None:
            absent = record is None or record.is_absent
            reason = Reason.CHIP_PROOF_INVALID if absent else Reason.CHIP_PROOF_BROKE
            return reason, "no static key of DG14 fits, and EF.CardSecurity was not read"
        # one parser for what is signed and what is compared, so that the two cannot be different things
        signed = SignedData.parse(content, "EF.CardSecurity")
        if not _fits(mapping, signed.content):
            return Reason.CHIP_PROOF_INVALID, "no static key of DG14 or EF.CardSecurity fits"
        return _card_security(evidence, signed, trust, at)
    except BadSignature as error:
        return Reason.CHIP_PROOF_INVALID, str(error)
    except (MalformedData, Unsupported) as error:
        return Reason.CHIP_PROOF_UNSUPPORTED, str(error)


def _card_security(evidence: Evidence, signed: SignedData, trust: TrustStore, at: datetime) -> Judged:
    """Judge the signature of EF.CardSecurity, and its signer as that of EF.SOD (ICAO 9303-11, 9.2.11)."""
    for signer in signed.signers:
        for certificate in signed.signer_certificates(signer):
            signer.verify(signed.content, certificate)
            good = signature.Verdict(Reason.SIGNATURE_VALID)
            judged = signature.SodSignature(good, good, None, signer, certificate, signed.certificates)
            lacking = _lacking(evidence, judged, trust, at)
            if lacking:
                return Reason.CHIP_KEY_UNAUTHENTICATED, f"the signer of EF.CardSecurity: {lacking[0].detail}"
            return Reason.CHIP_PROVEN, "the static key is that of EF.CardSecurity"
    return Reason.CHIP_KEY_UNAUTHENTICATED, "the signer of EF.CardSecurity is not at hand"


def _lacking(evidence: Evidence, judged: signature.SodSignature, trust: TrustStore, at: datetime) -> list[Check]:
    """Return the checks of a signer for which its word about a key counts for nothing.

    No list may tell of its revocation, and DG1 may not be at hand; but a country that nobody knows speaks for none.
    """
    found = (*issuer.checks(judged, trust, at, ""), consistency.country(evidence, judged))
    bearable = {issuer.REVOCATION: Outcome.UNDETERMINED, consistency.COUNTRY: Outcome.NOT_PERFORMED}
    return [check for check in found if check.outcome not in (Outcome.PASSED, bearable.get(check.id))]


def _fits(mapping: ChipMapping, raw: bytes) -> bool:
    """True where one of the static keys in raw SecurityInfos is the one behind the chip's mapping key.

    Raises `Unsupported` for more keys than are looked at: to prove that each is in its group may take seconds.
    """
    try:
        infos = SecurityInfos.parse(raw).of(ChipAuthenticationPublicKeyInfo)
    except MalformedData:
        return False
    if len(infos) > MAX_KEYS:
        raise Unsupported(f"more than {MAX_KEYS} static keys")
    for info in infos:
        try:
            group, element = parse_public_key(info.public_key)
            if _holds(mapping, group, element):
                return True
        except (MalformedData, Unsupported):
            continue  # a key of another kind, or in another group than the mapping was
    return False


def _holds(mapping: ChipMapping, group: AnyGroup, element: AnyElement) -> bool:
    return is_chip_authentic(group, mapping.data, element, group.decode(mapping.public_key))


def _offers_mapping(evidence: Evidence) -> bool:
    for file in (ef.CARD_ACCESS, ef.data_group(14)):
        try:
            infos = evidence.security_infos(file).of(PaceInfo)
        except MalformedData:
            continue  # or it was not read
        if any(info.oid.startswith(_CAM) for info in infos):
            return True
    return False


def _holds_key(evidence: Evidence) -> bool:
    try:
        return bool(evidence.security_infos(ef.data_group(14)).of(ChipAuthenticationPublicKeyInfo))
    except MalformedData:
        return True  # what it offers cannot be read: not run, rather than not offered
