# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import click


def moment(value: str | None) -> datetime:
    """Parse a time, ISO 8601, UTC where no zone is given; None is now."""
    if value is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(value)
        if not 1 < parsed.year < 9999:  # at either end of the calendar there is no other zone and no day more
            raise ValueError(value)
    except ValueError as error:
        raise click.BadParameter("a time such as 2026-05-28 or 2026-05-28T08:00:00+07:00 is expected") from error
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
