"""Keys act in the order in which they were typed, however many come at once."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult

from workbench.widgets.line_input import LineInput

KEYS = {"<": "backspace", "^": "ctrl+u", "{": "home"}


class OneField(App[None]):
    """A field alone; notes what is submitted."""

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[str] = []

    def compose(self) -> ComposeResult:
        yield LineInput()

    def on_input_submitted(self, event: LineInput.Submitted) -> None:
        self.submitted.append(event.value)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("abc<d", "abd"), ("old^new", "new"), ("bc{a", "abc"), ("<<x", "x"), ("a^b^c", "c")],
)
async def test_a_burst_of_keys_is_taken_in_order(typed: str, text: str) -> None:
    app = OneField()
    async with app.run_test() as pilot:
        field = app.query_one(LineInput)
        for character in typed:  # as one read from the terminal brings them
            key = KEYS.get(character, character)
            field.post_message(events.Key(key, character if key == character else None))
        await pilot.pause()
        assert field.value == text


async def test_enter_submits_what_stands_before_it() -> None:
    app = OneField()
    async with app.run_test() as pilot:
        field = app.query_one(LineInput)
        for key, character in (("a", "a"), ("enter", "\r"), ("b", "b")):
            field.post_message(events.Key(key, character))
        await pilot.pause()
        assert app.submitted == ["a"]
        assert field.value == "ab"


async def test_what_is_edited_is_painted_harmlessly_and_kept() -> None:
    app = OneField()
    hostile = "a\x1b]52;c;QUJD\x07 b\x9b2J\u202ec\td  e "
    async with app.run_test() as pilot:
        field = app.query_one(LineInput)
        field.value = hostile
        await pilot.pause()
        painted = "".join(line.text for line in app.screen._compositor.render_strips())
        assert "a\ufffd]52;c;QUJD\ufffd b\ufffd2J\ufffdc d  e " in painted
        assert field.value == hostile
        field._suggestion = f"{hostile}\x1b[2J"
        await pilot.pause()
        painted = "".join(line.text for line in app.screen._compositor.render_strips())
        assert "e \ufffd[2J" in painted
        await pilot.press("enter")
        assert app.submitted == [hostile]
