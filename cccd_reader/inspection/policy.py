# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What is demanded of the checks, as data; and how a verdict follows from it (after BSI TR-03135-1, 5.6 and 5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.inspection.results import Check, Outcome


class VerdictKind(StrEnum):
    """The three answers. Undetermined means that something is missing, never that it is probably good."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Policy:
    """A demand on the checks, by id.

    required: each must have passed. one_of: of each group at least one must have passed. tolerated: a failure of these
    is shown and does not reject. Any other failed check rejects. A required check that has not passed and not failed,
    or a group of which none has passed, leaves the verdict undetermined. settled: so does one of these that is
    undetermined; unlike a required one, it may be about what the document does not have.
    """

    name: str
    required: frozenset[str]
    one_of: tuple[frozenset[str], ...] = ()
    tolerated: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()

    def judge(self, checks: tuple[Check, ...]) -> VerdictKind:
        """Return the verdict on checks, each of which stands once."""
        outcomes = {check.id: check.outcome for check in checks}
        if any(outcome is Outcome.FAILED for name, outcome in outcomes.items() if name not in self.tolerated):
            return VerdictKind.REJECTED
        if any(outcomes.get(name) is not Outcome.PASSED for name in self.required):
            return VerdictKind.UNDETERMINED
        if any(outcomes.get(name) is Outcome.UNDETERMINED for name in self.settled):
            return VerdictKind.UNDETERMINED
        if any(not any(outcomes.get(name) is Outcome.PASSED for name in group) for group in self.one_of):
            return VerdictKind.UNDETERMINED
        return VerdictKind.ACCEPTED

    def blocks(self, check: Check) -> bool:
        """True where this check alone keeps the document from being accepted."""
        if check.outcome is Outcome.FAILED:
            return check.id not in self.tolerated
        if check.outcome is Outcome.UNDETERMINED and check.id in self.settled:
            return True
        return check.id in self.required and check.outcome is not Outcome.PASSED

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Read a policy from a TOML file: `name`, `base`, `required`, `one_of`, `tolerated`, `settled`.

        `base` is the name of a policy that is built in. A key that is left out is taken from the base. Raises
        `MalformedData` for an unknown key or check id.
        """
        import tomllib  # noqa: PLC0415 -- only where there is a file

        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CccdError(f"the policy cannot be read: {error.strerror}", "Check the file and its rights.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MalformedData("it is no TOML file", "policy") from error
        return _from_values(data, path.stem)


_FILES = frozenset({"sod.hash", "sod.signature", "issuer.signature", "issuer.validity", "issuer.profile"})
_CHIP = (frozenset({"chip.aa", "chip.ca", "chip.cam"}),)
_IDENTITY = frozenset({"integrity.dg1", "integrity.dg2", "document.expiry"})

_SHOWN = frozenset({"access.downgrade", "consistency.mrz"})
_WHO = frozenset({"consistency.citizen", "consistency.given", "consistency.country"})

DEFAULT = Policy("default", _FILES | _IDENTITY, _CHIP, _SHOWN, _WHO)
"""Hashes, signature and chain hold, text and photo are there, the chip has proven an authenticated key, in date.

A revocation that could not be checked, a downgrade, and a wrong check digit in a zone that is signed as it stands
are shown and do not block. What was typed or scanned is the chip's, and the chip names one person: where signed files
name two, that is the issuer's to settle, so that the document is neither accepted nor rejected; and so it is where the
signer is of a country that nobody knows."""

STRICT = Policy(
    "strict",
    _FILES | _IDENTITY | {"issuer.revocation", "access.downgrade", "integrity.com"},
    _CHIP,
    settled=_WHO | {"consistency.expiry", "consistency.number"},
)
"""The default, and neither a revocation that was not checked nor a downgrade passes, nor any other contradiction
between signed data of a citizen's card; but that a number does not fit its holder is lawful, and remains a warning."""

FILES_ONLY = Policy("files-only", _FILES | _IDENTITY, (), _SHOWN, _WHO)
"""For documents that offer no proof of their chip: a copy is not excluded. Never the default."""

BUILT_IN = {policy.name: policy for policy in (DEFAULT, STRICT, FILES_ONLY)}


def _from_values(data: dict[str, object], name: str) -> Policy:
    from cccd_reader.inspection.catalogue import CATALOGUE  # noqa: PLC0415 -- the catalogue names the checks above

    unknown = set(data) - {"name", "base", "required", "one_of", "tolerated", "settled"}
    if unknown:
        raise MalformedData(f"unknown key {min(unknown)!r}", "policy")
    base = BUILT_IN.get(str(data.get("base", DEFAULT.name)))
    if base is None:
        raise MalformedData("the base is none of " + ", ".join(BUILT_IN), "policy")
    required = _ids(data.get("required"), base.required)
    tolerated = _ids(data.get("tolerated"), base.tolerated)
    settled = _ids(data.get("settled"), base.settled)
    groups = data.get("one_of")
    if groups is not None and not isinstance(groups, list):
        raise MalformedData("one_of is a list of lists", "policy")
    one_of = base.one_of if groups is None else tuple(_ids(group, frozenset()) for group in groups)
    if not isinstance(data.get("name", name), str):
        raise MalformedData("its name is text", "policy")
    if not all(one_of):
        raise MalformedData("one_of holds a group of no checks, of which none can pass", "policy")
    stray = (required | tolerated | settled | frozenset().union(*one_of)) - set(CATALOGUE)
    if stray or not required:
        raise MalformedData(f"no check is called {min(stray)!r}" if stray else "it requires nothing", "policy")
    return Policy(str(data.get("name", name)), required, one_of, tolerated, settled)


def _ids(value: object, otherwise: frozenset[str]) -> frozenset[str]:
    if value is None:
        return otherwise
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MalformedData("a list of check ids is expected", "policy")
    return frozenset(value)
