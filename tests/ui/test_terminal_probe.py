"""The questions to the terminal: what is answered, what is remembered, and how long it takes."""

from __future__ import annotations

import os
import pty
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.session.terminal_probe import DA1, KITTY, NAME, Probed, ask, probe
from workbench.widgets.picture_mode import PROBED, drawing

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
KITTY_OK = b"\x1b_Gi=31;OK\x1b\\"
ANSWERS = [  # device attributes, name, kitty graphics, as the terminals themselves gave them
    ("64;1;2;6;9;15;16;17;18;21;22;28", "XTerm(379)", False, "none"),
    ("63;1;2;4;6;9;15;16;22;28", "XTerm(379)", False, "sixel"),  # started with -ti vt340
    ("63;1;2;3;4;6;7;15;18;22;29", "", False, "sixel"),  # mlterm 3.9.0
    ("62;", "kitty(0.26.5)", True, "none"),
    ("62;", "kitty(0.41.1)", True, "kitty"),
    ("62;1;4", "Konsole 25.04.2", True, "sixel"),
    ("1;2", "", False, "none"),  # GNU screen 4.09.00
]


@contextmanager
def terminal(answers: dict[bytes, bytes], heard: list[bytes], late_s: float = 0.0) -> Iterator[int]:
    """A terminal that answers what it is asked, after a while."""
    main, child = pty.openpty()

    def listen() -> None:
        while True:
            try:
                data = os.read(main, 4096)
            except OSError:
                return
            heard.append(data)
            time.sleep(late_s)
            for question, answer in answers.items():
                if question in data:
                    os.write(main, answer)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield child
    finally:
        os.close(child)
        thread.join(5)
        os.close(main)


@pytest.mark.parametrize(("attributes", "name", "kitty", "takes"), ANSWERS)
def test_a_terminal_says_what_it_draws(attributes: str, name: str, kitty: bool, takes: str) -> None:
    answers = {DA1: f"\x1b[?{attributes}c".encode()}
    if name:
        answers = {NAME: f"\x1bP>|{name}\x1b\\".encode()} | answers
    if kitty:
        answers = {KITTY: KITTY_OK} | answers
    with terminal(answers, []) as line:
        found = ask(line, tmux=False)
    assert (found.names, found.name) == (takes, name)


def test_a_slow_line_is_waited_for() -> None:
    answers = {NAME: b"\x1bP>|kitty(0.41.1)\x1b\\", KITTY: KITTY_OK, DA1: b"\x1b[?62;4c"}
    with terminal(answers, [], late_s=0.3) as line:
        assert ask(line, tmux=False) == Probed(True, True, True, "kitty(0.41.1)")


def test_a_silent_terminal_costs_the_budget_once(tmp_path: Path) -> None:
    heard: list[bytes] = []
    environment = {"TERM": "x", "XDG_CACHE_HOME": str(tmp_path)}
    with terminal({}, heard) as line:
        assert probe(environment, line, budget_s=0.2) == Probed(answered=False)
        assert probe(environment, line, budget_s=60) == Probed(answered=False)
    assert b"".join(heard) == DA1 + NAME + KITTY + DA1


def test_a_line_slower_than_the_budget_counts_with_what_has_come() -> None:
    with terminal({DA1: b"\x1b[?62;4c"}, [], late_s=0.4) as line:
        assert ask(line, budget_s=0.6) == Probed(True, sixel=True)


def test_what_was_answered_is_kept_for_a_connection(tmp_path: Path) -> None:
    heard: list[bytes] = []
    environment = {"TERM": "x", "SSH_CONNECTION": "a 1 b 22", "XDG_CACHE_HOME": str(tmp_path)}
    with terminal({DA1: b"\x1b[?62;4c"}, heard) as line:
        for _ in range(3):
            assert probe(environment, line) == Probed(True, sixel=True)
        assert b"".join(heard).count(DA1) == 2
        probe({**environment, "SSH_CONNECTION": "a 2 b 22"}, line)
        assert b"".join(heard).count(DA1) == 4


def test_a_cache_that_cannot_be_read_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "retrieval-workbench").mkdir()
    (tmp_path / "retrieval-workbench" / "terminals.json").write_text('{"x": {"no": 1}}')
    with terminal({DA1: b"\x1b[?62c"}, []) as line:
        assert probe({"TERM": "x", "XDG_CACHE_HOME": str(tmp_path)}, line) == Probed(True)


def test_within_tmux_kitty_is_not_asked_as_its_answer_would_come_too_late() -> None:
    heard: list[bytes] = []
    with terminal({DA1: b"\x1b[?62;4c"}, heard) as line:
        assert ask(line, tmux=True) == Probed(True, sixel=True)
    assert b"".join(heard) == DA1


@pytest.mark.parametrize(
    ("attributes", "around", "features", "through", "takes"),
    [
        ("1;2;4", "XTerm(379)", "256,bpaste,sixel,title", "off", "sixel"),  # tmux 3.5a
        ("1;2;4", "XTerm(379)", "256,bpaste,title", "off", "none"),
        ("1;2;4", "", "", "", "none"),
        ("1;2", "kitty(0.41.1)", "256,title", "on", "kitty"),  # tmux 3.3a
        ("1;2", "kitty(0.41.1)", "256,title", "off", "none"),
        ("1;2", "kitty(0.26.5)", "256,title", "on", "none"),
    ],
)
def test_through_tmux_it_counts_what_the_terminal_around_it_draws(
    tmp_path: Path, attributes: str, around: str, features: str, through: str, takes: str
) -> None:
    heard: list[bytes] = []
    environment = {"TMUX": "/tmp/tmux-0/default,1,0", "XDG_CACHE_HOME": str(tmp_path)}
    says = {
        "client_termfeatures": features,
        "client_termtype": around,
        "allow-passthrough": through,
    }
    with terminal({DA1: f"\x1b[?{attributes}c".encode()}, heard) as line:
        for _ in range(2):
            found = probe(environment, line, tmux=says.__getitem__)
            assert found is not None
            assert (found.names, found.name) == (takes, around)
    assert b"".join(heard).count(DA1) == 2  # another terminal may be attached by now


@pytest.mark.parametrize("environment", [{"TERM": "linux"}, {"STY": "1"}, {"NO_COLOR": "1"}])
def test_some_are_never_asked(environment: dict[str, str]) -> None:
    heard: list[bytes] = []
    with terminal({}, heard) as line:
        assert probe(environment, line) is None
    assert heard == []


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({PROBED: "kitty sixel"}, "kitty"),
        ({PROBED: "sixel", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({PROBED: "sixel", "TERM_PROGRAM": "WarpTerminal"}, "half-block"),
        ({PROBED: "none", "TERM": "xterm-kitty"}, "half-block"),
        ({PROBED: "kitty", "TMUX": "x", "TERM": "tmux-256color"}, "kitty"),
        ({PROBED: "sixel", "NO_COLOR": "1"}, "none"),
        ({PROBED: "sixel", "STY": "x"}, "half-block"),
        ({"TEXTUAL_DRIVER": WEB_DRIVER, "TERM": "xterm-kitty"}, "half-block"),
    ],
)
def test_pictures_follow_the_answer(environment: dict[str, str], wanted: str) -> None:
    assert drawing("auto", environment) == wanted
