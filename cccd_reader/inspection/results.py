# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The result of a check: a reason, which knows its outcome (after BSI TR-03135-1, 3.5.2 and 5.6).

A contradictory pair cannot be built: the reason is what is stored. Codes are stable; integrators build on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Outcome(StrEnum):
    """What a check came to.

    undetermined: we lack something. unsupported: the document lacks the feature. not-performed: it was left out, by the
    caller or by the chip's refusal. aborted: it was begun and broke.
    """

    PASSED = "passed"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    UNSUPPORTED = "unsupported"
    NOT_PERFORMED = "not-performed"
    ABORTED = "aborted"


class Reason(Enum):
    """Why a check came out as it did: a code and its outcome."""

    # the hash list and the signature over it
    DIGEST_MATCHES = "digest-matches", Outcome.PASSED
    SIGNED_DIRECTLY = "signed-directly", Outcome.PASSED
    DIGEST_MISMATCH = "digest-mismatch", Outcome.FAILED
    CONTENT_TYPE_MISMATCH = "content-type-mismatch", Outcome.FAILED
    SOD_MISSING = "sod-missing", Outcome.FAILED
    SOD_MALFORMED = "sod-malformed", Outcome.FAILED
    SOD_NOT_READ = "sod-not-read", Outcome.ABORTED
    SIGNATURE_VALID = "signature-valid", Outcome.PASSED
    SIGNATURE_INVALID = "signature-invalid", Outcome.FAILED
    SIGNER_MISSING = "signer-missing", Outcome.FAILED
    SIGNER_CERTIFICATE_MISSING = "signer-certificate-missing", Outcome.UNDETERMINED
    SIGNER_CERTIFICATE_MALFORMED = "signer-certificate-malformed", Outcome.FAILED
    ALGORITHM_UNSUPPORTED = "algorithm-unsupported", Outcome.UNDETERMINED
    # the issuer
    CHAIN_VERIFIED = "chain-verified", Outcome.PASSED
    CSCA_UNKNOWN = "csca-unknown", Outcome.UNDETERMINED
    ANCHOR_UNVERIFIED = "anchor-unverified", Outcome.UNDETERMINED
    CHAIN_SIGNATURE_INVALID = "chain-signature-invalid", Outcome.FAILED
    NO_SIGNER = "no-signer", Outcome.UNDETERMINED
    VALID_AT_SIGNING = "valid-at-signing", Outcome.PASSED
    VALID_AT_CHECK = "valid-at-check", Outcome.PASSED
    EXPIRED_AT_SIGNING = "expired-at-signing", Outcome.FAILED
    NOT_YET_VALID_AT_SIGNING = "not-yet-valid-at-signing", Outcome.FAILED
    KEY_USAGE_PERIOD = "key-usage-period", Outcome.FAILED
    SIGNING_TIME_UNKNOWN = "signing-time-unknown", Outcome.UNDETERMINED
    SIGNED_IN_THE_FUTURE = "signed-in-the-future", Outcome.UNDETERMINED
    PROFILE_FITS = "profile-fits", Outcome.PASSED
    KEY_USAGE_WRONG = "key-usage-wrong", Outcome.FAILED
    KEY_USAGE_MISSING = "key-usage-missing", Outcome.UNDETERMINED
    ISSUER_IS_NO_AUTHORITY = "issuer-is-no-authority", Outcome.FAILED
    ISSUER_COUNTRY_DIFFERS = "issuer-country-differs", Outcome.FAILED
    DOCUMENT_TYPE_NOT_LISTED = "document-type-not-listed", Outcome.FAILED
    CRITICAL_EXTENSION_UNKNOWN = "critical-extension-unknown", Outcome.UNDETERMINED
    EXTENSION_MALFORMED = "extension-malformed", Outcome.UNDETERMINED
    NOT_REVOKED = "not-revoked", Outcome.PASSED
    REVOKED = "revoked", Outcome.FAILED
    CRL_MISSING = "crl-missing", Outcome.UNDETERMINED
    CRL_TOO_OLD = "crl-too-old", Outcome.UNDETERMINED
    CRL_NOT_YET_ISSUED = "crl-not-yet-issued", Outcome.UNDETERMINED
    CRL_SIGNATURE_INVALID = "crl-signature-invalid", Outcome.UNDETERMINED
    CRL_ISSUER_UNKNOWN = "crl-issuer-unknown", Outcome.UNDETERMINED
    CRL_UNSUPPORTED = "crl-unsupported", Outcome.UNDETERMINED
    # the files
    HASH_MATCHES = "hash-matches", Outcome.PASSED
    HASH_MISMATCH = "hash-mismatch", Outcome.FAILED
    STRIPPED = "stripped", Outcome.FAILED
    NOT_SIGNED = "not-signed", Outcome.FAILED
    REFUSED_BY_CHIP = "refused-by-chip", Outcome.NOT_PERFORMED
    REFUSED_UNPROTECTED = "refused-unprotected", Outcome.UNDETERMINED
    NOT_READ = "not-read", Outcome.NOT_PERFORMED
    NOT_ON_DOCUMENT = "not-on-document", Outcome.UNSUPPORTED
    READING_BROKE = "reading-broke", Outcome.ABORTED
    NO_HASH_LIST = "no-hash-list", Outcome.UNDETERMINED
    COM_MATCHES = "com-matches", Outcome.PASSED
    COM_LISTS_UNSIGNED = "com-lists-unsigned", Outcome.FAILED
    COM_HIDES_SIGNED = "com-hides-signed", Outcome.FAILED
    COM_VERSION_DIFFERS = "com-version-differs", Outcome.FAILED
    COM_MALFORMED = "com-malformed", Outcome.FAILED
    # one against another
    CARD_ACCESS_MATCHES = "card-access-matches", Outcome.PASSED
    CARD_ACCESS_DIFFERS = "card-access-differs", Outcome.FAILED
    FILE_MISSING = "file-missing", Outcome.NOT_PERFORMED
    FILE_MALFORMED = "file-malformed", Outcome.FAILED
    COUNTRY_MATCHES = "country-matches", Outcome.PASSED
    COUNTRY_DIFFERS = "country-differs", Outcome.FAILED
    COUNTRY_NOT_COMPARABLE = "country-not-comparable", Outcome.UNDETERMINED
    MRZ_DIGITS_RIGHT = "mrz-digits-right", Outcome.PASSED
    MRZ_DIGITS_WRONG = "mrz-digits-wrong", Outcome.FAILED
    # the Vietnamese citizen's card; a difference between signed files is the issuer's, and never fails
    NO_CITIZEN_CARD = "no-citizen-card", Outcome.UNSUPPORTED
    NOT_COMPARABLE = "not-comparable", Outcome.NOT_PERFORMED
    CITIZEN_AGREES = "citizen-agrees", Outcome.PASSED
    CITIZEN_DIFFERS = "citizen-differs", Outcome.UNDETERMINED
    EXPIRY_AGREES = "expiry-agrees", Outcome.PASSED
    EXPIRY_DIFFERS = "expiry-differs", Outcome.UNDETERMINED
    NUMBER_FITS = "number-fits", Outcome.PASSED
    NUMBER_DIFFERS = "number-differs", Outcome.UNDETERMINED
    HOLDER_NUMBER_FITS = "holder-number-fits", Outcome.PASSED
    HOLDER_NUMBER_DIFFERS = "holder-number-differs", Outcome.UNDETERMINED
    ISSUE_DATE_FITS = "issue-date-fits", Outcome.PASSED
    ISSUE_DATE_OUTSIDE = "issue-date-outside", Outcome.UNDETERMINED
    # what was typed or scanned
    GIVEN_AGREES = "given-agrees", Outcome.PASSED
    GIVEN_DIFFERS = "given-differs", Outcome.FAILED
    GIVEN_DOUBTFUL = "given-doubtful", Outcome.UNDETERMINED
    GIVEN_NOT_COMPARABLE = "given-not-comparable", Outcome.UNDETERMINED
    NOTHING_GIVEN = "nothing-given", Outcome.NOT_PERFORMED
    # how the chip was opened
    PACE_USED = "pace-used", Outcome.PASSED
    BAC_USED = "bac-used", Outcome.PASSED
    NO_DOWNGRADE = "no-downgrade", Outcome.PASSED
    PACE_BYPASSED = "pace-bypassed", Outcome.FAILED
    CHIP_PROTOCOL_SKIPPED = "chip-protocol-skipped", Outcome.FAILED
    NO_CHIP_VISITED = "no-chip-visited", Outcome.NOT_PERFORMED
    # is the chip the one that was issued
    CHIP_PROVEN = "chip-proven", Outcome.PASSED
    CHIP_PROOF_INVALID = "chip-proof-invalid", Outcome.FAILED
    CHIP_REFUSED_PROOF = "chip-refused-proof", Outcome.FAILED
    CHIP_KEY_UNAUTHENTICATED = "chip-key-unauthenticated", Outcome.UNDETERMINED
    CHIP_PROOF_UNSUPPORTED = "chip-proof-unsupported", Outcome.UNDETERMINED
    CHIP_PROOF_BROKE = "chip-proof-broke", Outcome.ABORTED
    CHIP_PROOF_NOT_OFFERED = "chip-proof-not-offered", Outcome.UNSUPPORTED
    CHIP_PROOF_NOT_RUN = "chip-proof-not-run", Outcome.NOT_PERFORMED
    # the document itself
    IN_DATE = "in-date", Outcome.PASSED
    NO_EXPIRY = "no-expiry", Outcome.PASSED
    EXPIRED = "expired", Outcome.FAILED
    EXPIRY_UNREADABLE = "expiry-unreadable", Outcome.UNDETERMINED
    EXPIRY_CONTRADICTORY = "expiry-contradictory", Outcome.UNDETERMINED
    CITIZEN_RECORD_READ = "citizen-record-read", Outcome.PASSED
    CITIZEN_RECORD_OPAQUE = "citizen-record-opaque", Outcome.UNDETERMINED
    CITIZEN_RECORD_EMPTY = "citizen-record-empty", Outcome.UNSUPPORTED
    CITIZEN_RECORD_MALFORMED = "citizen-record-malformed", Outcome.UNDETERMINED
    IMAGE_READABLE = "image-readable", Outcome.PASSED
    IMAGE_BROKEN = "image-broken", Outcome.UNDETERMINED

    # is it looked for
    ON_WATCH_LIST = "on-watch-list", Outcome.FAILED
    NOT_ON_WATCH_LIST = "not-on-watch-list", Outcome.PASSED
    NO_WATCH_LIST = "no-watch-list", Outcome.NOT_PERFORMED
    NOTHING_TO_LOOK_UP = "nothing-to-look-up", Outcome.UNDETERMINED
    WATCH_LIST_CLOSED = "watch-list-closed", Outcome.UNDETERMINED

    def __init__(self, code: str, outcome: Outcome) -> None:
        self.code = code
        """The stable code, as in JSON."""
        self.outcome = outcome
        """The outcome that follows from it."""


@dataclass(frozen=True)
class Check:
    """One check: its id, the reason, what was found in words (no personal data), and the clause that asks for it."""

    id: str
    reason: Reason
    detail: str = ""
    clause: str = ""

    @property
    def outcome(self) -> Outcome:
        """The outcome of the reason."""
        return self.reason.outcome
