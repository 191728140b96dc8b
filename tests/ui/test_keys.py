"""Rules of the key table: no clash, digits only label, nothing a terminal or shell needs."""

from __future__ import annotations

import pytest
from textual.binding import BindingsMap

from tests.ui.key_table import DIFFERS, WANTED
from workbench.presenters.shell import key_line
from workbench.presenters.text import width
from workbench.screens.cases import CasesScreen
from workbench.screens.clusters import ClustersScreen
from workbench.screens.compare import CompareScreen
from workbench.screens.home import HomeScreen
from workbench.screens.jobs import JobsScreen
from workbench.screens.plots import PlotsScreen
from workbench.screens.search import SearchScreen
from workbench.screens.slices import SlicesScreen
from workbench.screens.triage import TriageScreen
from workbench.views.keys.chords import CHORDS, chord
from workbench.views.keys.hints import hints_of, use_labels
from workbench.views.keys.in_use import keys_of
from workbench.views.keys.screens import EVERY
from workbench.views.keys.table import KEYS
from workbench.views.keys.terminal import NEVER_BOUND
from workbench.views.keys.writing import WRITING

SCREENS = {
    "home": HomeScreen,
    "cases": CasesScreen,
    "triage": TriageScreen,
    "clusters": ClustersScreen,
    "slices": SlicesScreen,
    "compare": CompareScreen,
    "plots": PlotsScreen,
    "jobs": JobsScreen,
    "search": SearchScreen,
}


@pytest.mark.parametrize("screen", EVERY)
def test_a_key_is_bound_once_on_a_screen(screen: str) -> None:
    pressed = [keys for key in keys_of(screen) for keys in key.keys]
    assert sorted(pressed) == sorted(set(pressed))


@pytest.mark.parametrize("screen", EVERY)
def test_the_prefix_of_a_chord_is_no_key_of_its_own(screen: str) -> None:
    pressed = {keys for key in keys_of(screen) for keys in key.keys}
    prefixes = {keys.split()[0] for keys in pressed if " " in keys}
    assert not prefixes & pressed
    assert prefixes <= set(CHORDS)


def test_a_key_has_the_same_verb_on_every_screen() -> None:
    verbs: dict[str, set[str]] = {}
    for key in KEYS:
        for pressed in key.keys:
            verbs.setdefault(pressed, set()).add(key.id)
    # Both are asked for by name: a job goes later in the queue, a search goes on from an image.
    assert verbs.pop(">") == {"later", "more_like"}
    assert {pressed: ids for pressed, ids in verbs.items() if len(ids) > 1} == {}


def test_digits_only_label_and_only_digits_and_x_label() -> None:
    for key in KEYS:
        for pressed in key.keys:
            if any(part.isdigit() for part in pressed.split()):
                assert key.id == "set_category"
    labelling = {pressed for key in KEYS if key.id == "set_category" for pressed in key.keys}
    assert labelling == set("0123456789x")


def test_nothing_that_multiplexers_or_shells_need_is_bound() -> None:
    pressed = {part for key in KEYS for keys in key.keys for part in keys.split()}
    assert not pressed & NEVER_BOUND
    assert not [key for key in pressed if key.startswith(("alt+", "super+"))]


@pytest.mark.parametrize("screen", EVERY)
def test_every_key_does_something(screen: str) -> None:
    for key in keys_of(screen):
        assert callable(getattr(SCREENS[screen], f"action_{key.id}", None)), key.id


@pytest.mark.parametrize("screen", EVERY)
def test_the_bindings_of_a_screen_are_the_table(screen: str) -> None:
    bound = BindingsMap(SCREENS[screen].BINDINGS).key_to_bindings
    plain = [keys for key in keys_of(screen) for keys in key.keys if " " not in keys]
    prefixes = [prefix for prefix in CHORDS if chord(screen, prefix)]
    assert len(bound) == len(plain) + len(prefixes)
    assert not [binding for list_ in bound.values() for binding in list_ if binding.priority]


@pytest.mark.parametrize("screen", EVERY)
@pytest.mark.parametrize("cells", [60, 80, 100, 200])
def test_hints_are_whole_and_end_with_all(screen: str, cells: int) -> None:
    text = key_line(hints_of(screen), cells).text
    assert width(text) <= cells
    assert text.endswith("? all")
    assert ".." not in text


@pytest.mark.parametrize("pressed", WANTED)
def test_every_key_that_was_asked_for_is_there(pressed: str) -> None:
    has = {screen for screen in EVERY if pressed in bound(screen)}
    lacks = set(DIFFERS.get(pressed, ()))
    assert set(WANTED[pressed]) - lacks <= has
    assert not lacks & has, "a difference that is none any more"
    assert lacks <= set(WANTED[pressed])


@pytest.mark.parametrize("screen", EVERY)
def test_no_key_is_there_that_nobody_knows(screen: str) -> None:
    """Keys beyond what was asked for are few, and named here."""
    more = {
        *(
            "g s",
            "g d",
            "g r",
            "g a",
            "g i",
            "g o",
            "g /",
            "V",
            "O",
            "Q",
            "B",
            ">",
            "=",
            "@",
        ),  # no row of their own
        *("C", "+", "d", "f", "S", "T", "o"),  # on more screens
    }
    asked = {key for key in WANTED if screen in WANTED[key]}
    assert bound(screen) - asked - seconds(screen) <= more


def bound(screen: str) -> set[str]:
    """The keys of a screen, with the menus that they open."""
    pressed = {keys for key in keys_of(screen) for keys in key.keys}
    return pressed | {keys.split()[0] for keys in pressed if " " in keys and keys[0] in "oy"}


def seconds(screen: str) -> set[str]:
    """The second keys of the menus of sorting and copying."""
    return {keys for key in keys_of(screen) for keys in key.keys if keys[:2] in ("o ", "y ")}


def test_the_hints_name_the_digits_that_the_taxonomy_has() -> None:
    try:
        use_labels(("1", "2", "3", "x", "0", "5"))
        assert ("1-3 5 0", "label") in hints_of("triage")
    finally:
        use_labels("123456789")
    assert ("1-9", "label") in hints_of("triage")


@pytest.mark.parametrize("screen", ["cases", "triage", "compare"])
def test_on_a_case_j_and_k_step_through_what_was_retrieved(screen: str) -> None:
    labels = {key.id: key.label for key in keys_of(screen)}
    assert labels["other_down"] == "top-k"


@pytest.mark.parametrize("screen", EVERY)
def test_a_sentence_behind_a_slash_is_typed_on_every_screen(screen: str) -> None:
    assert "/" in bound(screen)


def test_every_verb_that_writes_is_a_key() -> None:
    assert {key.id for key in KEYS} >= WRITING
