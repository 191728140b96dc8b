"""The filter of tables: words, facets, and both in a screen."""

from __future__ import annotations

import pytest

from workbench.presenters.filter_words import completed
from workbench.views.table_filter import (
    Filtered,
    facets_of,
    keeps,
    known_facets,
    offered,
    toggled,
)

ROWS = (
    Filtered("4 eval CLIP ViT-B", ("state:done", "kind:evaluate")),
    Filtered("5 cluster run 2", ("state:failed", "kind:cluster")),
    Filtered("6 eval BLIP", ("state:failed", "kind:evaluate")),
)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("", "456"),
        ("EVAL", "46"),
        ("eval blip", "6"),
        ("!eval", "5"),
        ("state:failed", "56"),
        ("state:failed eval", "6"),
        ("state:failed state:done", "456"),
        ("state:failed kind:cluster", "5"),
        ("!state:failed", "4"),
        ("state:nowhere", ""),
        ("vit-b", "4"),
    ],
)
def test_a_filter_leaves_what_has_all_of_it(words: str, left: str) -> None:
    known = known_facets(ROWS)
    assert "".join(row.text[0] for row in ROWS if keeps(words, row, known)) == left


def test_facets_are_counted_by_group_and_toggled() -> None:
    found = facets_of("state:failed", ROWS)
    assert [(f.group, f.name, f.count, f.on) for f in found] == [
        ("state", "done", 1, False),
        ("state", "failed", 2, True),
        ("kind", "evaluate", 2, False),
        ("kind", "cluster", 1, False),
    ]
    assert toggled("eval", "state:failed") == "eval state:failed"
    assert toggled("eval state:failed", "state:failed") == "eval"


def test_a_word_is_completed_to_a_facet() -> None:
    known = known_facets(ROWS)
    assert completed("eval sta", offered("eval sta", known)) == "eval state:done"
    assert completed("!kind:c", offered("!kind:c", known)) == "!kind:cluster"
    assert completed("eval ", offered("eval ", known)) == "eval "
    assert completed("zebra", offered("zebra", known)) == "zebra"
