"""Styles are parsed once a theme, however many screens are visited."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.css import stylesheet

from store.workspace import Workspace
from tests.ui.conftest import make_app, settled
from workbench.widgets import stylesheet as ours
from workbench.widgets.themes import THEMES


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[object, ...]]:
    """How often the library parsed a text, by what it came from."""
    times: Counter[tuple[object, ...]] = Counter()
    parse = stylesheet.parse

    def counted(scope: str, css: str, read_from: tuple[str, str], **how: object) -> object:
        times[scope, read_from, how["is_default_rules"], how["tie_breaker"]] += 1
        return parse(scope, css, read_from, **how)

    monkeypatch.setattr(stylesheet, "parse", counted)
    monkeypatch.setattr(ours, "_parsed", {})
    return times


async def test_a_new_screen_parses_only_its_own_styles(
    workspace: Workspace, parsed: Counter[tuple[object, ...]]
) -> None:
    app = make_app(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in "ckmpjh":
            await pilot.press("g", key)
            await settled(pilot)
    assert len(parsed) > 30
    assert set(parsed.values()) == {1}


async def test_a_theme_that_was_shown_before_is_not_parsed_again(
    workspace: Workspace, parsed: Counter[tuple[object, ...]]
) -> None:
    app = make_app(workspace)
    first, other = app.theme, next(theme.name for theme in THEMES if theme.name != "dark")
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == first != other
        shown = []
        for theme in (first, other, first):
            app.theme = theme
            await settled(pilot)
            shown.append((app.screen.styles.background, sum(parsed.values())))
    (dark, once), (light, twice), again = shown
    assert dark != light
    assert once < twice
    assert again == (dark, twice)
