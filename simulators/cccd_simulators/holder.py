# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""One invented holder, and all that a Vietnamese card says of him or her: DG1, DG13 and the QR line.

A `Holder` says only what cannot be computed. Sex and century follow from the number, the date of expiry from the law of
the day of issue, and the three texts from all of it, so they agree by construction.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from enum import Enum, auto

from cccd_reader.apdu import tlv
from cccd_reader.errors import Unsupported
from cccd_reader.lds import asn1
from cccd_reader.lds.mrz import Mrz, NoExpiry
from cccd_reader.lds.mrz_builder import MrzData, build_td1, vietnamese_optional_data
from cccd_reader.vietnam.citizen_record import OBJECT_IDENTIFIER, CitizenRecord
from cccd_reader.vietnam.citizen_record_codec import Element, ParentNesting
from cccd_reader.vietnam.partial_date import PartialDate
from cccd_reader.vietnam.personal_number import PersonalNumber
from cccd_reader.vietnam.qr_line import QrLine
from cccd_reader.vietnam.sex import Sex
from cccd_reader.vietnam.transliteration import mrz_name
from cccd_reader.vietnam.validity import Expiry, expiry_of, mrz_date

_TAG, _VERSION = 0x6D, 1
_SEX_WORDS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}
_SEALED = frozenset({6, 7, 9, 11, 13, 14, 15})
_MADE_AFTER = datetime.timedelta(days=35)


class Sealing(Enum):
    """How much of DG13 only its issuer can read. Nobody outside knows how the cards since July 2024 do it."""

    NONE = auto()
    PART = auto()
    """The fields that Circular 16/2024/TT-BCA, 6(3)(b), has coded by the authority's own algorithm."""
    WHOLE = auto()


@dataclass(frozen=True, repr=False)
class Holder:
    """One invented holder and his or her card: `persona` names the chip, `card` counts the cards (from 1).

    `birth` is dd/mm/yyyy, mm/yyyy or yyyy. Of the texts, None is what the card leaves empty. `qr_extra` are the fields
    behind the seventh of the QR line.
    """

    persona: str
    title: str
    card: int
    number: str
    full_name: str
    birth: str
    issue: datetime.date
    residence: str
    place_of_origin: str | None
    ethnicity: str = "Kinh"
    religion: str = "Không"
    identifying_marks: str | None = "Nốt ruồi C: 1cm dưới mắt trái"
    father_name: str | None = "Nguyễn Văn Cha"
    mother_name: str | None = "Trần Thị Mẹ"
    spouse_name: str | None = None
    old_id_number: str | None = None
    qr_extra: tuple[str, ...] = ()
    parents: ParentNesting = ParentNesting.SIBLINGS
    sealing: Sealing = Sealing.NONE

    @property
    def personal_number(self) -> PersonalNumber:
        """The number as a value."""
        return PersonalNumber(self.number)

    @property
    def sex(self) -> Sex:
        """The sex, from the number."""
        found = self.personal_number.sex
        if found is None:
            raise Unsupported("a holder whose number tells no sex")
        return found

    @property
    def expiry(self) -> Expiry:
        """The last day of validity by the law on the day of issue, or `NO_EXPIRY`."""
        value = expiry_of(PartialDate.parse(self.birth), self.issue).value
        if value is None:
            raise Unsupported("a card that expires, of a holder whose birthday is not known")
        return value

    @property
    def signed_at(self) -> datetime.datetime:
        """When EF.SOD was signed: as on the card that is known, some weeks after the date of issue."""
        return datetime.datetime.combine(self.issue + _MADE_AFTER, datetime.time(3), datetime.UTC)

    @property
    def record(self) -> CitizenRecord:
        """What the issuer writes into DG13, before anything of it is sealed."""
        expiry = self.expiry
        return CitizenRecord(
            personal_number=self.number,
            full_name=self.full_name,
            date_of_birth=self.birth,
            sex=_SEX_WORDS[self.sex],
            nationality="Việt Nam",
            ethnicity=self.ethnicity,
            religion=self.religion,
            place_of_origin=self.place_of_origin,
            residence=self.residence,
            identifying_marks=self.identifying_marks,
            date_of_issue=str(PartialDate.of(self.issue)),
            date_of_expiry="Không thời hạn" if isinstance(expiry, NoExpiry) else str(PartialDate.of(expiry)),
            father_name=self.father_name,
            mother_name=self.mother_name,
            spouse_name=self.spouse_name,
            old_id_number=self.old_id_number,
            chip_serial=f"0294{self.card:08X}0000",
        )

    @property
    def record_file(self) -> bytes:
        """EF.DG13 as the chip holds it."""
        content = self.record.encode(self.parents)
        if self.sealing is Sealing.NONE:
            return content
        return _partly_sealed(content) if self.sealing is Sealing.PART else _wholly_sealed(content)

    @property
    def mrz(self) -> Mrz:
        """The three lines on the back of the card, which DG1 holds too."""
        name = mrz_name(self.full_name)
        return build_td1(
            MrzData(
                document_code="ID",
                issuing_state="VNM",
                document_number=self.personal_number.document_number,
                date_of_birth=PartialDate.parse(self.birth).mrz,
                sex=self.sex.value,
                date_of_expiry=mrz_date(self.expiry),
                nationality="VNM",
                primary_identifier=name.primary,
                secondary_identifier=name.secondary,
                optional_data=vietnamese_optional_data(self.number),
            )
        )

    @property
    def qr(self) -> QrLine:
        """The line of the QR code."""
        return QrLine(
            personal_number=self.personal_number,
            old_id_number=self.old_id_number,
            full_name=self.full_name,
            birth=PartialDate.parse(self.birth),
            sex=self.sex,
            residence=self.residence,
            issue=PartialDate.of(self.issue),
            extra=self.qr_extra,
        )

    def __repr__(self) -> str:
        return f"Holder({self.persona!r})"


def _partly_sealed(file: bytes) -> bytes:
    elements = CitizenRecord.parse(file).elements
    items = b"".join(_sealed_element(each) if each.index in _SEALED else each.raw for each in elements)
    head = asn1.encode_integer(_VERSION), asn1.encode_object_identifier(OBJECT_IDENTIFIER)
    return tlv.encode(_TAG, asn1.encode_sequence(*head, tlv.encode(asn1.SET, items)))


def _sealed_element(element: Element) -> bytes:
    index = asn1.encode_integer(element.index)
    if not element.texts:
        return asn1.encode_sequence(index)
    return asn1.encode_sequence(index, tlv.encode(asn1.OCTET_STRING, _ciphertext(element.raw, 32)))


def _wholly_sealed(file: bytes) -> bytes:
    return tlv.encode(_TAG, _ciphertext(file, len(file) // 16 * 16))


def _ciphertext(content: bytes, length: int) -> bytes:
    """Bytes that tell nothing, as a ciphertext does, and nobody has a key. FF begins neither text nor data object."""
    return b"\xff" + hashlib.shake_256(content).digest(length - 1)
