# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The attacks: somebody would have a document believed that should not be. Name, what is done, and how."""

from __future__ import annotations

from cccd_reader.apdu import commands, tlv
from cccd_reader.apdu.status import Sw
from cccd_reader.lds import files as ef
from cccd_simulators import fault_cards as cards
from cccd_simulators import fault_citizen as citizen
from cccd_simulators import fault_files as files
from cccd_simulators import fault_keys as keys
from cccd_simulators import fault_signatures as signatures
from cccd_simulators import plans, removal
from cccd_simulators.fault_cards import meddled
from cccd_simulators.fault_files import Breaking

_DG1_IN_CLEAR = tlv.encode(0x61, tlv.encode(0x5F1F, b"<" * 90))

ATTACKS: tuple[tuple[str, str, Breaking], ...] = (
    ("clone-without-keys", "copy of all files; the chip has no key to prove itself with", keys.clone_without_keys),
    (
        "clone-with-own-keys",
        "copy whose DG14 and DG15 hold the forger's keys, under the original's signature",
        keys.clone_with_own_keys,
    ),
    (
        "clone-computing-with-own-keys",
        "copy of all files; the chip computes its proofs with the forger's keys",
        keys.clone_computing_with_own_keys,
    ),
    ("clone-hiding-its-keys", "copy that refuses to show DG14 and DG15 (6982)", keys.clone_hiding_its_keys),
    (
        "clone-withholding-its-keys",
        "copy whose DG14 and DG15 are answered with 6A82, unprotected",
        keys.clone_withholding_its_keys,
    ),
    (
        "clone-that-breaks-off",
        "copy that ends the session (6F00, unprotected) at each proof",
        keys.clone_that_breaks_off,
    ),
    ("clone-that-stalls", "copy that answers its proofs with 9000 and nothing", keys.clone_that_stalls),
    (
        "copy-of-a-chip-without-proofs",
        "copy of a document that was issued without DG14 and DG15: nothing tells it from the original",
        keys.without_proofs,
    ),
    ("aa-refused", "the chip refuses Active Authentication", keys.without_active_authentication),
    ("ca-refused", "the chip refuses Chip Authentication", keys.without_chip_authentication),
    (
        "aa-signature-of-another-challenge",
        "Active Authentication is answered with an old signature",
        keys.signing_another_challenge,
    ),
    (
        "ca-keeps-the-old-session",
        "Chip Authentication succeeds, but no new session follows",
        keys.keeping_the_old_session,
    ),
    (
        "card-security-resigned-by-a-stranger",
        "copy whose EF.CardSecurity holds the forger's mapping key, signed by himself",
        signatures.with_forged_card_security,
    ),
    (
        "card-security-of-another-card",
        "copy whose EF.CardSecurity is a genuine one, of another card",
        signatures.with_card_security_of_another_card,
    ),
    ("card-security-missing", "the chip shows no EF.CardSecurity", files.replaced(ef.CARD_SECURITY, None)),
    ("bac-without-proof", "fake chip that opens to any key: BAC succeeds, nothing is proven", keys.opening_to_anybody),
    ("replayed-answers", "no chip at all: the answers of an earlier visit are played again", keys.replaying),
    (
        "exchanged-for-a-copy",
        "the genuine card is taken off when it has proven itself, and a copy without keys is laid down",
        removal.exchanged(17, keys.clone_without_keys),
    ),
    (
        "exchanged-before-the-proofs",
        "the genuine card is taken off before it proves itself, and a copy without keys is laid down",
        removal.exchanged(11, keys.clone_without_keys),
    ),
    (
        "exchanged-for-another-card",
        "the card is taken off, and another holder's genuine card that opens with the same keys is laid down",
        removal.exchanged(11, files.of_another_holder),
    ),
    ("dg2-stripped", "the photo is gone from chip and EF.COM", files.stripped(2)),
    ("dg13-stripped", "the citizen's record is gone from chip and EF.COM", files.stripped(13)),
    ("dg14-stripped", "the key of Chip Authentication is gone from chip and EF.COM", files.stripped(14)),
    ("dg15-stripped", "the key of Active Authentication is gone from chip and EF.COM", files.stripped(15)),
    ("dg14-and-dg15-stripped", "both keys of the chip are gone from chip and EF.COM", files.stripped(14, 15)),
    ("dg1-altered", "another name in the machine readable zone", files.altered(1)),
    ("dg2-altered", "another photo", files.altered(2)),
    ("dg3-altered", "other fingerprints, which everybody may read", files.altered(3)),
    ("dg13-altered", "another number in the citizen's record", files.altered(13)),
    ("dg14-altered", "DG14 offers no Chip Authentication any more", files.altered(14)),
    ("dg15-altered", "one bit of the key of Active Authentication is another", files.altered(15)),
    ("com-lists-more", "EF.COM lists DG11, which the document does not have", files.listing({11}.union)),
    ("com-lists-less", "EF.COM leaves DG2 out", files.listing(lambda listed: listed - {2})),
    ("com-malformed", "EF.COM has no tag list", files.replaced(ef.COM, b"\x60\x00")),
    ("unsigned-dg-added", "the chip holds a DG11 that was never signed", files.with_unsigned_group),
    ("wrong-dg-under-the-right-file-id", "the file identifier of DG1 leads to DG2", files.with_wrong_group),
    (
        "file-claims-less",
        "the header of DG13 (or DG2) tells half of its length",
        files.claiming(lambda length: tlv.encode_length(length // 2)),
    ),
    ("document-expired", "the document expired in January 2024; signed so", citizen.with_expired_document),
    (
        "photo-kept-from-the-reader",
        "a shim on a stolen card refuses DG2 (6982, unprotected), so that nobody sees whose it is",
        files.withheld(Sw.SECURITY_STATUS_NOT_SATISFIED, ef.data_group(2)),
    ),
    (
        "unprotected-data",
        "a shim answers for DG1 with another one, unprotected",
        meddled(cards.reading(ef.data_group(1)), cards.in_clear(_DG1_IN_CLEAR)),
    ),
    (
        "unprotected-success",
        "a shim answers every protected READ BINARY with 9000 alone",
        meddled(cards.protected(commands.READ_BINARY), cards.in_clear(b"")),
    ),
    ("card-access-altered", "EF.CardAccess offers PACE with 3DES instead of AES", keys.with_weaker_pace),
    ("card-access-hides-pace", "EF.CardAccess offers no PACE, so that BAC is left", keys.hiding_pace),
    ("sod-of-another-card", "a good EF.SOD, of another holder's card", signatures.of_another_card),
    (
        "sod-resigned-by-a-stranger",
        "all forged, under a CSCA that has the true one's name and key identifier",
        signatures.resigned_by_a_stranger,
    ),
    (
        "sod-resigned-by-an-unknown-authority",
        "all forged, under a CSCA of another name that comes along in EF.SOD",
        signatures.resigned_by_an_unknown_authority,
    ),
    (
        "sod-resigned-by-an-impostor",
        "all forged, under a CSCA with the true one's public point on a curve made to fit",
        signatures.resigned_by_an_impostor,
    ),
    (
        "sod-signed-by-another-country",
        "all forged, by the signer of a country that is trusted for its own documents",
        signatures.signed_by_another_country,
    ),
    ("sod-signed-by-nobody", "all forged; EF.SOD has no signature", signatures.signed_by_nobody),
    ("sod-missing", "the chip holds no EF.SOD", files.replaced(ef.SOD, None)),
    ("sod-malformed", "EF.SOD holds no signed data", files.replaced(ef.SOD, bytes.fromhex("77023000"))),
    ("hashes-altered", "another name, its hash exchanged in EF.SOD", signatures.with_changed_hashes),
    ("signature-altered", "one bit of EF.SOD's signature is another", signatures.with_a_wrong_signature),
    (
        "duplicate-dg-hash-entries",
        "EF.SOD lists two hashes of DG1, the first of an altered one; signed so",
        signatures.with_two_hashes_of_a_group,
    ),
    ("signer-expired", "the signer had expired when it signed", signatures.signed_by(plans.EXPIRED)),
    ("signer-not-yet-valid", "the signer was not valid yet when it signed", signatures.signed_by(plans.NOT_YET_VALID)),
    (
        "signer-key-use-over",
        "the signer should have ceased to sign a week before",
        signatures.signed_by(plans.KEY_USE_OVER),
    ),
    ("signer-revoked", "the revocation list names the signer", signatures.signed_by(plans.REVOKED)),
    ("wrong-signer-country", "signer and CSCA are of different countries", signatures.signed_by(plans.WRONG_COUNTRY)),
    (
        "signer-with-another-key-usage",
        "the signer's certificate is not for signatures",
        signatures.signed_by(plans.WRONG_KEY_USAGE),
    ),
    (
        "signer-of-other-documents",
        "the signer may sign passports alone",
        signatures.signed_by(plans.WRONG_DOCUMENT_TYPES),
    ),
)
