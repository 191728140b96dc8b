"""Answers of the terminal that come late are no keys; keys around them stay keys."""

from __future__ import annotations

import os

import pytest
from textual.events import Key

from store.workspace import Workspace
from tests.ui.test_terminal import Terminal
from workbench.widgets.late_answers import PatientParser

DA1 = "\x1b[?63;1;2;4;6;9;15;16;22;28c"
NAME = "\x1bP>|XTerm(379)\x1b\\"
KITTY = "\x1b_Gi=31;OK\x1b\\"


def typed(*parts: str) -> str:
    """Return the letters that a parser makes of what comes in parts."""
    parser = PatientParser()
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
    up = next(iter(PatientParser().feed("\x1b[A")))
    assert isinstance(up, Key)
    assert up.key == "up"


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
