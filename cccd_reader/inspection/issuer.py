# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Who issued the signer: chain, validity, profile, revocation (ICAO 9303-12, 6 and 7; 9303-11, 5.1, steps 2 and 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from cccd_reader.inspection.results import Check, Outcome, Reason
from cccd_reader.inspection.signature import SodSignature
from cccd_reader.pki.certificate_rules import Finding, Rule, document_type
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.chain import ChainReason, ChainResult, build_chain
from cccd_reader.pki.revocation import RevocationStatus, revocations
from cccd_reader.pki.trust_store import TrustStore

SIGNATURE, VALIDITY, PROFILE, REVOCATION = (
    "issuer.signature",
    "issuer.validity",
    "issuer.profile",
    "issuer.revocation",
)
_CLAUSES = {
    SIGNATURE: "ICAO 9303-12, 6",
    VALIDITY: "ICAO 9303-12, 7.1 and 9",
    PROFILE: "ICAO 9303-12, 7.1",
    REVOCATION: "ICAO 9303-12, 7.2",
}

_CLOCK_TOLERANCE = timedelta(days=1)
"""How far a signing time may lie after the time of the check before this machine's clock is doubted."""

_CHAIN = {
    ChainReason.VERIFIED: Reason.CHAIN_VERIFIED,
    ChainReason.ISSUER_UNKNOWN: Reason.CSCA_UNKNOWN,
    ChainReason.SIGNATURE_WRONG: Reason.CHAIN_SIGNATURE_INVALID,
    ChainReason.ALGORITHM_UNSUPPORTED: Reason.ALGORITHM_UNSUPPORTED,
}
_VALIDITY = {
    Rule.EXPIRED: Reason.EXPIRED_AT_SIGNING,
    Rule.NOT_YET_VALID: Reason.NOT_YET_VALID_AT_SIGNING,
    Rule.KEY_USED_TOO_EARLY: Reason.KEY_USAGE_PERIOD,
    Rule.KEY_USED_TOO_LATE: Reason.KEY_USAGE_PERIOD,
}
_PROFILE = {
    Rule.USAGE_WRONG: Reason.KEY_USAGE_WRONG,
    Rule.COUNTRY_DIFFERS: Reason.ISSUER_COUNTRY_DIFFERS,
    Rule.NO_AUTHORITY: Reason.ISSUER_IS_NO_AUTHORITY,
    Rule.DOCUMENT_TYPE: Reason.DOCUMENT_TYPE_NOT_LISTED,
    Rule.EXTENSION_MALFORMED: Reason.EXTENSION_MALFORMED,
    Rule.CRITICAL_EXTENSION: Reason.CRITICAL_EXTENSION_UNKNOWN,
    Rule.USAGE_MISSING: Reason.KEY_USAGE_MISSING,
}
_REVOCATION = {
    RevocationStatus.NOT_REVOKED: Reason.NOT_REVOKED,
    RevocationStatus.REVOKED: Reason.REVOKED,
    RevocationStatus.NO_CRL: Reason.CRL_MISSING,
    RevocationStatus.CRL_TOO_OLD: Reason.CRL_TOO_OLD,
    RevocationStatus.CRL_NOT_YET_ISSUED: Reason.CRL_NOT_YET_ISSUED,
    RevocationStatus.CRL_SIGNATURE_WRONG: Reason.CRL_SIGNATURE_INVALID,
    RevocationStatus.CRL_ISSUER_UNKNOWN: Reason.CRL_ISSUER_UNKNOWN,
    RevocationStatus.CRL_UNSUPPORTED: Reason.CRL_UNSUPPORTED,
}
# Of several levels the worst is told: a revoked certificate before a missing list, and that before a fresh one.
_REVOCATION_ORDER = (
    RevocationStatus.REVOKED,
    RevocationStatus.CRL_SIGNATURE_WRONG,
    RevocationStatus.CRL_ISSUER_UNKNOWN,
    RevocationStatus.CRL_UNSUPPORTED,
    RevocationStatus.CRL_NOT_YET_ISSUED,
    RevocationStatus.CRL_TOO_OLD,
    RevocationStatus.NO_CRL,
    RevocationStatus.NOT_REVOKED,
)


def chosen(signature: SodSignature, trust: TrustStore, at: datetime) -> SodSignature:
    """Return the signer to judge: of several good ones the first that chains to an anchor.

    Each signed the whole hash list, so that the word of one whom an authority issued is enough.
    """
    several = (signature, *signature.others) if signature.others else ()
    anchored = (each for each in several if each.certificate and _chain(each, each.certificate, trust, at).anchor)
    return next(anchored, signature)


def checks(signature: SodSignature, trust: TrustStore, at: datetime, document_code: str) -> tuple[Check, ...]:
    """Return the four checks of the issuer. `at` is the time of the check; `document_code` is of the MRZ, or empty.

    What the certificates broke is judged at the time of signing that the SOD states; without one, at `at`.
    """
    if signature.certificate is None:
        reason = Reason.NO_SIGNER
        return tuple(Check(each, reason, "no signer to ask about", _CLAUSES[each]) for each in _CLAUSES)
    signed = _signing_time(signature)
    chain = _chain(signature, signature.certificate, trust, at)
    return (
        _signature(chain, trust),
        _validity(chain, signed, at),
        _profile(chain, document_code),
        _revocation(chain, trust, at),
    )


def _signing_time(signature: SodSignature) -> datetime | None:
    return signature.signer.signing_time if signature.signer else None


def _chain(signature: SodSignature, certificate: Certificate, trust: TrustStore, at: datetime) -> ChainResult:
    others = (*signature.certificates, *trust.others)
    return build_chain(certificate, trust, _signing_time(signature) or at, others)


def _check(name: str, reason: Reason, detail: str) -> Check:
    return Check(name, reason, detail, _CLAUSES[name])


def _signature(chain: ChainResult, trust: TrustStore) -> Check:
    if chain.anchor is not None:
        anchor = trust.anchor(chain.anchor.fingerprint)
        if anchor is not None and not anchor.acceptance.verified:
            detail = f"{chain.anchor.subject.text}: {anchor.reason or anchor.acceptance.value}"
            return _check(SIGNATURE, Reason.ANCHOR_UNVERIFIED, detail)
        return _check(SIGNATURE, Reason.CHAIN_VERIFIED, f"under {chain.anchor.subject.text}")
    detail = chain.missing.text if chain.missing else chain.detail
    return _check(SIGNATURE, _CHAIN[chain.reason], detail)


def _validity(chain: ChainResult, signed: datetime | None, at: datetime) -> Check:
    broken = [finding for finding in chain.findings if finding.rule in _VALIDITY]
    if signed is None:
        # When the signer's key was used is not known; that its certificates are valid now says enough, else nothing
        # does. When an authority's key was used, is known: when what it issued begins.
        outside = [finding for finding in broken if _VALIDITY[finding.rule] is not Reason.KEY_USAGE_PERIOD]
        issued = [each for each in broken if each not in outside and each.certificate != chain.certificate]
        if issued:
            return _check(VALIDITY, Reason.KEY_USAGE_PERIOD, _words(issued[0]))
        if outside:
            return _check(VALIDITY, Reason.SIGNING_TIME_UNKNOWN, _words(outside[0]))
        return _check(VALIDITY, Reason.VALID_AT_CHECK, "EF.SOD does not say when it was signed")
    if broken:
        return _check(VALIDITY, _VALIDITY[broken[0].rule], _words(broken[0]))
    if signed - at > _CLOCK_TOLERANCE:
        return _check(VALIDITY, Reason.SIGNED_IN_THE_FUTURE, f"signed on {signed.date()}, checked at {at.date()}")
    return _check(VALIDITY, Reason.VALID_AT_SIGNING, f"signed on {signed.date()}")


def _profile(chain: ChainResult, document_code: str) -> Check:
    found = [finding for finding in chain.findings if finding.rule in _PROFILE]
    if document_code:
        found += document_type(chain.certificate, document_code)
    reasons = sorted(found, key=lambda finding: _PROFILE[finding.rule].outcome is not Outcome.FAILED)
    if reasons:
        return _check(PROFILE, _PROFILE[reasons[0].rule], _words(reasons[0]))
    return _check(PROFILE, Reason.PROFILE_FITS, "")


def _revocation(chain: ChainResult, trust: TrustStore, at: datetime) -> Check:
    # The anchor is believed as such: a list of its own that is missing says nothing about it, one that revokes it does.
    *levels, top = revocations(chain.path, trust, at)
    if not levels or top.status is RevocationStatus.REVOKED:
        levels.append(top)
    worst = min(levels, key=lambda level: _REVOCATION_ORDER.index(level.status))
    if worst.status is RevocationStatus.NOT_REVOKED and chain.reason is not ChainReason.VERIFIED:
        # A list of the same name says nothing about a signer that its authority may never have issued.
        return _check(REVOCATION, Reason.CRL_ISSUER_UNKNOWN, "the signer chains to no authority whose list is at hand")
    return _check(REVOCATION, _REVOCATION[worst.status], f"{worst.certificate.subject.text}: {worst.detail}")


def _words(finding: Finding) -> str:
    return f"{finding.certificate.subject.text}: {finding.detail}"
