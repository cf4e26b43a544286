# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The cipher of one session against the suite itself, which published vectors pin."""

from __future__ import annotations

import pytest

from cccd_reader.crypto.suites import SUITES, MessageCipher, Suite, pad
from cccd_reader.errors import MalformedData


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_a_message_is_ciphered_as_the_standard_says(suite: Suite) -> None:
    """ICAO 9303-11, 9.8.6 and 9.8.7: the IV, and the padding before the CMAC; message after message."""
    ks_enc, ks_mac = (bytes(range(start, start + suite.key_size)) for start in (1, 101))
    cipher = MessageCipher(suite, ks_enc, ks_mac)
    for number in range(1, 4):
        counter, data = number.to_bytes(suite.block, "big"), pad(bytes(50 * number), suite.block)
        iv = bytes(8) if suite.block == 8 else suite.encrypt(ks_enc, counter)
        encrypted = cipher.encrypt(data, counter)
        assert encrypted == suite.encrypt(ks_enc, data, iv)
        assert cipher.decrypt(encrypted, counter) == data
        padded = data if suite.block == 8 else pad(data, suite.block)
        assert cipher.mac(data) == suite.mac(ks_mac, padded)


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_a_cryptogram_of_broken_blocks_is_malformed(suite: Suite) -> None:
    key = bytes(suite.key_size)
    broken = bytes(suite.block + 1)
    with pytest.raises(MalformedData, match="block size"):
        suite.decrypt(key, broken)
    with pytest.raises(MalformedData, match="block size"):
        MessageCipher(suite, key, key).decrypt(broken, bytes(suite.block))
