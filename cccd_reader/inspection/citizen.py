# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The Vietnamese citizen's card as evidence has it: DG1 and DG13 together, and the check of what DG13 is."""

from __future__ import annotations

from dataclasses import dataclass

from cccd_reader.errors import MalformedData
from cccd_reader.inspection.reading import Evidence
from cccd_reader.inspection.results import Check, Reason
from cccd_reader.inspection.signature import SodSignature, Verdict
from cccd_reader.lds import files as ef
from cccd_reader.lds.mrz import Mrz, MrzFormat
from cccd_reader.vietnam.citizen_record import CitizenRecord, Content
from cccd_reader.vietnam.crosscheck import Given

RECORD = "document.citizen"
_CLAUSE = "ICAO 9303-10, 4.7.13; Circular 16/2024/TT-BCA, 6"
_VIETNAM = "VNM"
_STATES = {
    Content.CLEAR: Reason.CITIZEN_RECORD_READ,
    Content.OPAQUE: Reason.CITIZEN_RECORD_OPAQUE,
    Content.EMPTY: Reason.CITIZEN_RECORD_EMPTY,
}


@dataclass(frozen=True, repr=False)
class Citizen:
    """What a document says of a citizen: the zone of DG1, the record of DG13, and in `state` what the latter is.

    Either is None where it was not read or is none; `record` also on every document that is no citizen's card.
    """

    mrz: Mrz | None
    record: CitizenRecord | None
    state: Verdict

    @property
    def is_vietnamese(self) -> bool:
        """True where Vietnam issued the document: a citizen's card, a passport, whatever it is."""
        return self.record is not None if self.mrz is None else self.mrz.issuing_state == _VIETNAM

    @property
    def holder(self) -> Given:
        """Number, sex and birth: those of DG13, else those of DG1."""
        zone = Given() if self.mrz is None else Given.of_mrz(self.mrz)
        record = self.record or CitizenRecord()
        return Given(record.number or zone.number, None, record.birth or zone.birth, record.sex_value or zone.sex)

    def __repr__(self) -> str:
        return f"Citizen({self.state.reason.code}, hidden)"


def citizen_of(evidence: Evidence, judged: SodSignature) -> Citizen:
    """Return what the evidence says of a citizen. Never raises: `state` has the reason for what is missing.

    A citizen's card is one of format TD1 that Vietnam issued. Without DG1, a record in clear shows that it is one.
    """
    mrz = evidence.mrz
    if mrz is not None and not (mrz.issuing_state == _VIETNAM and mrz.format is MrzFormat.TD1):
        return Citizen(mrz, None, Verdict(Reason.NO_CITIZEN_CARD))
    content = evidence.content(ef.data_group(13))
    if content is None:
        absent = judged.hashes is not None and judged.hashes.value(13) is None
        return Citizen(mrz, None, Verdict(Reason.NOT_ON_DOCUMENT) if absent else missing("DG13 was not read"))
    record, state = _record(content)
    if mrz is None and state.reason is not Reason.CITIZEN_RECORD_READ:
        return Citizen(None, None, missing("DG1 is not at hand"))  # it may be another country's DG13
    return Citizen(mrz, record, state)


def _record(content: bytes) -> tuple[CitizenRecord | None, Verdict]:
    try:
        record = CitizenRecord.parse(content)
    except MalformedData as error:
        return None, Verdict(Reason.CITIZEN_RECORD_MALFORMED, str(error))
    return record, Verdict(_STATES[record.content])


def record_check(citizen: Citizen) -> Check:
    """Return the check of what EF.DG13 is.

    Opaque is normal for a card that was issued since July 2024: its content may be encrypted, so that we lack what
    opens it. A malformed one is undetermined too: the issuer signed these bytes, or `integrity.dg13` fails.
    """
    return Check(RECORD, citizen.state.reason, citizen.state.detail, _CLAUSE)


def missing(what: str) -> Verdict:
    """Return the verdict of a check whose file is not at hand."""
    return Verdict(Reason.FILE_MISSING, what)
