"""The filter of a table: words that a row must have, and facets such as `state:failed`.

Every word must be found in the text of a row; `!word` must not. Facets of one group may be chosen
together: a row then needs one of them. A row of a table is `Filtered`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.views.facets import Facet


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter sees of a row: its text, and its facets as `group:value`."""

    text: str
    facets: tuple[str, ...] = ()


def keeps(words: str, row: Filtered, known: Sequence[str]) -> bool:
    """Say whether a row has all that is asked for; `known` are the facets of the table."""
    text = row.text.casefold()
    groups: dict[str, bool] = {}
    for word in words.split():
        bare = word.removeprefix("!")
        if bare in known:
            has = bare in row.facets
            if word != bare:
                if has:
                    return False
            else:
                group = bare.partition(":")[0]
                groups[group] = groups.get(group, False) or has
        elif (bare.casefold() in text) == (word != bare):
            return False
    return all(groups.values())


def known_facets(rows: Sequence[Filtered]) -> tuple[str, ...]:
    """Return every facet that a row has, in the order in which they come."""
    return tuple(dict.fromkeys(facet for row in rows for facet in row.facets))


def facets_of(words: str, rows: Sequence[Filtered]) -> tuple[Facet, ...]:
    """Return what a table can be narrowed to, by group, with how many of all rows have it."""
    counts = Counter(facet for row in rows for facet in row.facets)
    chosen = words.split()
    groups: dict[str, list[Facet]] = {}
    for facet in known_facets(rows):
        group, _, name = facet.partition(":")
        found = Facet(group, name, facet, counts[facet], facet in chosen)
        groups.setdefault(group, []).append(found)
    return tuple(facet for group in groups.values() for facet in group)


def toggled(words: str, facet: str) -> str:
    """Return a filter with a facet added, or taken away where it was."""
    kept = [word for word in words.split() if word != facet]
    return " ".join(kept if len(kept) < len(words.split()) else [*kept, facet])


def offered(words: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the facets that the last word of a filter may become."""
    begun = words.rpartition(" ")[2].removeprefix("!")
    return tuple(facet for facet in known if facet.startswith(begun))
