# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every way in which a document may be signed, as a table that a test walks through.

for profile in all_profiles():
    issued = profile.issue({1: dg1})
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product

from cccd_simulators.algorithms import Algorithm, Digest, Identifiers, KeyType, Parameters, Pkcs1, Pss
from cccd_simulators.cms_builder import Attributes, Encoding, Form, SignerId
from cccd_simulators.document_signer import LEGACY_CONTENT_TYPES, DocumentSigner, LdsVersion, SecurityObject
from cccd_simulators.issuer import DEMONSTRATION_SEED, Country
from cccd_simulators.names import NameForm
from cccd_simulators.plans import CscaPlan, SignerPlan

_OTHER_RSA_KEY = {KeyType.RSA_3072: KeyType.RSA_2048}
_PSS = (
    *((digest, Pss()) for digest in Digest),
    (Digest.SHA1, Pss(Digest.SHA256, 0)),
    (Digest.SHA256, Pss(Digest.SHA1, 20)),
    (Digest.SHA256, Pss(Digest.SHA256, 20)),
    (Digest.SHA384, Pss(Digest.SHA512, 17)),
    (Digest.SHA512, Pss(Digest.SHA224, 0)),
)


@dataclass(frozen=True, repr=False)
class Issued:
    """A country, its document signer, and EF.SOD in the form of a profile."""

    country: Country
    signer: DocumentSigner
    sod: bytes


@dataclass(frozen=True)
class Profile:
    """One way to sign a document. The CSCA signs with the same algorithm and another key."""

    algorithm: Algorithm = field(default_factory=Algorithm)
    form: Form = field(default_factory=Form)
    security_object: SecurityObject = field(default_factory=SecurityObject)
    issuer_form: NameForm | None = None
    """How the signer's certificate writes the name of the CSCA."""
    serial: int | None = None
    """The serial number of the signer's certificate; None: a positive one."""

    def __str__(self) -> str:
        """Name the profile for people, by what is not standard."""
        parts = [str(self.algorithm), self.form.signer_id.name, self.form.attributes.name]
        if self.algorithm.identifiers is not Identifiers.STANDARD:
            parts.append(f"identifiers-{self.algorithm.identifiers.name}")
        if self.form.encoding is not Encoding.DER:
            parts.append(self.form.encoding.name)
        if self.form.issuer_form:
            parts.append(f"signer-id-{self.form.issuer_form.name}")
        if self.issuer_form:
            parts.append(f"issuer-{self.issuer_form.name}")
        if self.serial is not None:
            parts.append(f"serial{self.serial}")
        if self.security_object != SecurityObject(self.security_object.digest):
            parts.append(f"lds-v{self.security_object.version.value}-{self.security_object.content_type}")
        return "-".join(parts).lower()

    def country(self) -> Country:
        """Return the country; profiles of one algorithm share it."""
        return _country(self.algorithm)

    def issue(self, data_groups: Mapping[int, bytes]) -> Issued:
        """Return EF.SOD over raw data groups by number, and who signed it."""
        signer = _signer(self.algorithm, self.issuer_form, self.serial)
        return Issued(self.country(), signer, signer.sign_sod(data_groups, self.form, self.security_object))


def all_profiles() -> Iterator[Profile]:
    """Yield every algorithm x parameter form x signer id x attribute form, hashing as the signer does."""
    attributes = (Attributes.NONE, Attributes.REQUIRED, Attributes.SIGNING_TIME)
    for algorithm, signer_id, present in product(all_algorithms(), SignerId, attributes):
        yield Profile(algorithm, Form(signer_id, present), SecurityObject(algorithm.digest))


def all_algorithms() -> Iterator[Algorithm]:
    """Yield every key with every hash and padding, in both parameter forms where there are two.

    PKCS #1 has one: an RSA key has parameters only where it is kept for PSS.
    """
    curves, rsa_keys = ([key for key in KeyType if key.is_rsa is kind] for kind in (False, True))
    for key, digest, parameters in product(curves, Digest, (Parameters.NAMED, Parameters.EXPLICIT)):
        yield Algorithm(key, digest, parameters=parameters)
    for key, digest in product(rsa_keys, Digest):
        yield Algorithm(key, digest, Pkcs1())
    for key, (digest, pss), parameters in product(rsa_keys, _PSS, (Parameters.NAMED, Parameters.EXPLICIT)):
        yield Algorithm(key, digest, pss, parameters)


def special_profiles() -> Iterator[Profile]:
    """Yield what real documents do besides: each peculiarity alone, on a curve and on RSA where that matters."""
    plain = Profile()
    others = [each for each in Identifiers if each is not Identifiers.STANDARD]
    for key, identifiers in product((KeyType.BRAINPOOL_P384R1, KeyType.RSA_2048), others):
        yield replace(plain, algorithm=Algorithm(key, identifiers=identifiers))
    for key, parameters in product((KeyType.P_256, KeyType.P_521), (Parameters.SEEDED, Parameters.MINIMAL)):
        yield replace(plain, algorithm=Algorithm(key, parameters=parameters))
    yield replace(plain, algorithm=Algorithm(KeyType.RSA_2048, parameters=Parameters.MINIMAL))
    for encoding in (Encoding.INDEFINITE, Encoding.INDEFINITE_ATTRIBUTES):
        yield replace(plain, form=Form(encoding=encoding))
    for attributes in (Attributes.UNSORTED, Attributes.RESORTED):
        yield replace(plain, form=Form(attributes=attributes))
    for name_form in NameForm:
        yield replace(plain, issuer_form=name_form)
        yield replace(plain, form=Form(issuer_form=name_form))
    for serial in (-1, -0x1234567890ABCDEF, 0, 1, 1 << 158):
        yield replace(plain, serial=serial)
    yield replace(plain, security_object=SecurityObject(version=LdsVersion.V1))
    for content_type in LEGACY_CONTENT_TYPES:
        yield replace(plain, security_object=SecurityObject(content_type=content_type))


@cache
def _country(algorithm: Algorithm) -> Country:
    if algorithm.key.is_rsa:
        algorithm = replace(algorithm, key=_OTHER_RSA_KEY.get(algorithm.key, KeyType.RSA_3072))
    return Country.create("VN", DEMONSTRATION_SEED, CscaPlan(algorithm=algorithm))


@cache
def _signer(algorithm: Algorithm, issuer_form: NameForm | None, serial: int | None) -> DocumentSigner:
    plan = SignerPlan(algorithm=algorithm, issuer_form=issuer_form, serial=serial)
    return _country(algorithm).document_signer(plan)
