"""Answers of the terminal that come late are no keys; Esc and the key behind it are two."""

from __future__ import annotations

import os

import pytest
from textual.events import Key

from store.workspace import Workspace
from tests.ui.test_terminal import Terminal
from workbench.widgets.typed_keys import KeyParser

DA1 = "\x1b[?63;1;2;4;6;9;15;16;22;28c"
NAME = "\x1bP>|XTerm(379)\x1b\\"
KITTY = "\x1b_Gi=31;OK\x1b\\"


def typed(*parts: str) -> str:
    """Return the letters that a parser makes of what comes in parts."""
    parser = KeyParser()
    found = [event for part in parts for event in parser.feed(part)]
    return "".join(event.character or "" for event in found if isinstance(event, Key))


@pytest.mark.parametrize("answer", [DA1, NAME, KITTY, NAME + KITTY + DA1])
def test_an_answer_is_no_key(answer: str) -> None:
    assert typed(f"j{answer}k") == "jk"


@pytest.mark.parametrize("answer", [DA1, NAME, KITTY])
def test_an_answer_in_two_parts_is_no_key(answer: str) -> None:
    for cut in range(3, len(answer)):
        assert typed("j" + answer[:cut], answer[cut:] + "k") == "jk"


def test_other_keys_stay() -> None:
    assert typed("1?", "c") == "1?c"
    up = next(iter(KeyParser().feed("\x1b[A")))
    assert isinstance(up, Key)
    assert up.key == "up"


def keys(data: str) -> list[str]:
    """Return the keys of what comes at once; the end of the input ends what is begun."""
    parser = KeyParser()
    found = [*parser.feed(data), *parser.feed("")]
    return [event.key for event in found if isinstance(event, Key)]


@pytest.mark.parametrize("key", ["j", "J", "1", "?", "/", " ", "-", "[", "O", "\r"])
def test_escape_and_the_key_behind_it_are_two_keys(key: str) -> None:
    (alone,) = keys(key)
    assert keys(f"\x1b{key}") == ["escape", alone]


def test_what_begins_with_escape_stays_one_key() -> None:
    sequences = ("\x1b[A", "\x1bOP", "\x1b[1;5C", "\x1bb", "\x1bf", "\x1b\x7f", "\x1b")
    found = [keys(sequence) for sequence in sequences]
    assert found == [
        ["up"],
        ["f1"],
        ["ctrl+right"],
        ["ctrl+left"],
        ["ctrl+right"],
        ["ctrl+w"],
        ["escape"],
    ]


def test_a_terminal_that_answers_late_labels_nothing(
    workspace: Workspace, tmp_path: object
) -> None:
    arguments = ("-m", "workbench", "--workspace", str(workspace.path), "case", "18", "--run", "1")
    terminal = Terminal(*arguments, answer=b"", XDG_CACHE_HOME=str(tmp_path))
    try:
        terminal.read_until(b"number 17.")
        terminal.read_until_quiet()
        os.write(terminal.main, (NAME + KITTY + DA1).encode())
        assert terminal.read_until_quiet() == b""
        assert workspace.decisions.history() == []
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)


def test_escape_and_a_label_in_one_write_clear_the_filter_and_label(
    workspace: Workspace, tmp_path: object
) -> None:
    arguments = ("-m", "workbench", "--workspace", str(workspace.path))
    arguments += ("cases", "rank>20", "--run", "1")
    terminal = Terminal(*arguments, XDG_CACHE_HOME=str(tmp_path))
    try:
        terminal.read_until(b"rank>20")
        terminal.read_until_quiet()
        os.write(terminal.main, b"\x1b")
        terminal.read_until_quiet()
        os.write(terminal.main, b"\x1b1")
        terminal.read_until(b"-> CNT")
        assert len(workspace.decisions.history()) == 1
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.main)
