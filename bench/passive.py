# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Passive authentication of a document of 20 KB against the bare cryptography in it.

The floor is what stands behind the answers: three signatures (signer over EF.SOD, CSCA over signer, CSCA over
revocation list) and the hashes of all files, done by the library `cryptography` with keys and bytes that are at hand
already. Ours starts from raw files and a trust store, and answers every check.

"first" is the first document of a signer that was never met, under a trust store that was never used. "next" is
another document of a signer that was met before, as nearly all are at a counter: its certificate is parsed, and which
key signed it and the revocation list is remembered, so that one signature of the three is left. The last line of each
kind has that one signature and the hashes as its floor. The time is the processor's, since nothing here waits.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import islice

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from bench.measure import Count, Result, Split, best, calls
from cccd_reader.crypto.signatures import EcKey, PublicKey, verify_signature
from cccd_reader.inspection.passive import conclusion, passive_authentication
from cccd_reader.inspection.reading import Evidence, FileRecord
from cccd_reader.inspection.results import Outcome
from cccd_reader.lds import files as ef
from cccd_reader.lds.sod import Sod
from cccd_reader.pki.certificates import Certificate
from cccd_reader.pki.cms import SignedData
from cccd_reader.pki.crl import Crl
from cccd_reader.pki.trust_import import stored_crl
from cccd_reader.pki.trust_store import Acceptance, Anchor, Provenance, TrustStore
from cccd_simulators import documents
from cccd_simulators.algorithms import Algorithm, KeyType, Parameters
from cccd_simulators.document_signer import DocumentSigner
from cccd_simulators.issuer import DEMONSTRATION_SEED, Country
from cccd_simulators.personas import cccd
from cccd_simulators.plans import CSCA_ALGORITHM, SIGNER_ALGORITHM, CscaPlan, SignerPlan

SIZE = 20 * 1024
RUNS, BATCH = 12, 8
"""Runs of so many documents in a row each: what is asked for is how many can be judged a second."""
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FLOOR = "three signatures and the hashes, with keys and bytes at hand"
_LEFT = "the signature of EF.SOD and the hashes, with the key and bytes at hand"
_GOAL = 2.0
_P_256 = Algorithm(KeyType.P_256, parameters=Parameters.EXPLICIT)
_KINDS: tuple[tuple[str, Algorithm, Algorithm], ...] = (
    ("brainpoolP384r1", CSCA_ALGORITHM, SIGNER_ALGORITHM),
    ("P-256", _P_256, _P_256),
    ("RSA 3072, 2048", Algorithm(KeyType.RSA_3072), Algorithm(KeyType.RSA_2048)),
)
"""Name, and algorithms of the CSCA and of the document signer."""


@dataclass(frozen=True)
class Document:
    """Everything that one passive authentication needs: the files, the CSCA certificate and its revocation list."""

    evidence: Evidence
    csca: bytes
    crl: bytes

    @classmethod
    def issue(cls, csca: Algorithm, signer: Algorithm, number: int = 0, serial: int | None = None) -> Document:
        """Return the files of the simulated card, of 20 KB in all, signed with these algorithms.

        Another `number` is another document, another `serial` another certificate of the signer.
        """
        country = _country(csca)
        given = {number: content for number in range(1, 17) if (content := _content(ef.data_group(number).file_id))}
        del given[3]  # which the card gives to police alone
        missing = SIZE - sum(map(len, given.values()))
        given[2] = documents.face_file(documents.portrait() + number.to_bytes(missing, "big"))
        sod = _signer(csca, SignerPlan(algorithm=signer, serial=serial)).sign_sod(given)
        files = [FileRecord(ef.data_group(number), content) for number, content in given.items()]
        files += [FileRecord(ef.SOD, sod), FileRecord(ef.COM, documents.com_file(given))]
        files += [FileRecord(ef.CARD_ACCESS, documents.CARD_ACCESS)]
        return cls(Evidence(tuple(files)), country.csca_certificate, country.crl())

    def trust(self) -> TrustStore:
        """Return a trust store that was never used."""
        anchor = Anchor.of(Certificate.parse(self.csca), Provenance("csca.cer", _AT, Acceptance.GIVEN_DIRECTLY))
        return TrustStore((anchor,), (stored_crl(Crl.parse(self.crl), "csca.crl", _AT),))


def missing() -> str:
    """Return an empty string: everything that is measured here comes from the simulator."""
    return ""


def results() -> Iterator[Result]:
    """Yield three lines for each kind of keys; no document is judged twice."""
    for name, csca, signer in _KINDS:
        known = [Document.issue(csca, signer, number) for number in range(RUNS * BATCH + 1)]
        new = [Document.issue(csca, signer, number, 1 << 64 | number) for number in range(RUNS * BATCH)]
        used = known[0].trust()
        _authenticate(known[0], used)
        tasks = (
            [bare(each) for each in known],
            [bare(each, 1) for each in known],
            [partial(_authenticate, each, each.trust()) for each in new],
            [partial(_authenticate, each, used) for each in known[1:]],
        )
        batches = best(RUNS, *(partial(_batch, iter(each)) for each in tasks), clock=time.process_time)
        floor, left, first, following = (seconds / BATCH for seconds in batches)
        title = f"passive authentication, 20 KB, {name}"
        yield Result(f"{title}, first", _FLOOR, floor, first, _GOAL)
        yield Result(f"{title}, next", _FLOOR, floor, following, _GOAL)
        yield Result(f"{title}, next, beside what is left", _LEFT, left, following)


def splits() -> Iterator[Split]:
    """Yield nothing: it is measured as a whole."""
    yield from ()


def counts() -> Iterator[Count]:
    """Yield how many signatures are checked: each of the three once, and afterwards the one that is new."""
    first, following = (Document.issue(CSCA_ALGORITHM, SIGNER_ALGORITHM, number, 1 << 65) for number in (1, 2))
    trust = first.trust()
    made = [calls(partial(_authenticate, each, trust), verify_signature) for each in (first, following)]
    yield Count("signature checks of the first passive authentication", 3, made[0])
    yield Count("signature checks of the next one", 1, made[1])


def _batch(tasks: Iterator[Callable[[], None]]) -> None:
    for task in islice(tasks, BATCH):
        task()


def _authenticate(document: Document, trust: TrustStore) -> None:
    checks = passive_authentication(document.evidence, trust, _AT)
    if conclusion(checks) is not Outcome.PASSED:
        raise AssertionError("the document does not pass")


@cache
def _country(csca: Algorithm) -> Country:
    return Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=csca))


@cache
def _signer(csca: Algorithm, plan: SignerPlan) -> DocumentSigner:
    return _country(csca).document_signer(plan)


@cache
def _content(file_id: int) -> bytes:
    files: Mapping[int, object] = cccd().application_files
    return getattr(files.get(file_id), "content", b"")


def bare(document: Document, signatures: int = 3) -> Callable[[], None]:
    """Return the bare cryptography of a document, its keys and bytes looked up beforehand: so many signatures of it.

    Three: signer over EF.SOD, CSCA over signer, CSCA over revocation list; one: the first of them alone.
    """
    sod = document.evidence.content(ef.SOD) or b""
    signed = SignedData.parse(Sod.parse(sod).signed_data)
    (certificate,), (signer,) = signed.certificates, signed.signers
    csca, crl = Certificate.parse(document.csca), Crl.parse(document.crl)
    attributes = signer.attributes.raw if signer.attributes else b""
    checks = (
        _check(certificate.public_key, signer.digest, signer.signature, attributes),
        _check(csca.public_key, certificate.signature_algorithm.digest, certificate.signature, certificate.tbs),
        _check(csca.public_key, csca.signature_algorithm.digest, crl._signature, crl.tbs),
    )
    hashed = [record.content or b"" for record in document.evidence.files if record.file.number]

    def run() -> None:
        for check in checks[:signatures]:
            check()
        for content in (signed.content, *hashed):
            hashlib.sha256(content).digest()

    return run


def _check(key: PublicKey, digest: str, signature: bytes, message: bytes) -> Callable[[], None]:
    function = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[digest]
    if isinstance(key, EcKey):
        native = key.curve.native
        if native is None:
            raise AssertionError("a curve that OpenSSL does not have")
        public = ec.EllipticCurvePublicNumbers(key.point.x, key.point.y, native()).public_key()
        return partial(public.verify, signature, message, ec.ECDSA(function))
    opened = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
    return partial(opened.verify, signature, message, padding.PKCS1v15(), function)
