"""Times and durations as people read them."""

from __future__ import annotations

from datetime import datetime


def seconds_of(iso: str | None) -> float | None:
    """Return an ISO 8601 time as seconds since 1970, or None."""
    if not iso:
        return None
    try:
        return datetime.fromisoformat(iso).timestamp()
    except ValueError:
        return None


def ago(iso: str | None, now: float) -> str:
    """Return how long ago something was: "now", "5 min", "2 h", "3 days"."""
    then = seconds_of(iso)
    if then is None:
        return ""
    passed = max(0.0, now - then)
    if passed < 60:
        return "now"
    if passed < 3600:
        return f"{passed // 60:.0f} min ago"
    if passed < 48 * 3600:
        return f"{passed // 3600:.0f} h ago"
    return f"{passed // 86400:.0f} days ago"


def clock(iso: str | None, now: float) -> str:
    """Return the local time of day, with the date where it is not today's."""
    then = seconds_of(iso)
    if then is None:
        return ""
    at, today = datetime.fromtimestamp(then), datetime.fromtimestamp(now)
    return f"{at:%H:%M:%S}" if at.date() == today.date() else f"{at:%d %b %H:%M}"


def duration(seconds: float | None) -> str:
    """Return a duration: "0:48", "12:05", "2h10"; "--" where it is not known."""
    if seconds is None or seconds < 0:
        return "--"
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def took(started: str | None, ended: str | None) -> float | None:
    """Return the seconds between two times, or None."""
    first, last = seconds_of(started), seconds_of(ended)
    return last - first if first is not None and last is not None else None
