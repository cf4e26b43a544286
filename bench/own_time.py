# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Our own time for one inspection in a process that has done one before: read, verify, nothing of the chip's.

The chip is a recording that answers in no time. The floor is the same cryptography by the bare library, keys and bytes
at hand: the multiplications of PACE and Chip Authentication, one decryption and two MACs for each command, the
signatures and hashes, Active Authentication's RSA; and decoding the photo once.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from PIL import Image

from bench.cards import PHOTOS, Card, Way
from bench.layers import Places, stopwatches
from bench.measure import Count, Result, Split, best
from bench.passive import Document, bare
from bench.replay import Recording
from cccd_reader.apdu.secure_messaging import SecureSession
from cccd_reader.crypto import iso9796
from cccd_reader.crypto.ec import Curve
from cccd_reader.crypto.ecdsa import EcKey
from cccd_reader.inspection import document, passive
from cccd_reader.inspection.policy import VerdictKind
from cccd_reader.inspection.reading import Reading
from cccd_reader.inspection.verify import verify
from cccd_reader.lds import files as ef
from cccd_reader.lds.com import Com
from cccd_reader.lds.dg1 import DataGroup1
from cccd_reader.lds.dg2 import DataGroup2
from cccd_reader.lds.dg14 import DataGroup14
from cccd_reader.lds.dg15 import DataGroup15
from cccd_reader.lds.security_infos import SecurityInfos
from cccd_reader.lds.sod import Sod
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.crl import Crl
from cccd_reader.vietnam.citizen_record import CitizenRecord
from cccd_simulators.issuer import Country

LIMIT = 0.020
RUNS = 40
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FLOOR = "the cryptography of the inspection by the bare library, keys and bytes at hand, and decoding the photo"
_PARSED = (Com, DataGroup1, DataGroup2, DataGroup14, DataGroup15, CitizenRecord, SecurityInfos, Sod)
LAYERS: dict[str, Places] = {
    "secure messaging": ((SecureSession, ("protect_command", "open_response", "open_command")),),
    "elliptic curves": ((Curve, ("power", "combine", "agree", "decode")),),
    "signatures": ((EcKey, ("verify_der", "verify_plain")), (iso9796, ("verify",))),
    "parsing": tuple((each, ("parse",)) for each in (*_PARSED, Certificate, SignedData, Crl)),
    "photo": ((document, ("check_portrait",)),),
    "passive authentication": ((passive, ("judged_checks",)),),
}
"""The layers that are told apart; the rest is the dialogue and the checks."""


class Subject:
    """A recorded visit, and everything to judge it with."""

    def __init__(self, way: Way) -> None:
        country = Country.demonstration()
        self.recording = Recording.of(Card.of(PHOTOS[0], way), way)
        self._csca, self._crl = country.csca_certificate, country.crl()
        self.trust = self._document(self.read()).trust()
        self.inspect()

    def read(self) -> Reading:
        """Read from the recording."""
        return self.recording.read()

    def judge(self, reading: Reading) -> None:
        """Verify what was read, as evidence of which nothing is parsed yet."""
        if verify(replace(reading), self.trust, at=_AT).verdict is not VerdictKind.ACCEPTED:
            raise AssertionError("the document is not accepted")

    def inspect(self) -> None:
        """Read and verify."""
        self.judge(self.read())

    def floor(self) -> Callable[[], None]:
        """Return the bare cryptography of it, and decoding the photo."""
        reading = self.read()
        photo = DataGroup2.parse(reading.content(ef.data_group(2)) or b"").faces[0].data
        sizes = [(len(command), len(answer)) for command, answer in self.recording.dialogue]
        parts = (bare(self._document(reading)), _agreements, partial(_messages, sizes), partial(_decode, photo), _rsa)

        def run() -> None:
            for part in parts:
                part()

        return run

    def _document(self, reading: Reading) -> Document:
        return Document(reading, self._csca, self._crl)


@cache
def _subject(way: Way) -> Subject:
    return Subject(way)


def missing() -> str:
    """Return an empty string: everything that is measured here comes from the simulator."""
    return ""


def counts() -> Iterator[Count]:
    """Yield nothing: what is counted stands in `inspection`."""
    yield from ()


def results() -> Iterator[Result]:
    """Yield wall and CPU seconds of reading and verifying, both together under the limit."""
    for way in (Way.SHORT, Way.EXTENDED):
        subject = _subject(way)
        reading, floor = subject.read(), subject.floor()
        name = f"own time, warm, {way.title}"
        bare_time, whole, read, judge = best(
            RUNS, floor, subject.inspect, subject.read, partial(subject.judge, reading)
        )
        yield Result(f"{name}: read and verify", _FLOOR, bare_time, whole, limit=LIMIT)
        yield Result(f"{name}: read", _FLOOR, bare_time, read)
        yield Result(f"{name}: verify", _FLOOR, bare_time, judge)
        bare_cpu, whole_cpu = best(RUNS, floor, subject.inspect, clock=time.process_time)
        yield Result(f"{name}: read and verify, CPU", _FLOOR, bare_cpu, whole_cpu, limit=LIMIT)


def splits() -> Iterator[Split]:
    """Yield the layers of one inspection, those of the fastest run; the stopwatches cost a little themselves."""
    for way in (Way.SHORT, Way.EXTENDED):
        subject = _subject(way)
        fastest: dict[str, float] = {}
        for _ in range(RUNS):
            with stopwatches({**LAYERS, "the rest": ((Subject, ("inspect",)),)}) as watches:
                subject.inspect()
            if not fastest or sum(watches.seconds.values()) < sum(fastest.values()):
                fastest = dict(watches.seconds)
        order = sorted(fastest, key=fastest.__getitem__, reverse=True)
        yield Split(f"own time, warm, {way.title}, by layer", {layer: fastest[layer] for layer in order})


def _agreements() -> None:
    """PACE with generic mapping and Chip Authentication on brainpoolP256r1, as few library calls as give the points."""
    curve = ec.BrainpoolP256R1()
    keys = [ec.derive_private_key(_SCALAR + number, curve) for number in range(4)]  # nonce, two of PACE, one of CA
    for key in keys[:2]:
        key.private_numbers().private_key()  # a full point takes a second key beside the first
    for _ in range(7):  # two full points, the two secrets, and the secret of Chip Authentication once more
        keys[0].exchange(ec.ECDH(), keys[1].public_key())


_SCALAR = (1 << 254) // 3


def _messages(sizes: list[tuple[int, int]]) -> None:
    key = algorithms.AES(bytes(16))
    for sent, received in sizes:
        for size in (sent, received):
            mac = CMAC(key)
            mac.update(bytes(size))
            mac.finalize()
        decryptor = Cipher(key, modes.CBC(bytes(16))).decryptor()
        decryptor.update(bytes(received // 16 * 16))
        decryptor.finalize()


def _decode(photo: bytes) -> None:
    with Image.open(io.BytesIO(photo)) as picture:
        picture.load()


def _rsa() -> None:
    pow((1 << 2047) // 3, 65537, (1 << 2048) - 1)
