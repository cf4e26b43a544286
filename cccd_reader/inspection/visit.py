# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One visit to a chip: from the moment that it lies on the reader until it was read, or was taken off.

What one visit leaves to the next stands in `contact`; what may be believed of it, `resume` tells.
"""

from __future__ import annotations

from collections.abc import Callable

from cccd_reader.access_keys import AccessKey, Can
from cccd_reader.apdu.channel import Channel, Lengths
from cccd_reader.apdu.files import FileReader
from cccd_reader.apdu.secure_messaging import SecureChannel, max_response_data
from cccd_reader.apdu.status import Sw
from cccd_reader.errors import (
    AccessDenied,
    CardChanged,
    CardError,
    CccdError,
    MalformedData,
    SecureMessagingError,
    StatusError,
    TransportError,
)
from cccd_reader.inspection import chip, proofs, read_order
from cccd_reader.inspection.access import Opening, Way, select_application
from cccd_reader.inspection.contact import Contact
from cccd_reader.inspection.events import FileRead, Progress, Step
from cccd_reader.inspection.known_files import Wanted
from cccd_reader.inspection.options import ReadOptions
from cccd_reader.inspection.reading import (
    ABSENT,
    REFUSED,
    CardAccessSource,
    Evidence,
    FileRecord,
    FileSource,
    ProofKind,
    ProofOutcome,
    ProofRecord,
    StatusSource,
)
from cccd_reader.lds import files as ef
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.protocols import active_authentication
from cccd_reader.protocols.pace import ChipMapping
from cccd_reader.protocols.pace_options import PaceOption, read_options

VIETNAMESE_CARD_ACCESS = bytes.fromhex(
    "3134300D060804007F0007020202020101300F060A04007F000702020302020201013012060A04007F0007020204020202010202010D"
)
"""EF.CardAccess of the Vietnamese card, for chips that hide it: PACE-ECDH-GM-AES-128 over brainpoolP256r1."""

MAX_RENEWALS = 12
"""Sessions that one reading may establish again."""
_TRIES = 2
"""At one place: the second failure there is the chip's, not the link's."""
_DECLINING = ABSENT | REFUSED | {Sw.INCORRECT_P1_P2, Sw.WRONG_P1_P2}
"""Status words about a file. Where one comes bare in a session, it is nobody's word: the session is over, no more."""


class Visit:
    """One visit in progress, and what it has brought so far."""

    def __init__(self, contact: Contact, keys: tuple[AccessKey, ...], options: ReadOptions) -> None:
        self.records: list[FileRecord] = []
        self.proofs: list[ProofRecord] = []
        self.chip_mapping: ChipMapping | None = None
        self._contact = contact
        self._kept = contact.kept
        self._keys = keys
        self._options = options
        self._channel: Channel = contact.plain
        self._broken = ""
        self._ended_at = ""
        """The file at which the session ended for good, so that what comes next needs another one."""
        self._hidden = 0
        """Bare refusals of EF.CardSecurity."""
        contact.visits += 1

    def run(self) -> None:
        """Carry out the steps of `read`. Raises `TransportError` where the card is lost, `CardChanged` for another."""
        self._start(self._open(*self._card_access()))  # steps 1 to 3
        early = self._text_first() if self._contact.visits == 1 else {}
        listing = [self._read_file(ef.COM), self._read_file(ef.SOD)]  # step 4
        self.records += listing
        com, sod = (record.content for record in listing)
        self._kept.anchor(sod)
        numbers = read_order.plan(com or b"", self._kept.hashes, self._options.data_groups)
        plan = [ef.data_group(number) for number in numbers]
        for record in early.values():
            self._kept.add(record)
        after = [ef.data_group(number) for number in numbers if read_order.is_after_the_proofs(number)]
        self.records += [early[file] if file in early else self._read_file(file) for file in plan if file not in after]
        # What nobody lists, and a person has seen by now, is judged with the rest.
        self.records += [each for file, each in early.items() if file not in plan and each.content is not None]
        self._prove()  # step 5
        self.records += [self._read_file(file) for file in after]

    def _text_first(self) -> dict[ElementaryFile, FileRecord]:
        """Read the text that every document has, and that of a Vietnamese card, before any list: a person waits for it.

        In a later visit EF.SOD comes first, since it tells whether this is the same card.
        """
        wanted = self._options.data_groups
        found: dict[ElementaryFile, FileRecord] = {}
        for number in (1, 13):
            file = ef.data_group(number)
            if wanted is None or number in wanted:
                found[file] = self._read_file(file)
            if number == 1 and not read_order.is_vietnamese(found.get(file)):
                break
        return found

    def _card_access(self) -> tuple[CardAccessSource, tuple[PaceOption, ...]]:
        record = self._read_plain(ef.CARD_ACCESS)
        self.records.append(record)
        if record.content is not None:
            return CardAccessSource.CHIP, read_options(SecurityInfos.parse(record.content))[0]
        if any(isinstance(key, Can) for key in self._keys):
            return CardAccessSource.CONSTANT, read_options(SecurityInfos.parse(VIETNAMESE_CARD_ACCESS))[0]
        return CardAccessSource.NONE, ()

    def _read_plain(self, file: ElementaryFile) -> FileRecord:
        """Read a file before access; what is neither there nor refused, but failed, is read once more."""
        self._options.on_event(Progress(Step.CARD_ACCESS, file.short))
        record = FileRecord(file, problem="")
        blocks = self._contact.sizes.plain_blocks()
        for _ in range(_TRIES):
            try:
                content = FileReader(self._contact.plain, blocks).read(file.file_id, file.sfi)
                SecurityInfos.parse(content)
                return FileRecord(file, content)
            except StatusError as error:
                record = FileRecord(file, status=error.sw)
                if error.sw in ABSENT | REFUSED:
                    break
            except MalformedData as error:
                record = FileRecord(file, problem=str(error))
        return record

    def _open(self, source: CardAccessSource, options: tuple[PaceOption, ...]) -> Opening:
        """Gain access: by any way at first, later by the way that had opened the chip before it was taken off.

        Where EF.CardAccess is another than the one by which that way was chosen, it is chosen anew: a forged one may
        have made it a weak way, and only the EF.CardAccess of the last visit is compared with DG14.
        """
        contact, told = self._contact, self.records[0].content
        try:
            if contact.way is not None and told in (None, contact.card_access):
                return self._open_again(contact.way)
            opening = contact.gate.open(self._keys, options)
        except (AccessDenied, StatusError) as error:
            if contact.way is None:
                raise
            raise CardChanged("the card that was laid back does not open as the card before") from error
        contact.way, contact.card_access, contact.source = opening.way, told, source
        return opening

    def _open_again(self, way: Way) -> Opening:
        contact = self._contact
        try:
            return contact.gate.go(way)
        except (CardError, MalformedData):  # a card that has just been laid down may still move
            contact.reset()
            return contact.gate.go(way)

    def _start(self, opening: Opening) -> None:
        """Begin the session; one that breaks at its first command is established once more."""
        try:
            self._secure(opening)
        except (SecureMessagingError, TransportError) as error:
            if not self._contact.doubted(error) and isinstance(error, TransportError):
                raise
            self._renew("application")
            if self._broken:
                raise

    def _secure(self, opening: Opening) -> None:
        plain, blocks = self._contact.plain, self._contact.sizes.blocks
        self._channel = channel = SecureChannel(plain, opening.keys)
        if channel.lengths is Lengths.SHORT:
            blocks.fit(max_response_data(channel.suite))
        self._map(opening)
        if opening.way.option is not None:  # BAC has selected the application already
            select_application(channel)

    def _map(self, opening: Opening) -> None:
        """Keep the evidence of chip authentication mapping. Raises `CardChanged` where two sessions have two keys.

        EF.CardSecurity, which is signed apart, is bound to the other files by nothing but the session.
        """
        before, self.chip_mapping = self.chip_mapping, opening.chip_mapping
        if opening.chip_mapping is None or opening.way.option is None:
            return
        if before is not None and not chip.is_of_one_key(opening.way.option.group, before, opening.chip_mapping):
            raise CardChanged("the chip that answers now is not the one that opened the session before")
        if any(record.file == ef.CARD_SECURITY for record in self.records):
            return
        try:  # it stands in the master file, which is left now
            self.records.append(self._once(ef.CARD_SECURITY))
        except SecureMessagingError as error:
            self._hidden += error.sw in _DECLINING
            if self._hidden == _TRIES:
                self.records.append(_refused_bare(ef.CARD_SECURITY, error))
            raise

    def _prove(self) -> None:
        """Ask the chip for every wanted proof that its files offer; Active Authentication first, in the old session."""
        contents = {record.file: record.content for record in self.records}
        dg14, dg15 = (contents.get(ef.data_group(number)) for number in (14, 15))
        wanted = self._options.proofs
        if dg15 is not None and ProofKind.ACTIVE in wanted:
            self._add(self._tried(lambda: self._active_proof(dg15), ProofKind.ACTIVE))
        if dg14 is not None and ProofKind.CHIP in wanted:
            record = self._tried(lambda: self._chip_proof(dg14), ProofKind.CHIP)
            if record.protocol:
                self._add(record)

    def _add(self, proof: ProofRecord) -> None:
        self._kept.compare(proof, Evidence(tuple(self.records)))
        self.proofs.append(proof)

    def _active_proof(self, dg15: bytes) -> ProofRecord:
        challenge = self._options.challenge or active_authentication.challenge(self._options.entropy)
        return proofs.active(self._channel, challenge, dg15)

    def _chip_proof(self, dg14: bytes) -> ProofRecord:
        proven = proofs.chip(self._contact.plain, self._channel, dg14, self._options.entropy)
        if proven.keys is not None:
            self._channel = SecureChannel(self._contact.plain, proven.keys)
        return proven.record

    def _tried(self, run: Callable[[], ProofRecord], kind: ProofKind) -> ProofRecord:
        """Run one proof; a session that breaks at it is renewed, and it is run again until it fails the same way twice.

        One wrong answer alone may be the link's fault; and one of the link's must not hide what is wrong.
        """
        self._go_on()
        record = ProofRecord(kind, kind.value, ProofOutcome.BROKE, self._broken)
        failures: list[ProofOutcome] = []
        while not self._broken and len(set(failures)) == len(failures):
            self._options.on_event(Progress(Step.PROOF, kind.value.upper()))
            try:
                return run()
            except SecureMessagingError as error:
                failures.append(_failure(error))
                outcome = failures[-1] if failures.count(failures[-1]) > 1 else ProofOutcome.BROKE
                record = ProofRecord(kind, kind.value, outcome, str(error))
                self._renew(kind.value.upper())
        return record

    def _read_file(self, file: ElementaryFile) -> FileRecord:
        before = self._kept.whole(file)
        if before is not None:
            return FileRecord(file, before)
        record = self._known(file) or self._read_anew(file)
        if record.source is FileSource.READ:
            self._kept.add(record)
        if record.content is not None:
            self._options.on_event(FileRead(file, record.content))
        return record

    def _known(self, file: ElementaryFile) -> FileRecord | None:
        """Return a kept copy of the photo by the hash that this chip's EF.SOD lists, None where there is none."""
        hashes, ask = self._kept.hashes, self._options.known_files
        if ask is None or hashes is None or file.number not in read_order.PICTURES:
            return None
        content = ask(Wanted(file, hashes, Evidence(tuple(self.records)), tuple(self.proofs)))
        if content is None or not self._kept.vouches_for(file, content):
            return None
        return FileRecord(file, content, source=FileSource.KEPT)

    def _read_anew(self, file: ElementaryFile) -> FileRecord:
        """Read a file; where the session breaks, it is renewed, unless it has broken at this place before.

        So a bare refusal is believed of nobody: the file is asked for once more, in a new session.
        """
        self._go_on()
        problem, place, tries, ask = self._broken, -1, 0, self._once
        while not self._broken and tries < _TRIES:
            try:
                return ask(file)
            except SecureMessagingError as error:
                problem, declined = str(error), error.sw in _DECLINING
                here = len(self._kept.beginning(file))
                tries, place = tries if here == place else 0, here
                tries += not self._contact.refused(error.sw)
                if tries == _TRIES and declined:
                    self._ended_at = file.short
                    return _refused_bare(file, error)
                if tries == _TRIES and self._contact.doubted(error):
                    tries = 0
                ask = self._by_name if declined and not here else self._once
            except TransportError as error:
                if not self._contact.doubted(error):
                    raise
                problem = str(error)
            self._renew(file.short)
        return FileRecord(file, problem=problem)

    def _once(self, file: ElementaryFile) -> FileRecord:
        """Read one file in this session. Raises `SecureMessagingError` where the session breaks."""
        beginning = self._kept.beginning(file)
        reader = self._reader(file)
        try:
            record = FileRecord(file, reader.read(file.file_id, file.sfi, beginning))
        except StatusError as error:
            record = FileRecord(file, status=error.sw)
        except MalformedData as error:
            record = FileRecord(file, problem=str(error))
        except (SecureMessagingError, TransportError):
            self._kept.break_off(file, reader.received)
            raise
        if beginning and not self._kept.vouches_for(file, record.content or b""):
            self._kept.break_off(file, b"")  # the two parts do not make one file: all of it from this session
            return self._once(file)
        return record

    def _by_name(self, file: ElementaryFile) -> FileRecord:
        """Read one file by its file identifier: the bare refusal may have meant that the chip knows no short ones.

        After the second such file that is how they are read.
        """
        blocks = self._contact.sizes.blocks
        known, blocks.by_identifier = blocks.by_identifier, False
        try:
            record = self._once(file)
        finally:
            blocks.by_identifier = known
        self._contact.by_name += known and record.content is not None
        blocks.by_identifier = known and self._contact.by_name < _TRIES
        return record

    def _reader(self, file: ElementaryFile) -> FileReader:
        def report(done: int, total: int) -> None:
            self._options.on_event(Progress(Step.FILE, file.short, done, total))

        report(0, 0)
        return FileReader(self._channel, self._contact.sizes.blocks, report)

    def _go_on(self) -> None:
        """Establish the session again where it has ended for good, now that there is a use for it."""
        subject, self._ended_at = self._ended_at, ""
        if subject:
            self._renew(subject)

    def _renew(self, subject: str) -> None:
        """Establish the session again, the way that had opened the chip. What fails here fails every later file."""
        contact, before = self._contact, len(self.records)
        contact.renewals += 1
        self._options.on_event(Progress(Step.RENEWAL, subject))
        if contact.renewals > MAX_RENEWALS or contact.way is None:
            self._broken = f"the session broke more than {MAX_RENEWALS} times"
            return
        try:
            contact.reset()
            self._secure(contact.gate.go(contact.way))
        except (TransportError, CardChanged):
            raise
        except CccdError as error:
            if len(self.records) > before:  # EF.CardSecurity is on record by now, and will not be asked for again
                self._renew(subject)
                return
            self._broken = f"the session could not be established again: {error}"


def _refused_bare(file: ElementaryFile, error: SecureMessagingError) -> FileRecord:
    return FileRecord(file, status=error.sw, status_source=StatusSource.UNPROTECTED)


def _failure(error: SecureMessagingError) -> ProofOutcome:
    """A bare status word, whatever it says, ends a proof and refuses none: a refusal comes under the session."""
    return ProofOutcome.WRONG if isinstance(error, proofs.ProofWrong) else ProofOutcome.BROKE
