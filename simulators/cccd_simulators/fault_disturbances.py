# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The disturbances: the document stays what it is. Name, what happens, and how.

Its issuer made it oddly, or the chip or the link behaves badly, be it on somebody's purpose. Numbers of commands are
those of a trace; the session of `cccd` begins with command 7.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.command import Response
from cccd_reader.apdu.status import Sw
from cccd_reader.errors import Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.protocols import pace
from cccd_simulators import fault_cards as cards
from cccd_simulators import fault_citizen as citizen
from cccd_simulators import fault_files as files
from cccd_simulators import fault_keys as keys
from cccd_simulators import fault_series as series
from cccd_simulators import fault_signatures as signatures
from cccd_simulators import plans
from cccd_simulators.cms_builder import Attributes, Encoding, Form
from cccd_simulators.fault_cards import meddled
from cccd_simulators.fault_files import Breaking
from cccd_simulators.persona import Persona
from cccd_simulators.plans import SignerPlan

_PLAIN_PACE = cards.plain(commands.GENERAL_AUTHENTICATE)
_ACTIVE = cards.protected(commands.INTERNAL_AUTHENTICATE)
_AGREEMENT = cards.protected(commands.MANAGE_SECURITY_ENVIRONMENT)
_CIPHERTEXT = b"".join(
    hashlib.sha256(b"citizen record that nobody reads" + bytes([part])).digest() for part in range(12)
)
_BROKEN_RECORD = bytes.fromhex("3012020101060628D3160100083107300502010113")
_WRONG_TOKEN = tlv.encode(pace.DYNAMIC_DATA, tlv.encode(pace.TOKEN_ANSWER, bytes(8)))


def _pace_token(moment: cards.Moment) -> bool:
    return _PLAIN_PACE(moment) and moment.command[0] == 0x00


_PROOFS = (commands.INTERNAL_AUTHENTICATE, commands.MANAGE_SECURITY_ENVIRONMENT)


def _at_the_proofs(moment: cards.Moment) -> bool:
    return any(cards.protected(instruction)(moment) for instruction in _PROOFS)


def _withheld_victim(persona: Persona) -> Persona:
    return files.withheld(Sw.FILE_NOT_FOUND, files.victim(persona))(persona)


def _where(has: Callable[[Persona], object], breaking: Breaking) -> Breaking:
    """The same for personas that have what breaks."""

    def checked(persona: Persona) -> Persona:
        if not has(persona):
            raise Unsupported(f"this fault on the persona {persona.name}", "Choose another persona or another fault.")
        return breaking(persona)

    return checked


def _pace(persona: Persona) -> object:
    return persona.pace


def _active(persona: Persona) -> object:
    return persona.active_authentication


def _agreement(persona: Persona) -> object:
    return persona.chip_authentication


def _answered(sw: int) -> Breaking:
    """The chip answers the reading of one file with this status word and no data, under secure messaging."""
    answer = Response(b"", sw)
    return lambda persona: replace(persona, habit=cards.answering(cards.reads(files.victim(persona)), answer))


def _at_the_sod(persona: Persona) -> Persona:
    # EF.CardSecurity has the same short identifier, so it fails too where there is one.
    return replace(persona, habit=cards.answering(cards.reads(ef.SOD), Response(b"", Sw.MEMORY_FAILURE)))


def _too_much(persona: Persona) -> Persona:
    return replace(persona, habit=cards.more_than_asked(cards.reads(files.victim(persona))))


DISTURBANCES: tuple[tuple[str, str, Breaking], ...] = (
    ("unknown-csca", "signed under the CSCA's next key, which no store holds", signatures.signed_under_a_new_key),
    ("signer-expired-since", "the signer has expired since it signed", signatures.signed_by(plans.EXPIRED_SINCE)),
    (
        "signer-without-authority-key",
        "the signer's certificate does not say which key issued it",
        signatures.signed_by(plans.NO_AUTHORITY_KEY),
    ),
    (
        "signer-with-unknown-extension",
        "the signer's certificate has a critical extension that nobody knows",
        signatures.signed_by(plans.UNKNOWN_CRITICAL_EXTENSION),
    ),
    (
        "sod-without-signing-time",
        "EF.SOD does not say when it was signed",
        signatures.signed_by(SignerPlan(), Form(attributes=Attributes.REQUIRED)),
    ),
    (
        "sod-without-attributes",
        "EF.SOD is signed without signed attributes",
        signatures.signed_by(SignerPlan(), Form(attributes=Attributes.NONE)),
    ),
    (
        "sod-in-ber",
        "EF.SOD is encoded with indefinite lengths",
        signatures.signed_by(SignerPlan(), Form(encoding=Encoding.INDEFINITE)),
    ),
    (
        "sod-without-certificate",
        "EF.SOD does not bring its signer's certificate",
        signatures.signed_by(SignerPlan(), Form(certificates=())),
    ),
    (
        "sod-of-an-unknown-algorithm",
        "EF.SOD names a signature algorithm that nobody knows",
        signatures.with_an_unknown_algorithm,
    ),
    ("mrz-with-wrong-check-digits", "the composite check digit is wrong; signed so", files.with_wrong_check_digit),
    ("photo-broken", "the photo is no image; signed so", files.with_broken_portrait),
    (
        "dg13-of-another-number",
        "DG13 names another personal number than DG1; signed so",
        citizen.record_says(personal_number="001090000001"),
    ),
    (
        "dg13-of-another-name",
        "DG13 names another holder than DG1; signed so",
        citizen.record_says(full_name="Trần Văn Thử"),
    ),
    (
        "dg13-of-another-birth",
        "DG13 names another day of birth than DG1; signed so",
        citizen.record_says(date_of_birth="02/02/1990"),
    ),
    ("dg13-of-another-sex", "DG13 names another sex than DG1; signed so", citizen.record_says(sex="Nữ")),
    (
        "dg13-of-another-expiry",
        "DG13 lets the card expire a year after DG1; signed so",
        citizen.record_says(date_of_expiry="01/02/2031"),
    ),
    (
        "dg13-expired",
        "DG13 lets the card expire in January 2024, DG1 does not; signed so",
        citizen.record_says(date_of_expiry="31/01/2024"),
    ),
    ("dg13-opaque", "DG13 is encrypted, as it may be since July 2024", citizen.record_is(_CIPHERTEXT)),
    ("dg13-empty", "DG13 holds nothing; signed so", citizen.record_is(b"")),
    ("dg13-malformed", "DG13 is a citizen record that is cut off; signed so", citizen.record_is(_BROKEN_RECORD)),
    (
        "number-of-another-sex",
        "the sex in the number is not the holder's, as after a correction",
        citizen.with_number_of_another_sex,
    ),
    (
        "document-number-of-another-card",
        "the document number in DG1 is not the end of the personal number; signed so",
        citizen.zone_says(document_number="090000001"),
    ),
    (
        "number-with-wrong-check-digit",
        "the check digit behind the personal number in DG1 is wrong; signed so",
        citizen.with_wrong_digit_of_the_number,
    ),
    (
        "issued-before-its-signer",
        "DG13 dates the card a year before its signer's certificate",
        citizen.record_says(date_of_issue="11/04/2021"),
    ),
    (
        "issued-after-its-signer",
        "DG13 dates the card after the end of its signer's certificate",
        citizen.record_says(date_of_issue="01/08/2044"),
    ),
    ("com-missing", "the chip holds no EF.COM", files.replaced(ef.COM, None)),
    ("card-access-missing", "the chip shows no EF.CardAccess", files.replaced(ef.CARD_ACCESS, None)),
    ("card-access-malformed", "EF.CardAccess is cut off", files.replaced(ef.CARD_ACCESS, b"\x31\x05\x30")),
    ("fingerprints-open", "the chip lets everybody read DG3", files.with_open_fingerprints),
    (
        "repeated-challenge",
        "the chip draws the same numbers each time; the terminal's own keep the dialogue fresh",
        lambda persona: replace(persona, entropy=keys.Repeating()),
    ),
    ("empty-answers", "DG13 (or DG2) is answered with 9000 and no data", _answered(Sw.OK)),
    ("memory-failure", "DG13 (or DG2) is answered with 6581", _answered(Sw.MEMORY_FAILURE)),
    (
        "memory-failure-at-the-sod",
        "EF.SOD is answered with 6581",
        _at_the_sod,
    ),
    ("unprotected-error", "in place of DG13 (or DG2) comes 6A82, unprotected", _withheld_victim),
    (
        "unprotected-error-at-dg3",
        "the chip refuses DG3 with 6982 without protection",
        files.withheld(Sw.SECURITY_STATUS_NOT_SATISFIED, ef.data_group(3)),
    ),
    (
        "unprotected-error-at-dg15",
        "in place of DG15 comes 6A82, unprotected",
        files.withheld(Sw.FILE_NOT_FOUND, ef.data_group(15)),
    ),
    (
        "unprotected-error-at-the-sod",
        "in place of EF.SOD comes 6A82, unprotected",
        files.withheld(Sw.FILE_NOT_FOUND, ef.SOD),
    ),
    (
        "unprotected-error-at-the-proofs",
        "in place of every proof comes 6985, unprotected",
        _where(lambda persona: _active(persona) or _agreement(persona), meddled(_at_the_proofs, cards.status(0x6985))),
    ),
    ("more-than-asked", "DG13 (or DG2) comes with more bytes than were asked for", _too_much),
    (
        "lies-about-lengths",
        "the header of DG13 (or DG2) tells 100 bytes more than there are",
        files.claiming(lambda length: tlv.encode_length(length + 100)),
    ),
    (
        "endless-file",
        "the header of DG13 (or DG2) tells 4 GiB",
        files.claiming(lambda _: bytes.fromhex("84FFFFFFFF")),
    ),
    ("slow", "the chip takes 0.2 s for each command", lambda persona: replace(persona, delay=0.2)),
    (
        "6f00-at-active-authentication",
        "the chip breaks off (6F00, unprotected) whenever it is to sign, as weak fields make it",
        _where(_active, meddled(_ACTIVE, cards.status(Sw.UNKNOWN))),
    ),
    (
        "wrong-mac-at-active-authentication",
        "the answer to Active Authentication never arrives unharmed",
        _where(_active, meddled(_ACTIVE, cards.wrong_mac)),
    ),
    (
        "6f00-at-chip-authentication",
        "the chip breaks off (6F00, unprotected) whenever Chip Authentication begins",
        _where(_agreement, meddled(_AGREEMENT, cards.status(Sw.UNKNOWN))),
    ),
    (
        "pace-always-fails",
        "PACE breaks off, so that BAC is left",
        _where(_pace, meddled(_PLAIN_PACE, cards.status(0x6A80))),
    ),
    (
        "pace-without-proof",
        "PACE ends with a wrong token, so that BAC is left",
        _where(_pace, meddled(_pace_token, cards.in_clear(_WRONG_TOKEN))),
    ),
    ("wrong-mac-always", "the MAC of every answer is wrong", meddled(cards.any_protected_answer, cards.wrong_mac)),
    *series.LISTED,
)
