"""Both sides of a case, and how much of their difference a finding explains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from plugins.api import FailureCase
from plugins.labelers.caption import read_caption
from plugins.labelers.readings import Reading


@dataclass(frozen=True, slots=True)
class Sides:
    """The readings of a case: the query, its positives, and what was retrieved instead."""

    query: Reading
    positives: tuple[Reading, ...]
    retrieved: tuple[Reading, ...]


def sides_of(case: FailureCase) -> Sides:
    """Read a case; in i2t only the wrongly retrieved caption itself, not its siblings, counts."""
    retrieved = case.retrieved if case.direction == "t2i" else case.retrieved[:1]
    return Sides(
        read_caption(case.query),
        tuple(read_caption(text) for text in case.positives if text != case.query),
        tuple(read_caption(text) for text in retrieved),
    )


def explained(query: Reading, retrieved: Reading, words: Iterable[str]) -> float:
    """Return the share of the words that differ between two captions which `words` are.

    1.0 says that the captions differ in nothing else; captions about other things give a value
    near 0, and a finding between them decides little.
    """
    different = query.lemmas ^ retrieved.lemmas
    if not different:
        return 1.0
    return len(different & frozenset(words)) / len(different)


class Words(Protocol):
    """Anything that marks characters [start, end) of a caption."""

    @property
    def start(self) -> int:
        """First character."""
        ...

    @property
    def end(self) -> int:
        """One behind the last character."""
        ...


def quoted(text: str, words: Sequence[Words]) -> str:
    """Quote the marked words of a caption for a reason sentence."""
    parts = (" ".join(text[word.start : word.end].split()) for word in words)
    return " and ".join(f"'{part}'" for part in parts)
