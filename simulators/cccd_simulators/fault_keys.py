# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Chips that are not the one that was issued, and ways into a chip that are weaker than they should be.

Every function takes a persona and returns a broken one. The files are the original's unless it says otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from cccd_reader.apdu import commands
from cccd_reader.apdu.command import Command, Response
from cccd_reader.apdu.status import Sw
from cccd_reader.crypto.entropy import Entropy
from cccd_reader.errors import Unsupported
from cccd_reader.lds import files as ef
from cccd_reader.lds.object_identifiers import PACE
from cccd_reader.lds.security_infos import PaceDomainParameterInfo, PaceInfo, SecurityInfos
from cccd_reader.protocols import bac
from cccd_reader.protocols.pace_options import Mapping, read_options
from cccd_simulators import der, documents
from cccd_simulators.algorithms import Algorithm, KeyType
from cccd_simulators.chip_authentication import RsaSigner
from cccd_simulators.fault_cards import in_clear, meddle, plain, replayed_visit, status
from cccd_simulators.fault_files import content_of, data_groups, issued, with_data_groups, with_file, withheld
from cccd_simulators.persona import Access, ActiveAuthenticationKey, ChipKey, Persona
from cccd_simulators.signing_keys import RsaKey, signing_key

_OWN_SCALAR = int.from_bytes(hashlib.sha256(b"chip key of a forger").digest(), "big") >> 128
"""The forger's private key: 128 bits, so that it is one in every group."""
_WEAK_PACE = PaceInfo("0.4.0.127.0.7.2.2.4.2.1", 2, 13)
"""PACE-ECDH-GM with 3DES over brainpoolP256r1."""
_CHIP_MAPPING = f"{PACE}.6."
_PROOFS = (commands.INTERNAL_AUTHENTICATE, commands.MANAGE_SECURITY_ENVIRONMENT)
_MEANINGLESS = {
    commands.INTERNAL_AUTHENTICATE: b"",
    commands.MANAGE_SECURITY_ENVIRONMENT: b"",
    commands.GENERAL_AUTHENTICATE: b"\x7c",
}


def clone_without_keys(persona: Persona) -> Persona:
    """None of the chip's keys: they cannot be read out. Chip authentication mapping is refused, other mappings run."""
    return without_keys(_keyed(persona))


def without_keys(persona: Persona) -> Persona:
    """Return the persona without any key to prove itself with."""
    others = tuple(option for option in persona.pace if option.mapping is not Mapping.CHIP_AUTHENTICATION)
    return replace(persona, active_authentication=None, chip_authentication=(), mapping_key=None, pace=others)


def without_proofs(persona: Persona) -> Persona:
    """A copy of a document that never offered a proof of its chip: no DG14, no DG15, no chip mapping; signed so."""
    groups = {number: content for number, content in data_groups(persona).items() if number not in (14, 15)}
    persona = without_keys(persona)
    if ef.CARD_ACCESS.file_id in persona.master_files:
        infos = SecurityInfos.parse(content_of(persona, ef.CARD_ACCESS)).infos
        kept = [bytes(info) for info in infos if not info.oid.startswith(_CHIP_MAPPING)]
        persona = with_file(persona, ef.CARD_ACCESS, der.set_in_order(*kept))
    return issued(with_file(persona, ef.CARD_SECURITY, None), groups)


def without_active_authentication(persona: Persona) -> Persona:
    """The chip refuses INTERNAL AUTHENTICATE, although it holds DG15."""
    content_of(persona, ef.data_group(15))
    return replace(persona, active_authentication=None)


def without_chip_authentication(persona: Persona) -> Persona:
    """The chip refuses Chip Authentication, although DG14 offers it."""
    content_of(persona, ef.data_group(14))
    return replace(persona, chip_authentication=())


def clone_hiding_its_keys(persona: Persona) -> Persona:
    """None of the keys; DG14 and DG15 are refused as fingerprints are."""
    persona = clone_without_keys(persona)
    hidden = {ef.data_group(number).file_id for number in (14, 15)}
    folder = {
        name: replace(file, access=Access.INSPECTION_SYSTEM) if name in hidden else file
        for name, file in persona.application_files.items()
    }
    return replace(persona, application_files=folder)


def clone_withholding_its_keys(persona: Persona) -> Persona:
    """None of the keys; in place of DG14 and DG15 comes 6A82 without protection, as if they were not there."""
    return withheld(Sw.FILE_NOT_FOUND, ef.data_group(14), ef.data_group(15))(clone_without_keys(persona))


def clone_that_breaks_off(persona: Persona) -> Persona:
    """None of the keys; where a proof would be refused, the chip ends the session (6F00, unprotected)."""
    breaking = meddle(lambda moment: moment.protected > 0 and moment.command[1] in _PROOFS, status(Sw.UNKNOWN))
    return replace(clone_without_keys(persona), disguise=breaking)


def clone_that_stalls(persona: Persona) -> Persona:
    """None of the keys; where a proof would be refused, the chip says 9000 and sends nothing that means anything."""

    def habit(command: Command, response: Response) -> Response:
        refused = not response.ok and command.ins in _MEANINGLESS
        return Response(_MEANINGLESS[command.ins], Sw.OK) if refused else response

    return replace(clone_without_keys(persona), habit=habit)


def clone_computing_with_own_keys(persona: Persona) -> Persona:
    """The chip computes with keys of its own, behind the original's files."""
    return computing_with_own_keys(_keyed(persona))


def computing_with_own_keys(persona: Persona) -> Persona:
    """Return the persona with the forger's keys wherever the chip had any."""
    return replace(
        persona,
        chip_authentication=tuple(replace(each, key=own_key(each.key)) for each in persona.chip_authentication),
        mapping_key=own_key(persona.mapping_key) if persona.mapping_key else None,
        active_authentication=RsaSigner(_own_rsa_key().private) if persona.active_authentication else None,
    )


def clone_with_own_keys(persona: Persona) -> Persona:
    """The chip computes with keys of its own, and they stand in its DG14 and DG15; EF.SOD is the original's."""
    return with_data_groups(clone_computing_with_own_keys(persona), with_own_keys(persona))


def with_own_keys(persona: Persona) -> dict[int, bytes]:
    """Return the persona's data groups with the forger's keys in DG14 and DG15, where it has them."""
    changed = data_groups(persona)
    for each in persona.chip_authentication:
        changed[14] = changed[14].replace(public_half(each.key), public_half(own_key(each.key)))
    if persona.active_authentication:
        changed[15] = documents.active_authentication_file(_own_rsa_key().public_key_info)
    return changed


@dataclass(frozen=True, repr=False)
class OtherChallenge:
    """Signs a challenge that nobody sent, as who has one old signature must."""

    key: ActiveAuthenticationKey

    def sign(self, challenge: bytes, entropy: Entropy, /) -> bytes:
        """Return the signature over zeros."""
        return self.key.sign(bytes(len(challenge)), entropy)


def signing_another_challenge(persona: Persona) -> Persona:
    """Active Authentication answers with the true key's signature over another challenge."""
    if persona.active_authentication is None:
        raise _unsupported("Active Authentication")
    return replace(persona, active_authentication=OtherChallenge(persona.active_authentication))


def keeping_the_old_session(persona: Persona) -> Persona:
    """Chip Authentication succeeds, and the chip stays in the session that it had."""
    if not persona.chip_authentication:
        raise _unsupported("Chip Authentication")
    kept = tuple(replace(key, renews_session=False) for key in persona.chip_authentication)
    return replace(persona, chip_authentication=kept)


def with_weaker_pace(persona: Persona) -> Persona:
    """EF.CardAccess offers PACE with 3DES alone, and the chip runs it; DG14 knows nothing of that."""
    return _with_card_access(persona, lambda infos: [*infos, bytes(_WEAK_PACE)])


def hiding_pace(persona: Persona) -> Persona:
    """EF.CardAccess offers no PACE, so that only BAC is left."""
    return _with_card_access(persona, lambda infos: infos)


def opening_to_anybody(persona: Persona) -> Persona:
    """A chip without any key: it knows no PACE, and answers BAC with success and 40 bytes of its own invention."""
    pretending = meddle(plain(commands.EXTERNAL_AUTHENTICATE), in_clear(bytes(2 * bac.NONCE_SIZE + bac.KEY_SIZE + 8)))
    return replace(with_file(persona, ef.CARD_ACCESS, None), pace=(), bac=True, disguise=pretending)


def replaying(persona: Persona) -> Persona:
    """No chip at all: the answers of an earlier visit are played again."""
    return replace(persona, disguise=replayed_visit(persona.keys))


class Repeating:
    """A source of randomness that is none: always the same."""

    def octets(self, count: int) -> bytes:
        """Return the same bytes each time."""
        return hashlib.shake_256(b"always the same").digest(count)

    def scalar(self, bound: int) -> int:
        """Return the same number each time."""
        return 1 + int.from_bytes(self.octets(64), "big") % (bound - 1)


def _with_card_access(persona: Persona, change: Callable[[list[bytes]], list[bytes]]) -> Persona:
    infos = SecurityInfos.parse(content_of(persona, ef.CARD_ACCESS)).infos
    others = [bytes(each) for each in infos if not isinstance(each, PaceInfo | PaceDomainParameterInfo)]
    content = der.set_of(*change(others))
    persona = with_file(persona, ef.CARD_ACCESS, content)
    return replace(persona, pace=read_options(SecurityInfos.parse(content))[0])


def _keyed(persona: Persona) -> Persona:
    if not (persona.active_authentication or persona.chip_authentication or persona.mapping_key):
        raise _unsupported("keys of the chip")
    return persona


def _unsupported(what: str) -> Unsupported:
    return Unsupported(f"this fault on a persona without {what}", "Choose another persona or another fault.")


def own_key(key: ChipKey) -> ChipKey:
    """Return the forger's key in the group of this one."""
    return ChipKey(key.group, _OWN_SCALAR)


def public_half(key: ChipKey) -> bytes:
    """Return the public key as files hold it."""
    return key.group.encode(key.group.power(key.group.generator, key.private))


def _own_rsa_key() -> RsaKey:
    key = signing_key(b"", "", Algorithm(KeyType.RSA_2048))
    if not isinstance(key, RsaKey):
        raise _unsupported("RSA")
    return key
