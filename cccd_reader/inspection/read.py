# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`read`: the only thing that talks to a card (the order of ICAO 9303-11, 4.2, on the Vietnamese way in).

    1. EF.CardAccess, before the application: by short identifier, then by SELECT 011C, then the constant of the
       Vietnamese card. The master file is never selected: that card answers 6D00.
    2. PACE with the keys given, BAC as the fall-back; every attempt on record.
    3. The application, under secure messaging.
    4. DG1, and DG13 of a Vietnamese card, since somebody waits for them; EF.COM and EF.SOD; then the other data groups
       that either lists: text first, then the chip's keys.
    5. Active Authentication, then Chip Authentication, whose new session goes on. Their evidence is only kept here.
    6. The photo, and last what is most likely refused: fingerprints.

A status word that comes bare in a session is nobody's: the chip's, the link's, or that of whoever sits between. It ends
the session, and the file is asked for in another; if it comes so again, that is the record, and no check fails by it.

How long blocks may be is proven by the first long answer, see `inspection/sizes.py`. A file that is refused, broken or
missing is a record in the `Reading`. A session that breaks is established again by
the way that had opened the chip, a bounded number of times; a data group goes on where it broke off. A card that is
taken off is waited for, where the card can be waited for: the steps begin anew, and what was read is kept as far as
the card that returns proves to be the same (`inspection/resume.py`). The steps themselves are in `inspection/visit.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cccd_reader.access_keys import AccessKey
from cccd_reader.apdu.capability import Pair, ReaderCapability
from cccd_reader.apdu.channel import Card, PlainChannel
from cccd_reader.errors import TransportError
from cccd_reader.inspection.access import Gate
from cccd_reader.inspection.contact import Contact
from cccd_reader.inspection.events import Finished
from cccd_reader.inspection.options import Patience, ReadOptions
from cccd_reader.inspection.reading import AccessRecord, Reading, SessionRecord
from cccd_reader.inspection.resume import wait_for_return
from cccd_reader.inspection.sizes import Sizes
from cccd_reader.inspection.visit import MAX_RENEWALS, Visit

__all__ = ["MAX_RENEWALS", "Patience", "ReadOptions", "read"]

_USUAL = ReadOptions()


def read(card: Card, access: AccessKey | Iterable[AccessKey], options: ReadOptions = _USUAL) -> Reading:
    """Open a chip with the key or keys given, in their order, and return everything it lets be read.

    Raises `AccessDenied` where no key opens it, `TransportError` where the link fails or the card does not come back in
    time, `CardChanged` where another card comes back, and `CardError` or `MalformedData` where the chip does not answer
    as the standard asks before access is granted.
    """
    keys = (access,) if isinstance(access, AccessKey) else tuple(access)
    started = options.clock()
    contact = _contact(card, options)
    visit = _visited(contact, keys, options)
    contact.sizes.remember()
    traffic = contact.plain.traffic
    session = SessionRecord(
        reader=_reader_name(card),
        atr=_atr(card),
        apdus=traffic.apdus,
        bytes_out=traffic.bytes_out,
        bytes_in=traffic.bytes_in,
        seconds=options.clock() - started,
        chip_seconds=traffic.seconds,
    )
    record = AccessRecord(tuple(contact.gate.attempts), contact.source, contact.renewals, contact.visits)
    options.on_event(Finished(session))
    return Reading(tuple(visit.records), record, session, visit.chip_mapping, tuple(visit.proofs))


def _visited(contact: Contact, keys: tuple[AccessKey, ...], options: ReadOptions) -> Visit:
    """Return the visit in which the card stayed until it was read; the visits before it end when it is lost."""
    while True:
        visit = Visit(contact, keys, options)
        try:
            visit.run()
        except TransportError as error:
            if contact.visits > options.patience.times:
                raise
            wait_for_return(contact.card, error, options.patience, options.on_event)
        else:
            return visit


def _contact(card: Card, options: ReadOptions) -> Contact:
    told = getattr(card, "capability", None) or ReaderCapability()
    sizes = Sizes(card, Pair(_reader_name(card), _atr(card), told), options)
    plain = PlainChannel(card, sizes.lengths, options.observer, options.clock)
    gate = Gate(plain, options.entropy, options.on_event)
    return Contact(card, plain, gate, sizes)


def _atr(card: Card) -> bytes:
    return bytes(getattr(card, "atr", b""))


def _reader_name(card: Card) -> str:
    """Return the name of the reader that holds the card, empty for cards that lie in none."""
    reader = getattr(card, "reader", "")
    return str(getattr(reader, "name", reader))
