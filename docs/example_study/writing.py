"""How numbers and words are written on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.report import table as plain_table
from workbench.presenters.compare_numbers import percent, points
from workbench.presenters.text import plain

Json = Any
LABELS = {
    "counting": "counting",
    "attributes": "attributes",
    "coreference": "coreference",
    "abstract": "mood",
    "fine_grained": "fine-grained detail",
    "data_fault": "data fault",
    "none": "nothing",
}
WAYS = {"t2i": "caption to image", "i2t": "image to caption"}
FEW = "few"
SURE = 0.05


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; no cell can end its column."""
    return plain_table(head, [[cell.replace("|", "\\|") for cell in row] for row in rows])


def cell(share: Json) -> str:
    """A share in percent with its limits, for a column that says so: "47.1 [44.3, 50.3]"."""
    if share["low"] is None:
        return f"{percent(share['value'])} ({FEW})"
    return f"{percent(share['value'])} [{percent(share['low'])}, {percent(share['high'])}]"


def said(share: Json) -> str:
    """A share in percent with its limits, for a sentence."""
    if share["low"] is None:
        return f"{percent(share['value'])} %"
    return f"{percent(share['value'])} % [{percent(share['low'])}, {percent(share['high'])}]"


def same(words: dict[str, str]) -> str | None:
    """The one word that all names have, or None where they differ."""
    return next(iter(words.values())) if len(set(words.values())) == 1 else None


def grouped(rows: Iterable[tuple[str, str, str]]) -> str:
    """Say (what, name, detail) with the names of equal whats together.

    >>> grouped([("red", "A", "1"), ("red", "B", "2"), ("blue", "C", "3")])
    'red for A (1) and B (2), and blue for C (3)'
    """
    groups: dict[str, list[str]] = {}
    for what, name, detail in rows:
        groups.setdefault(what, []).append(f"{name} ({detail})")
    parts = [f"{what} for {listed(names)}" for what, names in groups.items()]
    return ", and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def k_of_n(share: Json) -> str:
    """A share's counts: "716 of 1,586"."""
    return f"{share['k']:,} of {share['n']:,}"


def change(difference: Json) -> str:
    """A difference of shares in points with its limits."""
    if difference["low"] is None:
        return f"{points(difference['value'])} ({FEW})"
    low, high = points(difference["low"]), points(difference["high"])
    return f"{points(difference['value'])} [{low}, {high}]"


def number(one: Json, digits: int = 2) -> str:
    """A number that is no share, with its limits where it has any."""
    text = f"{one['value']:.{digits}f}"
    if one["low"] is None:
        return text
    return f"{text} [{one['low']:.{digits}f}, {one['high']:.{digits}f}]"


def p_cell(p: float | None) -> str:
    """A p-value for a column that says so."""
    if p is None:
        return FEW
    return "< .001" if p < 0.001 else f"{p:.3f}".replace("0.", ".", 1)


def listed(words: Sequence[str]) -> str:
    """Join words: "a, b and c"; "nothing" for none.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', 'nothing')
    """
    if not words:
        return "nothing"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def quoted(text: str) -> str:
    """A caption as one line of Markdown in which nothing is markup."""
    safe = plain(text)
    for sign in "\\`*_<>[]|#":
        safe = safe.replace(sign, f"\\{sign}")
    return f"“{safe}”"


def paragraphs(*parts: str) -> str:
    """Join the parts that say something by empty lines."""
    return "\n\n".join(part for part in parts if part)
