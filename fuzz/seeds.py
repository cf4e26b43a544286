# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Where fuzzing starts: files of the simulated issuer, of foreign chips, and of the reference data where it is."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from PIL import Image

from cccd_reader.apdu import tlv
from cccd_reader.pki.master_list import MasterList
from cccd_simulators import documents
from cccd_simulators.algorithms import Algorithm, Digest, KeyType, Parameters, Pss
from cccd_simulators.crl import ENDLESS_CRL, Revoked
from cccd_simulators.holders import HOLDERS, MAN
from cccd_simulators.issuer import DEMONSTRATION_SEED, Country
from cccd_simulators.master_list import sign_master_list
from cccd_simulators.persona import Persona
from cccd_simulators.personas import ENTRIES
from cccd_simulators.plans import FAULTY_SIGNERS, CscaPlan, SignerPlan
from cccd_simulators.profiles import special_profiles
from tests.support.reference import REPOSITORY, reference_files

_ALGORITHMS = (
    Algorithm(KeyType.P_256),
    Algorithm(KeyType.P_521, Digest.SHA512, parameters=Parameters.SEEDED),
    Algorithm(KeyType.BRAINPOOL_P256R1, Digest.SHA224, parameters=Parameters.EXPLICIT),
    Algorithm(KeyType.BRAINPOOL_P320R1, parameters=Parameters.MINIMAL),
    Algorithm(KeyType.RSA_2048, Digest.SHA1),
    Algorithm(KeyType.RSA_2048_E3, Digest.SHA512, Pss(Digest.SHA256, 20), Parameters.EXPLICIT),
)
EVERY = 40
"""Of the hundreds of certificates of a real list, one in so many is a seed."""
_GROUPS = {1: b"first", 2: b"second"}


@cache
def quick_country() -> Country:
    """Return a country whose signatures are checked fast, so that more bytes are tried in the same time."""
    return Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=Algorithm(KeyType.P_256)))


def sods() -> Iterator[bytes]:
    """Yield EF.SOD: of the personas, in every peculiar form, of the reference data."""
    yield quick_country().document_signer(SignerPlan(algorithm=Algorithm(KeyType.P_256))).sign_sod(_GROUPS)
    yield from _files("EF.SOD", 0x011D, 0x77)
    for profile in special_profiles():
        yield profile.issue(_GROUPS).sod
    yield from _reference("lds/*/*011D.bin")


def certificates() -> Iterator[bytes]:
    """Yield certificates: of each kind of key, good and bad ones of the demonstration country, real CSCAs."""
    country = Country.demonstration()
    yield country.csca_certificate
    yield from country.renew(CscaPlan(generation=2, common_name="TEST CSCA with another name")).links
    for plan in FAULTY_SIGNERS.values():
        yield country.document_signer(plan).certificate
    for algorithm in _ALGORITHMS:
        yield Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=algorithm)).csca_certificate
    yield from _reference("csca/*.cer")
    yield from _listed(EVERY)
    yield from _reference("lds/*/*.der")


def revocation_lists() -> Iterator[bytes]:
    """Yield revocation lists, empty ones, without end, and with reasons."""
    country = quick_country()
    yield country.crl()
    yield country.crl(plan=ENDLESS_CRL)
    yield country.crl([Revoked(-1), Revoked(1 << 158, reason=1), Revoked(5, reason=8)])


def master_lists() -> Iterator[bytes]:
    """Yield small master lists; real ones are too large to be mutated, but their beginning serves."""
    country = quick_country()
    renewed = country.renew(CscaPlan(algorithm=Algorithm(KeyType.P_256), generation=2))
    signer = country.master_list_signer(SignerPlan(90, algorithm=Algorithm(KeyType.P_256)))
    yield sign_master_list([country.csca_certificate, renewed.csca_certificate, *renewed.links], signer)
    yield sign_master_list([], signer)
    yield sign_master_list([b"\x30\x00", country.csca_certificate], signer)


def security_infos() -> Iterator[bytes]:
    """Yield EF.CardAccess and EF.DG14: of the personas, and of all chips whose dialogues are kept."""
    yield from _files("EF.CardAccess", 0x011C, 0x31)
    yield from _files("EF.DG14", 0x010E, 0x6E)
    yield from _of_dialogues("card_access")
    yield from _of_dialogues("dg14")
    yield from _reference("lds/*/*010E.bin")


def data_groups() -> Iterator[bytes]:
    """Yield every other file of the personas and of the reference data."""
    for persona in _personas():
        yield from (file.content for file in persona.application_files.values())
    yield from _of_dialogues("dg15")
    yield from _reference("lds/*/*.bin")


def machine_readable_zones() -> Iterator[bytes]:
    """Yield the zone of every invented holder, one of each size, and a long document number."""
    yield from (bytes(holder.mrz) for holder in HOLDERS)
    yield b"I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<<<<<<<<<<<<<<"
    yield b"I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<D23145890<UTO3407127M95071227349<<<8"
    yield b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def citizen_records() -> Iterator[bytes]:
    """Yield EF.DG13 of every invented holder."""
    yield from (holder.record_file for holder in HOLDERS)


def qr_lines() -> Iterator[bytes]:
    """Yield the QR line of every invented holder; of some also what scanners make of it."""
    for holder in HOLDERS:
        text = holder.qr.text
        yield text.encode("utf-8")
        if holder in HOLDERS[:3]:
            yield f"{text}\r\n".encode("utf-8-sig")
            yield text.encode("utf-16")
            yield text.encode("utf-8").decode("latin-1").encode("utf-8")
            yield b"".join(ord(each).to_bytes(2, "big").lstrip(b"\0") for each in text)
    yield HOLDERS[0].qr.text.replace("||", "|").encode("utf-8")
    yield "Nguyê\u0303n Văn Thư\u0309".encode("cp1258")


def faces() -> Iterator[bytes]:
    """Yield EF.DG2 and face records alone, with pictures of few pixels."""
    for kind, mode in (("JPEG", "L"), ("JPEG", "RGB"), ("JPEG2000", "RGB")):
        buffer = io.BytesIO()
        Image.new(mode, (24, 32), 128).save(buffer, kind)
        file = documents.face_file(buffer.getvalue())
        yield file
        yield file[38:]
        yield buffer.getvalue()
    # ISO/IEC 39794-5 around the last one, as far as its image
    picture = tlv.encode(0xA0, tlv.encode(0xA0, tlv.encode(0x80, buffer.getvalue())))
    representation = tlv.encode(0x30, tlv.encode(0xA1, picture))
    record = tlv.encode(0xA1, tlv.encode(0x65, tlv.encode(0xA1, representation)))
    yield record
    template = tlv.encode(0x7F60, tlv.encode(0x7F2E, record))
    yield tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\1") + template))


def ldif_files() -> Iterator[bytes]:
    """Yield LDIF with folded lines, base64, options, change records and a comment."""
    yield (
        b"# comment\n folded\nversion: 1\n\ndn: cn=one,c=VN\ncountryName: VN\nuserCertificate;binary:: MAA=\n"
        b"\ndn:: Y249dHdv\nchangetype: modify\nadd: cACertificate\ncACertificate:: MA\n A=\n-\n\n"
        b"dn: cn=three\nchangetype: delete\n\ndn: cn=four\nCscaMasterListData:< file:list.ml\n"
    )
    yield b"\xef\xbb\xbfdn: c=VN\r\npkdMasterListContent:: AAAA\r\n"


def _files(name: str, file_id: int, tag: int) -> Iterator[bytes]:
    for persona in _personas():
        for files in (persona.master_files, persona.application_files):
            if file_id in files and files[file_id].content[:1] == bytes([tag]):
                yield files[file_id].content


@cache
def _personas() -> tuple[Persona, ...]:
    """One of each kind of chip; those of the other holders have other texts alone, see `citizen_records`."""
    return tuple(entry.build() for entry in ENTRIES if entry.holder is MAN)


def _of_dialogues(name: str) -> Iterator[bytes]:
    found = {content for path in sorted((REPOSITORY / "tests" / "transcripts").rglob("*.json"))
             if (content := _hex(json.loads(path.read_text("utf-8")), name))}  # fmt: skip
    yield from sorted(found)


def _hex(dialogue: dict[str, Any], name: str) -> bytes:
    value = dialogue.get(name)
    return bytes.fromhex(value) if isinstance(value, str) else b""


def _listed(step: int) -> Iterator[bytes]:
    """Yield every so many of the certificates of the first real master list."""
    for path in reference_files("master_lists/*.ml")[:1]:
        for certificate in MasterList.parse(path.read_bytes()).certificates[::step]:
            yield certificate.raw


def _reference(pattern: str) -> Iterator[bytes]:
    for path in reference_files(pattern):
        content = path.read_bytes()
        if content and len(content) <= 1 << 16:
            yield content
