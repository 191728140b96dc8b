"""Nothing that comes from a file, a model or a person can do more than be read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.presenters.text import cut, cut_middle, cut_sentence, fit, plain, width


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred\x1b[0m", "a\ufffdred\ufffd"),
        ("\x1b]52;c;ZXZpbA==\x07after", "\ufffdafter"),
        ("\x1b]0;title\x1b\\x", "\ufffdx"),
        ("one\r\ntwo\tthree", "one two three"),
        ("a\x9b2Jb", "a\ufffd2Jb"),
        ("safe\u202egnp.exe", "safe\ufffdgnp.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("[bold red]not markup[/]", "[bold red]not markup[/]"),
        ("два 犬 two", "два 犬 two"),
    ],
)
def test_controls_are_seen_and_not_obeyed(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown


@given(st.text())
def test_plain_text_is_one_line_without_controls(text: str) -> None:
    shown = plain(text)
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [c for c in shown if unicodedata.category(c) in hidden]
    assert plain(shown) == shown


@given(st.text(), st.integers(0, 40))
def test_cut_never_takes_more_cells(text: str, cells: int) -> None:
    shown = plain(text)
    assert width(cut(shown, cells)) <= cells
    assert width(cut_middle(shown, cells)) <= cells
    assert width(fit(shown, cells)) == cells


def test_cut_says_that_something_is_left_out() -> None:
    assert cut("Three men stand", 10) == "Three me.."
    assert cut("犬犬犬犬犬", 6) == "犬犬.."
    assert cut_middle("open_clip:ViT-B-32/laion2b", 16) == "open_cl..laion2b"


def test_a_path_in_a_sentence_gives_way_before_its_words() -> None:
    said = "Wrote 100 rows to exports/sample-test-blip-tiny-t2i-20261126-114935.csv"
    assert cut_sentence(said, 80) == said
    assert cut_sentence(said, 50) == "Wrote 100 rows to exports/sample-..1126-114935.csv"
    assert cut_sentence(said, 30) == cut(said, 30)
    assert cut_sentence("words that are short are cut at the end", 20) == "words that are sho.."
