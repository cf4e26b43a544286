# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Trust stores, what was added to them and what an audit found, as JSON-like values and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cccd_reader.errors import MalformedData, Unsupported
from cccd_reader.messages.words import Words
from cccd_reader.pki.audit import AuditFinding, Severity
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.trust_additions import Addition, ListChange, Question
from cccd_reader.pki.trust_store import Acceptance, Anchor, ListRecord, Provenance, StoredCrl, TrustStore
from cccd_reader.render.plain import Value, visible

Node = dict[str, Value]


def anchor_node(anchor: Anchor) -> Node:
    """Return what a list of anchors tells about one."""
    return {
        **certificate_node(anchor.certificate),
        "acceptance": anchor.acceptance.value,
        "verified": anchor.acceptance.verified,
        "reason": anchor.reason or None,
        "source": anchor.source,
        "added": _time(anchor.added),
        "list_signer": anchor.list_signer or None,
    }


def anchor_details(anchor: Anchor) -> Node:
    """Return all that there is to tell about an anchor."""
    certificate = anchor.certificate
    usage = certificate.key_usage
    period = certificate.private_key_usage
    return {
        **anchor_node(anchor),
        "issuer": certificate.issuer.text,
        "serial": f"{certificate.serial:X}",
        "not_before": _time(certificate.not_before),
        "key": _key(certificate),
        "signature": _signature(certificate),
        "key_identifier": _hex(certificate.subject_key_identifier),
        "authority_key_identifier": _hex(certificate.authority_key_identifier),
        "key_usage": sorted(each.name.lower() for each in usage) if usage is not None else None,
        "private_key_usage": [_time(each) for each in period] if period else None,
        "document_types": list(certificate.document_types) if certificate.document_types is not None else None,
        "issuer_urls": list(certificate.issuer_urls),
        "crl_urls": list(certificate.crl_urls),
        "provenances": [_provenance_node(each) for each in anchor.provenances],
    }


def certificate_node(certificate: Certificate) -> Node:
    """Return what names a certificate."""
    return {
        "fingerprint": certificate.fingerprint.hex(),
        "country": certificate.country,
        "subject": certificate.subject.text,
        "not_after": _time(certificate.not_after),
    }


def store_node(store: TrustStore, anchors: Iterable[Anchor]) -> Node:
    """Return a store with those of its anchors that were asked for."""
    given = list(anchors)
    unverified = [anchor_node(each) for each in given if not each.acceptance.verified]
    return {
        "certificates": len(given),
        "verified": len(given) - len(unverified),
        "unverified": unverified,
        "anchors": [anchor_node(each) for each in given],
        "lists": [list_node(each) for each in store.lists],
        "crls": [crl_node(each) for each in store.crls],
    }


def addition_node(addition: Addition) -> Node:
    """Return what an addition did."""
    unverified: list[Value] = [
        {**certificate_node(each.certificate), "reason": each.reason, "source": each.source}
        for each in addition.judged
        if each.reason
    ]
    return {
        "certificates": len(addition.judged),
        "verified": len(addition.judged) - len(unverified),
        "unverified": unverified,
        "new": [anchor_node(each) for each in addition.new],
        "gone": [certificate_node(each.certificate) for each in addition.gone],
        "unchanged": len(addition.store.anchors) - len(addition.new),
        "lists": [_change_node(each) for each in addition.lists],
        "crls": [crl_node(each) for each in addition.crls],
        "refused": [{"source": each.source, "reason": each.reason} for each in addition.refused],
        "anchors": len(addition.store.anchors),
    }


def list_node(record: ListRecord) -> Node:
    """Return a master list that a store took anchors from."""
    return {
        "fingerprint": record.fingerprint.hex(),
        "country": record.country,
        "signer": record.signer,
        "signed": _time(record.signed),
        "root": _hex(record.root),
        "source": record.source,
        "added": _time(record.added),
    }


def crl_node(stored: StoredCrl) -> Node:
    """Return a revocation list that a store holds."""
    return {
        "fingerprint": stored.fingerprint.hex(),
        "issuer": stored.crl.issuer.text,
        "this_update": _time(stored.crl.this_update),
        "next_update": _time(stored.crl.next_update),
        "source": stored.source,
        "added": _time(stored.added),
    }


def audit_node(findings: Iterable[AuditFinding]) -> Node:
    """Return what an audit found."""
    given = list(findings)
    problems = sum(each.severity is Severity.PROBLEM for each in given)
    return {
        "problems": problems,
        "warnings": len(given) - problems,
        "findings": [_finding_node(each) for each in given],
    }


def addition_lines(addition: Addition, words: Words) -> list[str]:
    """Return what an addition did, for a person."""
    lines = [line for change in addition.lists for line in _change_lines(change, words)]
    unverified = [each for each in addition.judged if each.reason]
    lines.append(_counted(len(addition.judged), len(unverified), words))
    lines += [f"  {_named(each.certificate)}: {words.said(each.reason)}" for each in unverified]
    lines += [
        words.text("trust.refused", source=each.source, reason=words.said(each.reason)) for each in addition.refused
    ]
    lines += [words.text("trust.crl", issuer=each.crl.issuer.text) for each in addition.crls]
    counts = {"new": len(addition.new), "gone": len(addition.gone), "total": len(addition.store.anchors)}
    lines.append(words.text("trust.store", **counts))
    return [visible(line) for line in lines]


def store_lines(store: TrustStore, anchors: Iterable[Anchor], words: Words) -> list[str]:
    """Return the anchors, one a line, and the lists that they came from, for a person."""
    given = sorted(anchors, key=lambda each: (each.ref.country, each.certificate.not_after))
    said = {each: words.text(f"acceptance.{each.value}") for each in Acceptance}
    width = max(len(text) for text in said.values())
    lines = [
        f"{each.ref.country or '--':2}  {_day(each.certificate.not_after, words)}  {each.fingerprint.hex()[:16]}  "
        f"{said[each.acceptance]:{width}}  {each.certificate.subject.text}"
        + (f"  ({words.said(each.reason)})" if each.reason else "")
        for each in given
    ]
    lines += [
        words.text("trust.list", country=each.country, date=_day(each.signed, words), source=each.source)
        for each in store.lists
    ]
    lines += [
        words.text("trust.crl-until", issuer=each.crl.issuer.text, date=_day(each.crl.next_update, words))
        for each in store.crls
    ]
    lines.append(_counted(len(given), sum(not each.acceptance.verified for each in given), words))
    return [visible(line) for line in lines]


def audit_lines(findings: Iterable[AuditFinding], words: Words) -> list[str]:
    """Return what an audit found, one finding a line, for a person."""
    given = list(findings)
    problems = sum(each.severity is Severity.PROBLEM for each in given)
    lines = [
        f"{words.text(f'severity.{each.severity.value}')}: {words.text(f'audit.{each.kind.value}')}: "
        f"{each.fingerprint.hex()[:16]} {words.said(each.subject)}: {words.said(each.detail)}"
        for each in given
    ]
    count = words.text("trust.audit-count", problems=problems, warnings=len(given) - problems)
    return [visible(line) for line in (*lines, count)]


def question_lines(question: Question, words: Words) -> list[str]:
    """Return what a person must know to confirm a fingerprint; its last eight digits are left out on purpose."""
    certificate = question.certificate
    first, last = _day(certificate.not_before, words), _day(certificate.not_after, words)
    lines = [
        words.text("trust.question", source=question.source, purpose=words.said(question.purpose)),
        "  " + words.text("trust.question-subject", subject=certificate.subject.text),
        "  " + words.text("trust.question-valid", first=first, last=last),
        f"  SHA-256      {certificate.fingerprint.hex()[:-8]}........",
        words.text("trust.question-compare"),
    ]
    return [visible(line) for line in lines]


def _change_node(change: ListChange) -> Node:
    verified = sum(each.reason.verified for each in change.listed)
    return {
        **list_node(change.record),
        "status": change.status.value,
        "certificates": len(change.listed),
        "verified": verified,
        "unverified": len(change.listed) - verified,
        "compared_with": list_node(change.compared) if change.compared else None,
        "new": [certificate_node(each) for each in change.new],
        "gone": [certificate_node(each) for each in change.gone],
    }


def _change_lines(change: ListChange, words: Words) -> list[str]:
    record = change.record
    verified = sum(each.reason.verified for each in change.listed)
    about = {"source": record.source, "country": record.country, "date": _day(record.signed, words)}
    lines = [
        words.text("trust.change", **about, status=words.text(f"trust.status.{change.status.name.lower()}")),
        "  " + words.text("trust.signer", signer=record.signer, root=_hex(record.root) or "-"),
        "  " + words.text("trust.listed", total=len(change.listed), verified=verified),
    ]
    if change.compared:
        first, last = (_day(each, words) for each in _in_order(change.record.signed, change.compared.signed))
        counts = {"new": len(change.new), "gone": len(change.gone)}
        lines.append("  " + words.text("trust.difference", first=first, last=last, **counts))
        lines += [f"    {words.text('trust.new'):5} {_named(each)}" for each in change.new]
        lines += [f"    {words.text('trust.gone'):5} {_named(each)}" for each in change.gone]
    return lines


def _in_order(*moments: datetime | None) -> list[datetime | None]:
    return sorted(moments, key=lambda each: (each is None, each or datetime.max.replace(tzinfo=UTC)))


def _counted(total: int, unverified: int, words: Words) -> str:
    return words.text("trust.counted", total=total, verified=total - unverified, unverified=unverified)


def _provenance_node(provenance: Provenance) -> Node:
    return {
        "source": provenance.source,
        "added": _time(provenance.added),
        "acceptance": provenance.acceptance.value,
        "reason": provenance.reason or None,
        "list": list_node(provenance.master_list) if provenance.master_list else None,
    }


def _finding_node(finding: AuditFinding) -> Node:
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "detail": finding.detail,
        "fingerprint": finding.fingerprint.hex() or None,
        "country": finding.country or None,
    }


def _named(certificate: Certificate) -> str:
    return f"{certificate.country or '--'}  {certificate.fingerprint.hex()[:16]}  {certificate.subject.text}"


def _key(certificate: Certificate) -> str:
    try:
        return certificate.public_key.name
    except (Unsupported, MalformedData) as error:
        return str(error)


def _signature(certificate: Certificate) -> str:
    try:
        return certificate.signature_algorithm.name
    except (Unsupported, MalformedData) as error:
        return str(error)


def _hex(value: bytes | None) -> str | None:
    return value.hex() if value is not None else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _day(moment: datetime | None, words: Words) -> str:
    if moment is None:
        return words.text("trust.unknown-time")
    return words.value("date_of_issue", f"{moment:%Y-%m-%d}")
