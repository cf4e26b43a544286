# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd trust`: the kept trust store. Everything that makes something trusted passes through `trust add`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from cccd_reader.cli.failures import want_json
from cccd_reader.cli.language import language_option, spoken
from cccd_reader.cli.paths import TARGET
from cccd_reader.cli.times import moment
from cccd_reader.pki import ds_request, trust_export
from cccd_reader.pki.audit import Severity
from cccd_reader.pki.audit import audit as audit_store
from cccd_reader.pki.store_folder import StoreFolder, default_folder
from cccd_reader.pki.trust_additions import Addition, Question, Vouchers
from cccd_reader.pki.trust_additions import add as add_to
from cccd_reader.pki.trust_files import Material, gather
from cccd_reader.pki.trust_import import certificates_of
from cccd_reader.pki.trust_removal import find_anchor, without
from cccd_reader.pki.trust_store import Anchor, TrustStore, Untrusted
from cccd_reader.render import trust as render
from cccd_reader.render.labels import labelled
from cccd_reader.render.plain import Value, json_text, lines

_TEXT, _JSON = "text", "json"
_Command = TypeVar("_Command", bound=Callable[..., Any])
_PATH = click.Path(exists=True, path_type=Path)


def _store_option(command: _Command) -> _Command:
    text = "Work on this store instead of the user's."
    return click.option("--store", "folder", type=TARGET, default=default_folder, help=text)(command)


def _json_option(command: _Command) -> _Command:
    text = "Print one JSON object."
    return click.option("--json", "output", flag_value=_JSON, default=_TEXT, callback=_output, help=text)(command)


def _output(context: click.Context, _option: click.Parameter, value: str) -> str:
    if value == _JSON:
        want_json(context)
    return value


def _fingerprints(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> frozenset[bytes]:
    found = set()
    for value in values:
        digits = value.replace(":", "").replace(" ", "")
        try:
            fingerprint = bytes.fromhex(digits)
        except ValueError as error:
            raise click.BadParameter("a SHA-256 in hexadecimal is expected") from error
        if len(fingerprint) != 32:
            raise click.BadParameter("a SHA-256 has 64 hexadecimal digits")
        found.add(fingerprint)
    return frozenset(found)


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime:
    return moment(value)


@click.group()
def trust() -> None:
    """Keep the certificates of the authorities that sign documents.

    A certificate gets in under a master list that a root vouches for, under the signature of an anchor of its own
    country, or when a person confirms its fingerprint. The store lies in the user's data folder.
    """


@trust.command()
@click.argument("files", nargs=-1, required=True, type=_PATH)
@click.option("--root", "roots", multiple=True, type=_PATH, help="Believe master lists under this certificate alone.")
@click.option(
    "--fingerprint",
    "confirmed",
    multiple=True,
    callback=_fingerprints,
    metavar="HEX",
    help="Believe the certificate with this SHA-256, known from another source.",
)
@_store_option
@_json_option
@language_option
def add(
    files: tuple[Path, ...], roots: tuple[Path, ...], confirmed: frozenset[bytes], folder: Path, output: str
) -> None:
    """Add certificates, master lists and revocation lists.

    FILES are certificates (DER or PEM), master lists, revocation lists, LDIF files of the ICAO PKD, or folders of
    these. A newer list takes the place of an older one of the same country. Where nobody vouches for a certificate, its
    fingerprint is asked for. Nothing is added unless all of it may be.
    """
    kept = StoreFolder(folder)
    revision, store = kept.revision(), kept.load()
    material, given = gather(files), certificates_of(roots)
    _check_fingerprints(material, confirmed)
    at = datetime.now(UTC)
    addition = add_to(store, material, Vouchers(given, confirmed), at)
    believed = set(confirmed)
    while addition.questions:
        questions = {(each.certificate, each.purpose): each for each in addition.questions}
        believed |= {_confirmed(each, confirmed) for each in questions.values()}
        addition = add_to(store, material, Vouchers(given, frozenset(believed)), at)
    _check_taken(addition)
    kept.save(addition.store, revision)
    found = render.addition_lines(addition, spoken())
    _show("add", {"store": str(folder), **render.addition_node(addition)}, found, output)


def _check_fingerprints(material: Material, confirmed: frozenset[bytes]) -> None:
    """Raise `Untrusted` for a fingerprint of nothing: whoever gave it would believe that it was compared."""
    held = {each.fingerprint for each, _ in material.certificates}
    for each, _ in material.lists:
        held |= {certificate.fingerprint for certificate in (*each.certificates, *each.signed.certificates)}
    for fingerprint in sorted(confirmed - held):
        raise Untrusted(f"the files hold no certificate with the SHA-256 {fingerprint.hex()[:16]}")


def _confirmed(question: Question, given: frozenset[bytes]) -> bytes:
    """Ask a person for the digits that are not shown; raises `Untrusted` unless they are right."""
    fingerprint = question.certificate.fingerprint
    subject = question.certificate.subject.text
    if given:
        raise Untrusted(f"{question.source}: no fingerprint given is that of {subject}")
    click.echo("\n".join(render.question_lines(question, spoken())), err=True)
    try:
        typed = click.prompt(spoken().text("trust.prompt"), default="", show_default=False, err=True)
    except click.Abort as error:
        raise Untrusted(f"{question.source}: nobody vouches for {subject}") from error
    if typed.replace(":", "").replace(" ", "").lower() != fingerprint.hex()[-8:]:
        raise Untrusted(f"{question.source}: these are not the last digits of {subject}")
    return fingerprint


def _check_taken(addition: Addition) -> None:
    known = any(addition.store.anchor(each.certificate.fingerprint) for each in addition.judged)
    if not (known or addition.lists or addition.crls):
        reason = addition.refused[0].reason if addition.refused else "the files hold no authority's certificate"
        raise Untrusted(f"nothing was added: {reason}", "Give the CSCA certificate or a master list that holds it.")


@trust.command("list")
@click.option("--country", metavar="XX", help="Only the certificates of this country.")
@_store_option
@_json_option
@language_option
def list_(country: str | None, folder: Path, output: str) -> None:
    """List the certificates of the store, the master lists that they came from, and the revocation lists."""
    store = StoreFolder(folder).load()
    anchors = _of_country(store, country)
    found = render.store_lines(store, anchors, spoken())
    _show("list", {"store": str(folder), **render.store_node(store, anchors)}, found, output)


@trust.command()
@click.argument("fingerprint")
@_store_option
@_json_option
@language_option
def show(fingerprint: str, folder: Path, output: str) -> None:
    """Show one certificate of the store and on whose word it is there.

    FINGERPRINT is its SHA-256 or the first digits of it, at least eight.
    """
    node = render.anchor_details(find_anchor(StoreFolder(folder).load(), fingerprint))
    _show("show", node, lines(labelled(node, spoken())), output)


@trust.command()
@click.option("--at", callback=_moment, metavar="TIME", help="Judge at this time instead of now.")
@_store_option
@_json_option
@language_option
@click.pass_context
def audit(context: click.Context, at: datetime, folder: Path, output: str) -> None:
    """Look for broken links, weak keys, expiring certificates and old lists.

    Exits with 1 where there is a problem; warnings alone are no problem.
    """
    kept = StoreFolder(folder)
    findings = audit_store(kept.load(), at, strays=kept.strays())
    found = render.audit_lines(findings, spoken())
    _show("audit", {"store": str(folder), **render.audit_node(findings)}, found, output)
    if any(each.severity is Severity.PROBLEM for each in findings):
        context.exit(1)


@trust.command()
@click.argument("fingerprints", nargs=-1, required=True)
@_store_option
@_json_option
@language_option
def remove(fingerprints: tuple[str, ...], folder: Path, output: str) -> None:
    """Remove certificates, master lists or revocation lists.

    FINGERPRINTS are SHA-256 values or the first digits of them, at least eight. With a master list go the certificates
    that nothing else vouches for. A list that is added later may bring a removed certificate back.
    """
    kept = StoreFolder(folder)
    revision, before = kept.revision(), kept.known()
    after = without(before, fingerprints)
    kept.save(after, revision)
    gone = len(before.anchors) - len(after.anchors)
    node: dict[str, Value] = {"store": str(folder), "removed": gone, "anchors": len(after.anchors)}
    _show("remove", node, [spoken().text("trust.removed", count=gone, left=len(after.anchors))], output)


@trust.command()
@click.argument("target", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "form", type=click.Choice(["pem", "der"]), default="pem", help="One PEM file, or DER files.")
@click.option("--country", metavar="XX", help="Only the certificates of this country.")
@_store_option
@language_option
def export(target: Path, form: str, country: str | None, folder: Path) -> None:
    """Write the certificates to TARGET: a PEM file (- is standard output), or a folder of DER files."""
    anchors = _of_country(StoreFolder(folder).load(), country)
    if form == "der":
        trust_export.write_der(anchors, target)
    elif str(target) == "-":
        click.echo(trust_export.pem(anchors), nl=False)
    else:
        trust_export.write_pem(anchors, target)
    click.echo(spoken().text("trust.written", count=len(anchors)), err=True)


@trust.command()
@click.argument("source", type=_PATH)
@click.option("--output", "folder", type=TARGET, default=Path(), help="Write to this folder.")
@_json_option
@language_option
def request(source: Path, folder: Path, output: str) -> None:
    """Write what the issuing authority needs to vouch for a document signer.

    SOURCE is an EF.SOD file, or a folder of a chip's raw files that holds one. Written are the document signer's
    certificate and a JSON file about it; neither holds anything about the card's holder.
    """
    found = ds_request.signer_of(source)
    written = ds_request.write(found, folder)
    node: dict[str, Value] = {**ds_request.describe(found), "files": [str(path) for path in written]}
    _show("request", node, lines(labelled(node, spoken())), output)


def _of_country(store: TrustStore, country: str | None) -> list[Anchor]:
    return [each for each in store.anchors if country is None or each.ref.country == country.upper()]


def _show(command: str, node: dict[str, Value], text: list[str], output: str) -> None:
    if output == _JSON:
        click.echo(json_text({"schema": f"cccd-trust-{command}/1", **node}))
    else:
        click.echo("\n".join(text))
