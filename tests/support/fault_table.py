# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What becomes of every broken chip: verdict by default, verdict under `strict`, and each check that comes out another.

Against a chip that is not broken. Where reading ends in an error, its name stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.fault_matrix import Row, row

MATRIX: Mapping[str, Row] = {
    "cccd:clone-without-keys": row("rejected", "rejected", "chip.aa chip-refused-proof", "chip.ca chip-refused-proof"),
    "passport-bac:clone-without-keys": row("rejected", "rejected", "chip.aa chip-refused-proof"),
    "passport-pace:clone-without-keys": row(
        "rejected",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.ca chip-refused-proof",
        "chip.cam chip-proof-not-run",
    ),
    "cccd:clone-with-own-keys": row(
        "rejected", "rejected", "UNPROVEN", "integrity.dg14 hash-mismatch", "integrity.dg15 hash-mismatch"
    ),
    "passport-pace:clone-with-own-keys": row(
        "rejected",
        "rejected",
        "chip.ca chip-key-unauthenticated",
        "chip.cam chip-key-unauthenticated",
        "integrity.dg14 hash-mismatch",
    ),
    "cccd:clone-computing-with-own-keys": row(
        "rejected", "rejected", "chip.aa chip-proof-invalid", "chip.ca chip-proof-invalid"
    ),
    "passport-pace:clone-computing-with-own-keys": row(
        "rejected", "rejected", "chip.ca chip-proof-invalid", "chip.cam chip-proof-invalid"
    ),
    "cccd:clone-hiding-its-keys": row(
        "undetermined",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.aa chip-proof-not-run",
        "chip.ca chip-proof-not-run",
        "integrity.dg14 refused-by-chip",
        "integrity.dg15 refused-by-chip",
        "consistency.card-access file-missing",
    ),
    "cccd:clone-that-breaks-off": row(
        "undetermined",
        "undetermined",
        "access.downgrade chip-proof-broke",
        "chip.aa chip-proof-broke",
        "chip.ca chip-proof-broke",
    ),
    "passport-pace:clone-that-breaks-off": row(
        "undetermined",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.ca chip-proof-broke",
        "chip.cam chip-proof-not-run",
    ),
    "cccd:clone-that-stalls": row(
        "undetermined",
        "undetermined",
        "access.downgrade chip-proof-broke",
        "chip.aa chip-proof-broke",
        "chip.ca chip-proof-broke",
    ),
    "cccd:copy-of-a-chip-without-proofs": row(
        "undetermined",
        "undetermined",
        "chip.aa chip-proof-not-offered",
        "chip.ca chip-proof-not-offered",
        "integrity.dg14 not-on-document",
        "integrity.dg15 not-on-document",
        "consistency.card-access file-missing",
    ),
    "passport-pace:copy-of-a-chip-without-proofs": row(
        "undetermined",
        "undetermined",
        "chip.ca chip-proof-not-offered",
        "chip.cam chip-proof-not-offered",
        "integrity.dg14 not-on-document",
        "consistency.card-access file-missing",
    ),
    "cccd:aa-refused": row("rejected", "rejected", "chip.aa chip-refused-proof"),
    "cccd:ca-refused": row("rejected", "rejected", "chip.ca chip-refused-proof"),
    "cccd:aa-signature-of-another-challenge": row("rejected", "rejected", "chip.aa chip-proof-invalid"),
    "cccd:ca-keeps-the-old-session": row("rejected", "rejected", "chip.ca chip-proof-invalid"),
    "passport-pace:card-security-resigned-by-a-stranger": row(
        "rejected", "rejected", "chip.ca chip-proof-invalid", "chip.cam chip-key-unauthenticated"
    ),
    "passport-pace:card-security-missing": row("rejected", "rejected", "chip.cam chip-proof-invalid"),
    "cccd:bac-without-proof": row("AccessDenied"),
    "passport-bac:bac-without-proof": row("SecureMessagingError"),
    "cccd:replayed-answers": row("AccessDenied"),
    "passport-bac:replayed-answers": row("SecureMessagingError"),
    "cccd:dg2-stripped": row(
        "rejected",
        "rejected",
        "integrity.com com-hides-signed",
        "integrity.dg2 stripped",
        "document.image file-missing",
    ),
    "cccd:dg13-stripped": row("rejected", "rejected", "integrity.com com-hides-signed", "integrity.dg13 stripped"),
    "cccd:dg14-stripped": row(
        "rejected",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.ca chip-proof-not-run",
        "integrity.com com-hides-signed",
        "integrity.dg14 stripped",
        "consistency.card-access file-missing",
    ),
    "cccd:dg15-stripped": row(
        "rejected",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.aa chip-proof-not-run",
        "integrity.com com-hides-signed",
        "integrity.dg15 stripped",
    ),
    "cccd:dg14-and-dg15-stripped": row(
        "rejected",
        "rejected",
        "access.downgrade chip-protocol-skipped",
        "chip.aa chip-proof-not-run",
        "chip.ca chip-proof-not-run",
        "integrity.com com-hides-signed",
        "integrity.dg14 stripped",
        "integrity.dg15 stripped",
        "consistency.card-access file-missing",
    ),
    "cccd:dg1-altered": row("rejected", "rejected", "integrity.dg1 hash-mismatch"),
    "cccd:dg2-altered": row("rejected", "rejected", "integrity.dg2 hash-mismatch"),
    "cccd:dg3-altered": row("rejected", "rejected", "integrity.dg3 hash-mismatch"),
    "cccd:dg13-altered": row("rejected", "rejected", "integrity.dg13 hash-mismatch"),
    "cccd:dg14-altered": row(
        "rejected",
        "rejected",
        "chip.ca chip-proof-not-offered",
        "integrity.dg14 hash-mismatch",
        "consistency.card-access card-access-differs",
    ),
    "cccd:dg15-altered": row("rejected", "rejected", "chip.aa chip-proof-invalid", "integrity.dg15 hash-mismatch"),
    "cccd:com-lists-more": row("rejected", "rejected", "integrity.com com-lists-unsigned"),
    "cccd:com-lists-less": row("rejected", "rejected", "integrity.com com-hides-signed"),
    "cccd:com-malformed": row("rejected", "rejected", "integrity.com com-malformed"),
    "cccd:unsigned-dg-added": row(
        "rejected", "rejected", "integrity.com com-lists-unsigned", "integrity.dg11 not-signed"
    ),
    "cccd:wrong-dg-under-the-right-file-id": row(
        "rejected", "rejected", "integrity.dg1 hash-mismatch", "WITHOUT-DG1", "consistency.mrz file-malformed"
    ),
    "cccd:file-claims-less": row("rejected", "rejected", "integrity.dg13 hash-mismatch"),
    "cccd:document-expired": row("rejected", "rejected", "document.expiry expired"),
    "cccd:photo-kept-from-the-reader": row(
        "undetermined", "undetermined", "integrity.dg2 refused-by-chip", "document.image file-missing"
    ),
    "cccd:unprotected-data": row(
        "undetermined", "undetermined", "integrity.dg1 reading-broke", "WITHOUT-DG1", "consistency.mrz file-missing"
    ),
    "cccd:unprotected-success": row(
        "undetermined",
        "undetermined",
        "access.downgrade no-hash-list",
        "chip.aa no-hash-list",
        "chip.ca no-hash-list",
        "sod.hash sod-not-read",
        "sod.signature sod-not-read",
        "UNSIGNED",
        "integrity.com reading-broke",
        "UNLISTED",
        "integrity.dg3 no-hash-list",
        "consistency.card-access file-missing",
        "WITHOUT-DG1",
        "consistency.mrz file-missing",
        "document.image file-missing",
    ),
    "passport-pace:unprotected-success": row("SecureMessagingError"),
    "cccd:card-access-altered": row("rejected", "rejected", "consistency.card-access card-access-differs"),
    "passport-pace:card-access-altered": row(
        "rejected", "rejected", "chip.cam chip-proof-not-run", "consistency.card-access card-access-differs"
    ),
    "cccd:card-access-hides-pace": row(
        "rejected",
        "rejected",
        "access.protocol bac-used",
        "access.downgrade pace-bypassed",
        "consistency.card-access card-access-differs",
    ),
    "passport-pace:card-access-hides-pace": row("AccessDenied"),
    "cccd:sod-of-another-card": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "integrity.dg1 hash-mismatch",
        "integrity.dg2 hash-mismatch",
        "integrity.dg13 hash-mismatch",
        "integrity.dg14 hash-mismatch",
        "integrity.dg15 hash-mismatch",
    ),
    "cccd:sod-resigned-by-a-stranger": row(
        "rejected", "rejected", "UNPROVEN", "issuer.signature chain-signature-invalid"
    ),
    "cccd:sod-resigned-by-an-unknown-authority": row(
        "undetermined", "undetermined", "UNPROVEN", "issuer.signature csca-unknown", "issuer.revocation crl-missing"
    ),
    "cccd:sod-resigned-by-an-impostor": row(
        "rejected", "rejected", "UNPROVEN", "issuer.signature chain-signature-invalid"
    ),
    "cccd:sod-signed-by-another-country": row(
        "rejected", "rejected", "UNPROVEN", "issuer.revocation crl-missing", "consistency.country country-differs"
    ),
    "cccd:sod-signed-by-nobody": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "sod.hash signer-missing",
        "sod.signature signer-missing",
        "UNSIGNED",
        "consistency.country file-missing",
    ),
    "cccd:sod-missing": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "sod.hash sod-missing",
        "sod.signature sod-missing",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "consistency.country file-missing",
    ),
    "passport-bac:sod-missing": row(
        "rejected",
        "rejected",
        "access.downgrade no-hash-list",
        "chip.aa chip-key-unauthenticated",
        "chip.ca no-hash-list",
        "sod.hash sod-missing",
        "sod.signature sod-missing",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "integrity.dg3 no-hash-list",
        "consistency.country file-missing",
    ),
    "cccd:sod-malformed": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "sod.hash sod-malformed",
        "sod.signature sod-malformed",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "consistency.country file-missing",
    ),
    "cccd:hashes-altered": row("rejected", "rejected", "UNPROVEN", "sod.hash digest-mismatch"),
    "cccd:signature-altered": row("rejected", "rejected", "UNPROVEN", "sod.signature signature-invalid"),
    "cccd:duplicate-dg-hash-entries": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "sod.hash sod-malformed",
        "sod.signature sod-malformed",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "consistency.country file-missing",
    ),
    "cccd:signer-expired": row("rejected", "rejected", "UNPROVEN", "issuer.validity expired-at-signing"),
    "cccd:signer-not-yet-valid": row("rejected", "rejected", "UNPROVEN", "issuer.validity not-yet-valid-at-signing"),
    "cccd:signer-key-use-over": row("rejected", "rejected", "UNPROVEN", "issuer.validity key-usage-period"),
    "cccd:signer-revoked": row("rejected", "rejected", "UNPROVEN", "issuer.revocation revoked"),
    "cccd:wrong-signer-country": row(
        "rejected",
        "rejected",
        "UNPROVEN",
        "issuer.profile issuer-country-differs",
        "consistency.country country-not-comparable",
    ),
    "cccd:signer-with-another-key-usage": row("rejected", "rejected", "UNPROVEN", "issuer.profile key-usage-wrong"),
    "cccd:signer-of-other-documents": row(
        "rejected", "rejected", "UNPROVEN", "issuer.profile document-type-not-listed"
    ),
    "cccd:unknown-csca": row("undetermined", "undetermined", "UNPROVEN", "issuer.signature csca-unknown"),
    "cccd:signer-expired-since": row("accepted", "accepted"),
    "cccd:signer-without-authority-key": row("accepted", "accepted"),
    "cccd:signer-with-unknown-extension": row(
        "undetermined", "undetermined", "UNPROVEN", "issuer.profile critical-extension-unknown"
    ),
    "cccd:sod-without-signing-time": row("accepted", "accepted", "issuer.validity valid-at-check"),
    "cccd:sod-without-attributes": row(
        "accepted", "accepted", "sod.hash signed-directly", "issuer.validity valid-at-check"
    ),
    "cccd:sod-in-ber": row("accepted", "accepted"),
    "cccd:sod-without-certificate": row(
        "undetermined",
        "undetermined",
        "UNPROVEN",
        "sod.signature signer-certificate-missing",
        "UNSIGNED",
        "consistency.country file-missing",
    ),
    "cccd:sod-of-an-unknown-algorithm": row(
        "undetermined", "undetermined", "UNPROVEN", "sod.signature algorithm-unsupported"
    ),
    "cccd:mrz-with-wrong-check-digits": row("accepted", "rejected", "consistency.mrz mrz-digits-wrong"),
    "cccd:photo-broken": row("accepted", "accepted", "document.image image-broken"),
    "cccd:com-missing": row("accepted", "undetermined", "integrity.com not-read"),
    "cccd:card-access-missing": row("accepted", "accepted", "consistency.card-access file-missing"),
    "passport-pace:card-access-missing": row("AccessDenied"),
    "cccd:card-access-malformed": row("accepted", "accepted", "consistency.card-access file-missing"),
    "cccd:fingerprints-open": row("accepted", "accepted", "integrity.dg3 hash-matches"),
    "cccd:repeated-challenge": row("accepted", "accepted"),
    "cccd:empty-answers": row("accepted", "accepted", "integrity.dg13 reading-broke"),
    "passport-bac:empty-answers": row(
        "undetermined", "undetermined", "integrity.dg2 reading-broke", "document.image file-missing"
    ),
    "cccd:memory-failure": row("accepted", "accepted", "integrity.dg13 reading-broke"),
    "cccd:memory-failure-at-the-sod": row(
        "undetermined",
        "undetermined",
        "UNPROVEN",
        "sod.hash sod-not-read",
        "sod.signature sod-not-read",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "consistency.country file-missing",
    ),
    "passport-bac:memory-failure-at-the-sod": row(
        "undetermined",
        "undetermined",
        "access.downgrade no-hash-list",
        "chip.aa chip-key-unauthenticated",
        "chip.ca no-hash-list",
        "sod.hash sod-not-read",
        "sod.signature sod-not-read",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "integrity.dg3 no-hash-list",
        "consistency.country file-missing",
    ),
    "passport-pace:memory-failure-at-the-sod": row(
        "undetermined",
        "undetermined",
        "access.downgrade chip-proof-broke",
        "chip.aa no-hash-list",
        "chip.ca chip-key-unauthenticated",
        "chip.cam chip-proof-broke",
        "sod.hash sod-not-read",
        "sod.signature sod-not-read",
        "UNSIGNED",
        "integrity.com no-hash-list",
        "UNLISTED",
        "integrity.dg3 no-hash-list",
        "consistency.country file-missing",
    ),
    "cccd:more-than-asked": row("accepted", "accepted", "integrity.dg13 reading-broke"),
    "cccd:lies-about-lengths": row("accepted", "accepted", "integrity.dg13 reading-broke"),
    "cccd:endless-file": row("accepted", "accepted", "integrity.dg13 reading-broke"),
    "cccd:slow": row("accepted", "accepted"),
    "cccd:6f00-at-active-authentication": row(
        "accepted", "undetermined", "access.downgrade chip-proof-broke", "chip.aa chip-proof-broke"
    ),
    "passport-bac:6f00-at-active-authentication": row(
        "undetermined", "undetermined", "access.downgrade chip-proof-broke", "chip.aa chip-proof-broke"
    ),
    "cccd:wrong-mac-at-active-authentication": row(
        "accepted", "undetermined", "access.downgrade chip-proof-broke", "chip.aa chip-proof-broke"
    ),
    "cccd:6f00-at-chip-authentication": row(
        "accepted", "undetermined", "access.downgrade chip-proof-broke", "chip.ca chip-proof-broke"
    ),
    "cccd:pace-always-fails": row("accepted", "rejected", "access.protocol bac-used", "access.downgrade pace-bypassed"),
    "passport-pace:pace-always-fails": row("AccessDenied"),
    "cccd:pace-without-proof": row(
        "accepted", "rejected", "access.protocol bac-used", "access.downgrade pace-bypassed"
    ),
    "cccd:6f00-at-command-1": row("accepted", "accepted", "consistency.card-access file-missing"),
    "cccd:6f00-at-command-4": row("accepted", "accepted"),
    "passport-bac:6f00-at-command-4": row("AccessDenied"),
    "passport-pace:6f00-at-command-4": row("accepted", "accepted", "chip.cam chip-proof-not-run"),
    "cccd:6f00-at-command-8": row("accepted", "accepted"),
    "cccd:6f00-at-command-14": row("accepted", "accepted"),
    "cccd:6f00-at-command-16": row("accepted", "accepted"),
    "cccd:6f00-from-command-11": row(
        "undetermined",
        "undetermined",
        "access.downgrade chip-proof-broke",
        "chip.aa reading-broke",
        "chip.ca reading-broke",
        "integrity.dg2 reading-broke",
        "integrity.dg3 reading-broke",
        "integrity.dg13 reading-broke",
        "integrity.dg14 reading-broke",
        "integrity.dg15 reading-broke",
        "consistency.card-access file-missing",
        "document.image file-missing",
    ),
    "cccd:wrong-mac-at-answer-1": row("accepted", "accepted"),
    "passport-pace:wrong-mac-at-answer-1": row("accepted", "accepted"),
    "cccd:wrong-mac-at-answer-2": row("accepted", "accepted"),
    "cccd:wrong-mac-at-answer-8": row("accepted", "accepted"),
    "cccd:wrong-mac-at-answer-11": row("accepted", "accepted"),
    "cccd:wrong-mac-always": row("SecureMessagingError"),
    "cccd:unprotected-success-at-answer-4": row("accepted", "accepted"),
    "cccd:another-status-at-answer-4": row("accepted", "accepted"),
    "cccd:answer-before-at-answer-4": row("accepted", "accepted"),
    "cccd:half-an-answer-at-answer-4": row("accepted", "accepted"),
    "cccd:silent-from-command-1": row("MalformedData"),
    "cccd:silent-from-command-11": row(
        "undetermined",
        "undetermined",
        "access.downgrade chip-proof-broke",
        "chip.aa reading-broke",
        "chip.ca reading-broke",
        "integrity.dg2 reading-broke",
        "integrity.dg3 reading-broke",
        "integrity.dg13 reading-broke",
        "integrity.dg14 reading-broke",
        "integrity.dg15 reading-broke",
        "consistency.card-access file-missing",
        "document.image file-missing",
    ),
    "cccd:dead-after-0-commands": row("CardRemoved"),
    "cccd:dead-after-5-commands": row("CardRemoved"),
    "cccd:dead-after-15-commands": row("CardRemoved"),
}
