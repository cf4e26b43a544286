# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What key agreement asks of a group, whether of an elliptic curve or of a prime field (ICAO 9303-11, 9.4 and 9.5).

PACE and Chip Authentication are written once over this interface. An element is a `Point` in a curve, an integer in a
prime field; only the group that made it looks inside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

Element = TypeVar("Element")


class Agreement(StrEnum):
    """The two families of key agreement."""

    DH = "DH"
    ECDH = "ECDH"


class Group(ABC, Generic[Element]):
    """A group of prime order with a generator. Every method raises `MalformedData` for a trivial result."""

    name: str
    agreement: Agreement
    order: int
    field: int
    """The prime p of the field underneath."""

    @property
    @abstractmethod
    def generator(self) -> Element:
        """The standard's generator."""

    @abstractmethod
    def decode(self, data: bytes) -> Element:
        """Parse a public key as it came from the other side and prove that it is a non-trivial group element."""

    @abstractmethod
    def encode(self, element: Element) -> bytes:
        """Return the octets of a public key: uncompressed point, or unsigned integer without leading zeros."""

    def token_form(self, received: bytes) -> bytes:
        """Return the octets of a received public key as authentication tokens cover them: as it was sent."""
        return received

    @abstractmethod
    def power(self, base: Element, scalar: int) -> Element:
        """Return `base` taken `scalar` times. The scalar may be secret; zero modulo the order is refused."""

    @abstractmethod
    def combine(self, left: Element, right: Element) -> Element:
        """Return the group operation of two elements."""

    @abstractmethod
    def agree(self, public: Element, private: int) -> bytes:
        """Return the shared secret at the full length of the field, leading zeros kept (TR-03111, 3.1.3 and 4.3.1)."""

    @property
    def takes_integrated_mapping(self) -> bool:
        """True where the standard's function f of integrated mapping is defined."""
        return True

    @abstractmethod
    def hash_to_element(self, value: int) -> Element:
        """Map a pseudo-random field element to a generator, for integrated mapping (ICAO 9303-11, B.1 and B.2)."""


AnyElement: TypeAlias = Any
"""A `Point` or an integer, where code is the same for both families and only hands it back to its group."""
AnyGroup: TypeAlias = Group[AnyElement]
"""Any group, whose elements only it looks into."""
