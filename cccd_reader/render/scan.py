# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a scanner does, as JSON-like values and as lines for a person who sets it up. Numbers are masked."""

from __future__ import annotations

from cccd_reader.messages.words import Words
from cccd_reader.render.citizen import Node, repair_lines, repair_node
from cccd_reader.scanners.events import Event, Found, Lost, Scanned, Unreadable
from cccd_reader.scanners.places import Port
from cccd_reader.vietnam.personal_number import mask

_WIDTH = 20


def event_node(event: Event) -> Node:
    """Return one event: nothing of a holder but three digits at either end of a number."""
    if isinstance(event, Found):
        return {"event": "found", "port": event.port, "rate": event.rate}
    if isinstance(event, Lost):
        return {"event": "lost", "port": event.port, "message": str(event.error), "hint": event.error.hint}
    if isinstance(event, Unreadable):
        words: Node = {"message": str(event.error), "hint": event.error.hint}
        return {"event": "unreadable", "why": event.why.value, "next_rate": event.next_rate, **words}
    return {
        "event": "scanned",
        "kind": event.access.kind.value,
        "number": masked_number(event),
        "fields": None if event.access.qr is None else len(event.access.qr.fields),
        "repairs": [
            *({"kind": repair.value} for repair in event.repairs),
            *map(repair_node, event.access.repairs),
        ],
        "findings": [finding.value for finding in event.findings],
    }


def event_lines(event: Event, words: Words) -> list[str]:
    """Return one event for a person, and what to do next where something is wrong."""
    if isinstance(event, Found):
        code = "scan.found" if event.rate is None else "scan.found-rate"
        return [words.text(code, port=event.port, rate=event.rate)]
    if isinstance(event, Scanned):
        return _scanned_lines(event, words)
    message, hint = words.error(event.error)
    lines = [words.text("scan.lost", why=message) if isinstance(event, Lost) else f"✘ {message}"]
    if hint:
        lines.append(f"  → {hint}")
    if isinstance(event, Unreadable) and event.next_rate is not None:
        lines.append(f"  → {words.text('scan.next-rate', rate=event.next_rate)}")
    return lines


def masked_number(event: Scanned) -> str | None:
    """Return the personal number, else the document number of another document's zone, masked; None for six digits."""
    if event.number is not None:
        return event.number.masked
    return None if event.access.mrz is None else mask(event.access.mrz.document_number)


def port_line(port: Port, words: Words) -> str:
    """Return one port for a person: its name, and whether it is known to be a scanner's."""
    maker = words.text("scan.maker", name=port.vendor) if port.vendor else words.text("scan.no-maker")
    return f"{port.name:{_WIDTH}} {maker}"


def port_node(port: Port) -> Node:
    """Return one port; the USB ids in hexadecimal, None where it is no USB device."""
    ids = (port.vendor_id, port.product_id)
    usb = None if None in ids else f"{port.vendor_id:04x}:{port.product_id:04x}"
    return {"port": port.name, "usb": usb, "scanner": port.vendor, "description": port.description}


def _scanned_lines(event: Scanned, words: Words) -> list[str]:
    kind = words.text(f"show.kind.{event.access.kind.value}")
    qr = event.access.qr
    fields = "" if qr is None else words.text("scan.fields", count=len(qr.fields))
    number = masked_number(event) or ""
    repairs = [words.text(f"scan-repair.{repair.value}") for repair in event.repairs]
    findings = [words.text(f"qr.{finding.value}") for finding in event.findings]
    if qr is None:
        findings = [words.text("scan.digit", field=_field(finding.value, words)) for finding in event.findings]
    return [
        "  ".join(part for part in (f"✔ {kind}", number, fields) if part),
        *(f"  · {line}" for line in (*repairs, *repair_lines(event.access.repairs, words), *findings)),
    ]


def _field(name: str, words: Words) -> str:
    return words.field(name.replace(" ", "_"))
