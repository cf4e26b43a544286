# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""A photo that is known by its hash: who was here before need not be read again.

The photo is most of what is read of a chip. Where a copy of it was kept, and this chip's EF.SOD lists its hash, the
copy is the file, byte for byte, or the hash function is broken. What makes that safe:

    1. A lookup comes when everything else was read and the chip has proven itself. Whoever answers `Wanted` is to judge
       EF.SOD and the proof of the chip first, as `photo_cache` does, and to give nothing where either does not hold.
    2. `read` takes only a content whose hash is the one listed, whatever it is given.
    3. `verify` judges signature, issuer, hash and proof afterwards, as of any file: nothing is passed by. A forged
       EF.SOD that lists the hash of somebody's photo is a forged EF.SOD, and its verdict is no other than without a
       copy; all that it could gain is that photo on the screen, and rule 1 withholds it.
    4. The record says that it is a copy: `FileSource.KEPT`. That the chip holds the file too is not shown then.

The chip notices that its photo is not asked for, and so learns that it was read here before. A copied chip would learn
the same of another person; rule 1 tells it nothing, for it does not hold the chip's key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cccd_reader.inspection.reading import Evidence, ProofRecord
from cccd_reader.lds.files import ElementaryFile
from cccd_reader.lds.sod import LdsSecurityObject


@dataclass(frozen=True, repr=False)
class Wanted:
    """A file that EF.SOD lists in `hashes`, with all that was read and proven before; nothing of it is judged yet."""

    file: ElementaryFile
    hashes: LdsSecurityObject
    evidence: Evidence
    proofs: tuple[ProofRecord, ...]

    def __repr__(self) -> str:
        return f"Wanted({self.file.name})"


KnownFiles = Callable[[Wanted], bytes | None]
"""Returns a kept copy, None where there is none or the chip has not earned it. It does not raise."""
