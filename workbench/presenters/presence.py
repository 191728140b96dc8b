"""Who else has the workspace open, in one sentence."""

from __future__ import annotations

from datetime import datetime

from workbench.presenters.text import plain
from workbench.views.presence import Presence

WISHES = "Enter opens read-only, b beside it, t takes over, q quits."


def present_sentence(other: Presence, here: str) -> str:
    """Say since when and where a workspace is open, and by whom; `here` is this host."""
    since = ""
    if other.since:
        then = datetime.fromtimestamp(other.since).astimezone()
        today = then.date() == datetime.now().astimezone().date()
        since = f" since {then:{'%H:%M' if today else '%Y-%m-%d %H:%M'}}"
    where = f" on {plain(other.terminal)}" if other.terminal else ""
    host = f" of {plain(other.host)}" if other.host not in ("", here) else ""
    who = f" by {plain(other.annotator)}" if other.annotator else ""
    return f"Also open{since}{where}{host}{who}."
