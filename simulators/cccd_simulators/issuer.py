# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The issuer of simulated documents: a country with its CSCA, its document signers, its lists and the signed files.

    country = Country.demonstration()
    sod = country.document_signer().sign_sod({1: dg1, 2: dg2})

What is other than on the demonstration card is said by a plan (`plans.py`). Every key follows from the country's seed
and every time is a parameter, so the same calls give the same bytes, but for the salt of RSASSA-PSS. Nothing that is
made here may be trusted: the demonstration country's seed is public, and the names say what it is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.storage.files import write_public
from cccd_simulators import certificates, names, plans
from cccd_simulators.certificates import Certificate, Credential
from cccd_simulators.cms_builder import Signer
from cccd_simulators.crl import CrlPlan, Revoked, revocation_list
from cccd_simulators.document_signer import DocumentSigner
from cccd_simulators.names import Name
from cccd_simulators.plans import CscaPlan, SignerPlan
from cccd_simulators.signing_keys import EcKey, SigningKey, signing_key

DEMONSTRATION_SEED = b"demonstration country of nobody"

_SECURITY_OBJECT = "0.4.0.127.0.7.3.2.1"

# Organisation of the CSCA, then organisation and unit of the document signers, as the country's certificates have them.
_BODIES = {
    "VN": (
        "Vietnam Government Information Security Commission",
        "Ministry of Public Security",
        "Police Department for Administrative Management of Social Order",
    )
}
_NO_BODIES = ("Demonstration authority", "Demonstration issuer", "Demonstration documents")


@dataclass(frozen=True, repr=False)
class Country:
    """A country that issues documents: its two letters, its present CSCA, the seed of all keys, its link certificates.

    `links`, in DER, lead from the first CSCA to the present one, oldest first.
    """

    code: str
    csca: Credential
    seed: bytes
    links: tuple[bytes, ...] = ()

    @classmethod
    def create(cls, name: str = "VN", seed: bytes | None = None, plan: CscaPlan | None = None) -> Country:
        """Return a country of two capital letters with its CSCA; the same `seed`, by default random, gives the same."""
        if not (len(name) == 2 and name.isascii() and name.isalpha() and name.isupper()):
            raise MalformedData("two capital letters are expected", "country code")
        plan = plan or CscaPlan()
        seed = secrets.token_bytes(32) if seed is None else seed
        subject = _csca_name(name, plan.common_name or f"TEST CSCA Demonstration {name}").written(plan.name_form)
        key = signing_key(seed, _csca_label(plan), plan.algorithm)
        return cls(name, _self_signed(name, subject, key, plan, _csca_serial(seed, plan)), seed)

    @classmethod
    @cache
    def demonstration(cls) -> Country:
        """Return the country of the demonstration card, the same on every run and on every machine."""
        return cls.create("VN", DEMONSTRATION_SEED)

    @property
    def csca_certificate(self) -> bytes:
        """The certificate of the present CSCA in DER, self-signed."""
        return self.csca.certificate

    def renew(self, plan: CscaPlan) -> Country:
        """Return the country with a new CSCA and one more link certificate (ICAO 9303-12, 7.1.1.5).

        The name stays the same unless the plan gives another; with the plan's `generation` the key changes.
        """
        subject = self.csca.subject.written(plan.name_form)
        if plan.common_name is not None:
            subject = _csca_name(self.code, plan.common_name).written(plan.name_form)
        key = signing_key(self.seed, _csca_label(plan), plan.algorithm)
        csca = _self_signed(self.code, subject, key, plan, _csca_serial(self.seed, plan))
        renamed = subject.attributes != self.csca.subject.attributes
        extensions = _csca_extensions(self.code, self.csca, csca.key_identifier, plan)
        link = Certificate(
            _serial(self.seed, f"link {plan.generation}"),
            self.csca.subject,
            plan.validity,
            subject,
            key.public_key_info,
            (*extensions, certificates.name_change() if renamed else b""),
        )
        return replace(self, csca=csca, links=(*self.links, link.signed_by(self.csca.key)))

    def impostor(self) -> Country:
        """Return who passes for this country without its key, if elliptic curve parameters go unread.

        Name, serial number, key identifier and public point are the country's; the generator of the curve is chosen to
        fit. The impostor's signers have keys of their own.
        """
        if not isinstance(self.csca.key, EcKey):
            raise MalformedData("a CSCA with an elliptic curve is expected", "impostor")
        key = self.csca.key.impostor()
        plan = CscaPlan(algorithm=key.algorithm)
        csca = _self_signed(self.code, self.csca.subject, key, plan, self.csca.serial)
        return Country(self.code, csca, b"impostor of " + self.seed)

    def document_signer(self, plan: SignerPlan | None = None) -> DocumentSigner:
        """Return a document signer; the present CSCA issues its certificate (ICAO 9303-12, 7.1.1)."""
        return _document_signer(self, plan or SignerPlan())

    def master_list_signer(self, plan: SignerPlan = plans.MASTER_LIST_SIGNER) -> Signer:
        """Return a signer of master lists, which carries the CSCA's certificate along (ICAO 9303-12, 7.1.1)."""
        name = _csca_name(plan.country or self.code, "TEST Master List Signer Demonstration")
        issued = self._issue(plan, f"master list signer {plan.number}", name)
        return Signer(**vars(issued), above=(self.csca.certificate,))

    def crl(self, revoked: Iterable[Revoked] = (), plan: CrlPlan | None = None) -> bytes:
        """Return a revocation list of the present CSCA in DER."""
        return revocation_list(self.csca, revoked, plan)

    def _issue(self, plan: SignerPlan, label: str, subject: Name) -> Credential:
        key = signing_key(self.seed, label, plan.algorithm)
        identifier = plan.key_identifier or key.identifier
        serial = _serial(self.seed, label) if plan.serial is None else plan.serial
        issuer = self.csca.subject.written(plan.issuer_form)
        file_name = _file_name(self.code)
        extensions = (
            certificates.authority_key(self.csca, plan.authority_key),
            certificates.subject_key(identifier),
            certificates.key_usage(plan.key_usage),
            certificates.extended_key_usage(plan.extended_key_usage) if plan.extended_key_usage else b"",
            certificates.key_use_period(plan.key_use) if plan.key_use else b"",
            certificates.alternative_name(plan.country or self.code),
            certificates.document_types(plan.document_types) if plan.document_types else b"",
            certificates.revocation_lists(file_name),
            certificates.authority_information(file_name),
            *plan.more_extensions,
        )
        certificate = Certificate(serial, issuer, plan.validity, subject, key.public_key_info, extensions)
        return Credential(certificate.signed_by(self.csca.key), key, subject, issuer, serial, identifier)


@lru_cache(maxsize=64)  # documents of one country are mostly signed by the same few
def _document_signer(country: Country, plan: SignerPlan) -> DocumentSigner:
    issued = country._issue(plan, f"document signer {plan.number}", _signer_name(country.code, plan))
    return DocumentSigner(**vars(issued))


def card_security_file(security_infos: bytes, signer: Signer) -> bytes:
    """Return EF.CardSecurity: SignedData over a whole SET of SecurityInfos, tag 31 (ICAO 9303-11, 9.2.11).

    For PACE with chip authentication mapping they are those of EF.CardAccess and the static key's public key info.
    """
    tlv.expect(security_infos, 0x31, "SecurityInfos")
    return signer.sign_content(_SECURITY_OBJECT, security_infos)


def write_trust(folder: Path, country: Country | None = None) -> tuple[Path, Path]:
    """Write a country's CSCA certificate and its revocation list, both in DER; by default the demonstration country's.

    The list revokes the document signer of `plans.REVOKED`. `folder` is made where it is missing; the two paths are
    returned.
    """
    country = country or Country.demonstration()
    certificate, crl = (folder / f"{_file_name(country.code)}.{suffix}" for suffix in ("cer", "crl"))
    write_public(certificate, country.csca_certificate)
    write_public(crl, country.crl([Revoked(country.document_signer(plans.REVOKED).serial)]))
    return certificate, crl


def _self_signed(code: str, subject: Name, key: SigningKey, plan: CscaPlan, serial: int) -> Credential:
    """Return a CSCA. Its extensions point at the key that signs, which is its own."""
    identifier = plan.key_identifier or key.identifier
    csca = Credential(b"", key, subject, subject, serial, identifier)
    extensions = _csca_extensions(code, csca, identifier, plan)
    certificate = Certificate(serial, subject, plan.validity, subject, key.public_key_info, extensions)
    return replace(csca, certificate=certificate.signed_by(key))


def _csca_extensions(code: str, issuer: Credential, identifier: bytes, plan: CscaPlan) -> tuple[bytes, ...]:
    return (
        certificates.authority(),
        certificates.key_usage(plan.key_usage),
        certificates.subject_key(identifier),
        certificates.authority_key(issuer),
        certificates.key_use_period(plan.validity),
        certificates.alternative_name(code),
        certificates.revocation_lists(_file_name(code)),
    )


def _csca_label(plan: CscaPlan) -> str:
    return "CSCA" if plan.generation == 1 else f"CSCA {plan.generation}"


def _csca_serial(seed: bytes, plan: CscaPlan) -> int:
    return _serial(seed, _csca_label(plan)) if plan.serial is None else plan.serial


def _serial(seed: bytes, label: str) -> int:
    """Return a serial number: positive, up to 16 octets, the same for the same seed and label."""
    digest = hashlib.shake_256(b"serial" + seed + label.encode("utf-8")).digest(16)
    return int.from_bytes(digest, "big") >> 1 | 1


def _csca_name(country: str, common_name: str) -> Name:
    return Name(
        (
            (names.COUNTRY, country),
            (names.ORGANISATION, _BODIES.get(country, _NO_BODIES)[0]),
            (names.SERIAL_NUMBER, "001"),
            (names.COMMON_NAME, common_name),
        )
    )


def _signer_name(country: str, plan: SignerPlan) -> Name:
    _, organisation, unit = _BODIES.get(country, _NO_BODIES)
    return Name(
        (
            (names.COUNTRY, plan.country or country),
            (names.ORGANISATION, organisation),
            (names.UNIT, unit),
            (names.COMMON_NAME, f"TEST Document Signer Demonstration {plan.number:05d}"),
        )
    )


def _file_name(country: str) -> str:
    return f"csca-test-{country.lower()}"
