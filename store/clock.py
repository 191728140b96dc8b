"""The one way times are written."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> str:
    """Return the present time in UTC as ISO 8601 with seconds, "2026-01-12T12:04:31Z"."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
