# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""EF.COM: versions and the list of data groups, unsigned (ICAO 9303-10, 4.6.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from cccd_reader.apdu import tlv
from cccd_reader.errors import MalformedData
from cccd_reader.lds import files

_LDS_VERSION, _UNICODE_VERSION, _TAG_LIST = 0x5F01, 0x5F36, 0x5C
_WHERE = "EF.COM"
_DATA_GROUP_TAGS = frozenset(file.tag for file in files.DATA_GROUPS)


@dataclass(frozen=True)
class Com:
    """The content of EF.COM. Versions are the digits of the file ("0107", "040000"), empty where the file has none.

    `tags` are the outer tags in the order of the file.
    """

    lds_version: str
    unicode_version: str
    tags: tuple[int, ...]
    raw: bytes = field(default=b"", repr=False, compare=False, kw_only=True)

    @classmethod
    def of_data_groups(cls, *numbers: int) -> Com:
        """Return LDS 1.7 with these data groups, numbers 1 to 16."""
        return cls("0107", "040000", tuple(files.data_group(number).tag for number in numbers))

    @classmethod
    def parse(cls, raw: bytes) -> Com:
        """Parse the file; raises `MalformedData` where it has no tag list."""
        objects = tlv.decode(tlv.expect(raw, files.COM.tag, _WHERE), _WHERE)
        tag_list = tlv.find(objects, _TAG_LIST)
        if tag_list is None:
            raise MalformedData("the tag list is missing", _WHERE)
        lds, unicode = (_digits(tlv.find(objects, tag) or b"") for tag in (_LDS_VERSION, _UNICODE_VERSION))
        return cls(lds, unicode, tuple(tag_list), raw=bytes(raw))

    @property
    def data_groups(self) -> tuple[int, ...]:
        """The numbers of the data groups listed, in the order of the file; tags of no data group are left out."""
        found = (files.by_tag(tag) for tag in self.tags)
        return tuple(file.number for file in found if file is not None and file.number is not None)

    @property
    def unknown_tags(self) -> tuple[int, ...]:
        """The listed tags that no data group has."""
        return tuple(tag for tag in self.tags if tag not in _DATA_GROUP_TAGS)

    def __bytes__(self) -> bytes:
        versions = tlv.encode(_LDS_VERSION, self.lds_version.encode("ascii"))
        versions += tlv.encode(_UNICODE_VERSION, self.unicode_version.encode("ascii"))
        return self.raw or tlv.encode(files.COM.tag, versions + tlv.encode(_TAG_LIST, bytes(self.tags)))


def _digits(value: bytes) -> str:
    if len(value) > 6 or not (value.isdigit() or not value):
        raise MalformedData("a version has up to six digits", _WHERE)
    return value.decode("ascii")
