"""What screens must say by text alone at 80x24: every state can be read without one colour."""

from __future__ import annotations

import re

TOLD = {
    "home": (r"\[Home\]", r"^ ?> ", r"running +62%", "waiting", "queued"),
    "cases": (
        *(r"\[Cases\]", r"^ ?\+ 3 ", r"^ ?> +45 +"),
        *(r"DAT\? +A girl", r"DAT  +Three", "COR  +Three"),  # suggested, decided
    ),
    "cases-filter": (r"filter: rank>1", "Esc cancel"),
    "cases-labelled": (r"^ ?> +45 .* CNT  ", r"45 -> CNT saved 12:04:31"),
    "triage-several": (r"\[1\]\+CNT", r"\[3\]\+COR", r"FIN fine grained\?", "multi-label"),
    "clusters": (r"\[Clusters\]", r"^ *\+ ?3 ", r"^ ?> +1 ", "1 marked"),
    "slices": (r"\[Slices\]", r"^ ?> ", "few"),
    "compare": (r"\[Compare\]", r"\[60\]", r"^ ?\+ 127 ", r"^ ?> +38 ", "A miss, B hit"),
    "plots": (r"\[Plots\]", r"\[2\]", r"rank 2 +42 of 144"),
    "jobs": (
        *(r"\[Jobs\]", r"\*5 ", r"^ ?> +6 ", "1 marked"),
        *("running", "queued", "waits for release", "lost", "failed", "cancelled", "done"),
    ),
    "search": (r"\[Search\]", r"^ ?> "),
}
"""What a stop says, as patterns of its lines."""


def untold(stop: str, text: str) -> list[str]:
    """Return what a stop does not say, with what it says."""
    return [
        f"{stop} does not say {pattern}:\n{text}"
        for pattern in TOLD.get(stop, ())
        if not re.search(pattern, text, re.MULTILINE)
    ]
