# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Security objects that should not be believed, and some that only look odd.

Every function returns a breaking of a persona. A forger here forges everything: another name in DG1, keys of his own in
the chip and in its files, and a security object that fits them.
"""

from __future__ import annotations

from cccd_reader.apdu import tlv
from cccd_reader.errors import Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.card_security import CardSecurity
from cccd_simulators import der
from cccd_simulators.algorithms import Digest, hash_identifier
from cccd_simulators.cms_builder import Form, signed_data
from cccd_simulators.document_signer import LDS_SECURITY_OBJECT, sign_sod_together
from cccd_simulators.fault_files import (
    Breaking,
    Issuing,
    altered_content,
    content_of,
    data_groups,
    issued,
    with_file,
)
from cccd_simulators.fault_keys import computing_with_own_keys, own_key, public_half, with_own_keys
from cccd_simulators.issuer import Country, card_security_file
from cccd_simulators.persona import ChipKey, Persona
from cccd_simulators.plans import CscaPlan, SignerPlan

_ECDSA_WITH_SHA256 = bytes.fromhex("06082A8648CE3D040302")
_UNKNOWN_ALGORITHM = bytes.fromhex("06082A8648CE3D04037F")


def foreign_country() -> Country:
    """Return the country that signs what is not its own. Its CSCA is as good as any, for its own documents."""
    return Country.create("NL", b"foreign country of nobody")


def signed_by(plan: SignerPlan, form: Form | None = None) -> Breaking:
    """The issuer's own security object, by another of its signers or in another form."""

    def breaking(persona: Persona) -> Persona:
        signer = Country.demonstration().document_signer(plan)
        return issued(persona, data_groups(persona), lambda groups: signer.sign_sod(groups, form))

    return breaking


def signed_under_a_new_key(persona: Persona) -> Persona:
    """The issuer's own security object, under the key that its CSCA has next."""
    country = Country.demonstration().renew(CscaPlan(generation=2))
    return issued(persona, data_groups(persona), country.document_signer().sign_sod)


def signed_by_another_country(persona: Persona) -> Persona:
    """A country that is trusted for its own documents signed this one."""
    return _forged(persona, foreign_country().document_signer().sign_sod)


def resigned_by_a_stranger(persona: Persona) -> Persona:
    """Everything forged; the forger's CSCA has the true one's name and key identifier."""
    plan = CscaPlan(key_identifier=Country.demonstration().csca.key_identifier)
    return _forged(persona, Country.create("VN", b"forger", plan).document_signer().sign_sod)


def resigned_by_an_unknown_authority(persona: Persona) -> Persona:
    """Everything forged; the forger's CSCA has a name of its own and comes along in the security object."""
    country = Country.create("VN", b"forger", CscaPlan(common_name="TEST CSCA of a forger"))
    signer = country.document_signer()
    form = Form(certificates=(signer.certificate, country.csca_certificate))
    return _forged(persona, lambda groups: signer.sign_sod(groups, form))


def resigned_by_an_impostor(persona: Persona) -> Persona:
    """Everything forged; the forger's CSCA has the true one's public point, on a curve that was made to fit it."""
    country = Country.demonstration().impostor()
    signer = country.document_signer()
    form = Form(certificates=(signer.certificate, country.csca_certificate))
    return _forged(persona, lambda groups: signer.sign_sod(groups, form))


def of_another_card(persona: Persona) -> Persona:
    """A good security object, which was signed for another holder's card."""
    others = {number: altered_content(number, content) for number, content in data_groups(persona).items()}
    return with_file(persona, ef.SOD, Country.demonstration().document_signer().sign_sod(others))


def with_changed_hashes(persona: Persona) -> Persona:
    """DG1 has another name, and its hash was exchanged in the signed list."""
    group = ef.data_group(1)
    old, sod = content_of(persona, group), content_of(persona, ef.SOD)
    new = altered_content(1, old)
    sod = sod.replace(Digest.SHA256.of(old), Digest.SHA256.of(new))
    return with_file(with_file(persona, group, new), ef.SOD, sod)


def with_a_wrong_signature(persona: Persona) -> Persona:
    """One bit of the signature is another."""
    sod = content_of(persona, ef.SOD)
    return with_file(persona, ef.SOD, sod[:-1] + bytes([sod[-1] ^ 1]))


def with_an_unknown_algorithm(persona: Persona) -> Persona:
    """The signature says that it was made with an algorithm that nobody knows."""
    before, _, after = content_of(persona, ef.SOD).rpartition(_ECDSA_WITH_SHA256)
    return with_file(persona, ef.SOD, before + _UNKNOWN_ALGORITHM + after)


def signed_by_nobody(persona: Persona) -> Persona:
    """DG1 has another name, and the security object has no signature at all."""
    return _forged(persona, lambda groups: sign_sod_together([], groups))


def with_two_hashes_of_a_group(persona: Persona) -> Persona:
    """DG1 has another name; the signed list has a hash of it besides the true one."""
    groups = data_groups(persona)
    forged = {**groups, 1: altered_content(1, groups[1])}
    entries = [(1, forged[1]), *sorted(groups.items())]
    content = der.sequence(
        der.integer(0),
        hash_identifier(Digest.SHA256),
        der.sequence(*(_hash_entry(number, group) for number, group in entries)),
    )
    signer = Country.demonstration().document_signer()
    sod = tlv.encode(0x77, signed_data(LDS_SECURITY_OBJECT, content, [signer]))
    return issued(persona, forged, lambda _: sod)


def with_forged_card_security(persona: Persona) -> Persona:
    """A clone whose EF.CardSecurity holds its own key of chip authentication mapping, signed by a stranger."""
    if persona.mapping_key is None:
        raise Unsupported("this fault on a persona without chip authentication mapping", "Try passport-pace.")
    infos = CardSecurity.parse(content_of(persona, ef.CARD_SECURITY)).signed.content
    infos = infos.replace(public_half(persona.mapping_key), public_half(own_key(persona.mapping_key)))
    forged = card_security_file(infos, Country.create("VN", b"forger").document_signer())
    return with_file(computing_with_own_keys(persona), ef.CARD_SECURITY, forged)


def with_card_security_of_another_card(persona: Persona) -> Persona:
    """A copy whose EF.CardSecurity is genuine and of another card, whose mapping key the forger does not have."""
    if persona.mapping_key is None:
        raise Unsupported("this fault on a persona without chip authentication mapping", "Try passport-pace.")
    infos = CardSecurity.parse(content_of(persona, ef.CARD_SECURITY)).signed.content
    other = ChipKey(persona.mapping_key.group, persona.mapping_key.private + 1)
    infos = infos.replace(public_half(persona.mapping_key), public_half(other))
    genuine = card_security_file(infos, Country.demonstration().document_signer())
    return with_file(computing_with_own_keys(persona), ef.CARD_SECURITY, genuine)


def _forged(persona: Persona, issue: Issuing) -> Persona:
    groups = with_own_keys(persona)
    forged = {**groups, 1: altered_content(1, groups[1])}
    return issued(computing_with_own_keys(persona), forged, issue)


def _hash_entry(number: int, group: bytes) -> bytes:
    return der.sequence(der.integer(number), der.octet_string(Digest.SHA256.of(group)))
