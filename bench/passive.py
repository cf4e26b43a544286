# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Passive authentication of a document of 20 KB against the bare cryptography in it.

The floor is what nobody can leave out: three signatures (signer over EF.SOD, CSCA over signer, CSCA over revocation
list) and the hashes of all files, done by the library `cryptography` with keys and bytes that are at hand already. Ours
starts from raw files and a trust store, and answers every check. "first" has a trust store that was never used,
"next" one that judged a document of the same country before, as at a counter.

The goal is for the keys of the Vietnamese card. P-256 and RSA take so little to check that reading the files in Python
outweighs it: their lines are for comparison.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

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
from cccd_simulators.issuer import DEMONSTRATION_SEED, Country
from cccd_simulators.personas import cccd
from cccd_simulators.plans import CSCA_ALGORITHM, SIGNER_ALGORITHM, CscaPlan, SignerPlan

SIZE = 20 * 1024
RUNS = 60
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FLOOR = "three signatures and the hashes, with keys and bytes at hand"
_P_256 = Algorithm(KeyType.P_256, parameters=Parameters.EXPLICIT)
_KINDS: tuple[tuple[str, Algorithm, Algorithm, float | None], ...] = (
    ("brainpoolP384r1", CSCA_ALGORITHM, SIGNER_ALGORITHM, 3.0),
    ("P-256", _P_256, _P_256, None),
    ("RSA 3072, 2048", Algorithm(KeyType.RSA_3072), Algorithm(KeyType.RSA_2048), None),
)
"""Name, algorithms of the CSCA and of the document signer, and the goal."""


@dataclass(frozen=True)
class Document:
    """Everything that one passive authentication needs: the files, the CSCA certificate and its revocation list."""

    evidence: Evidence
    csca: bytes
    crl: bytes

    @classmethod
    def issue(cls, csca: Algorithm, signer: Algorithm) -> Document:
        """Return the files of the simulated card, of 20 KB in all, signed with these algorithms."""
        country = Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=csca))
        given = {number: content for number in range(1, 17) if (content := _content(ef.data_group(number).file_id))}
        del given[3]  # which the card gives to police alone
        missing = SIZE - sum(map(len, given.values()))
        given[2] = documents.face_file(documents.portrait() + bytes(missing))
        sod = country.document_signer(SignerPlan(algorithm=signer)).sign_sod(given)
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
    """Yield a line for each kind of keys, with a trust store that was never used and with one that was."""
    for name, csca, signer, goal in _KINDS:
        document = Document.issue(csca, signer)
        fresh, used = iter([document.trust() for _ in range(RUNS)]), document.trust()
        ways = bare(document), partial(_first, document, fresh), partial(_authenticate, document, used)
        floor, first, following = best(RUNS, *ways)
        yield Result(f"passive authentication, 20 KB, {name}, first", _FLOOR, floor, first, goal)
        yield Result(f"passive authentication, 20 KB, {name}, next", _FLOOR, floor, following, goal)


def splits() -> Iterator[Split]:
    """Yield nothing: it is measured as a whole."""
    yield from ()


def counts() -> Iterator[Count]:
    """Yield how many signatures are checked: each of the three once."""
    document = Document.issue(CSCA_ALGORITHM, SIGNER_ALGORITHM)
    made = calls(lambda: _authenticate(document, document.trust()), verify_signature)
    yield Count("signature checks of one passive authentication", 3, made)


def _first(document: Document, stores: Iterator[TrustStore]) -> None:
    _authenticate(document, next(stores))


def _authenticate(document: Document, trust: TrustStore) -> None:
    checks = passive_authentication(document.evidence, trust, _AT)
    if conclusion(checks) is not Outcome.PASSED:
        raise AssertionError("the document does not pass")


def _content(file_id: int) -> bytes:
    files: Mapping[int, object] = cccd().application_files
    return getattr(files.get(file_id), "content", b"")


def bare(document: Document) -> Callable[[], None]:
    """Return the bare cryptography of a document, its keys and bytes looked up beforehand."""
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
        for check in checks:
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
