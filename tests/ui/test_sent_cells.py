"""Only cells that change are sent, and the terminal shows the same as if all were sent."""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from benchmarks.shown import Shown
from store.workspace import Workspace
from tests.ui.conftest import make_app
from workbench.widgets.pen import ink
from workbench.widgets.picture_protocol import kitty_strips
from workbench.widgets.scroll import Scroll
from workbench.widgets.sent_cells import SentCells
from workbench.widgets.sent_row import PLACEHOLDER

WIDTH, HEIGHT = 24, 6
SIZE = Size(WIDTH, HEIGHT)
USED = re.compile(r"\x1b\[(\d+(;\d+)?H|\d*[CG]|[\d;]*[mr])|\x1bM|[^\x1b]")
STYLES: tuple[dict[str, Any], ...] = (
    {"color": "#102030", "bgcolor": "#405060"},
    {"color": "#a0b0c0", "bgcolor": "#405060"},
    {"color": "#102030", "bgcolor": "#405060", "bold": True},
    {"color": "#102030", "bgcolor": "#708090", "reverse": True},
    {"color": "red", "underline": True},
    {"bgcolor": "blue", "italic": True},
    {"color": "default", "bgcolor": "default"},
    {"color": "bright_red", "bgcolor": "bright_blue", "dim": True},
    {},
)
WORDS = ("a man", "   ", "      ", "dog", "dot", "▀▀", "│", "é…", "x")
DOUBTFUL = ("日本", "e\u0301", "\u0301", "שלום", "देव", "👩", "\u00ad", "\uf120")


def strip(chance: random.Random, width: int, words: tuple[str, ...]) -> Strip:
    """Make a line of a widget at random."""
    segments = [
        Segment(chance.choice(words), Style(**chance.choice(STYLES)))
        for _ in range(chance.randrange(1, 5))
    ]
    return Strip(segments).adjust_cell_length(width, Style(**chance.choice(STYLES)))


def paints(chance: random.Random, words: tuple[str, ...], system: str, n: int) -> Iterator[str]:
    """Yield what paints lines at random; half of the times lines move, and one changes besides."""
    console = Console(color_system=system, width=WIDTH, legacy_windows=False)  # type: ignore[arg-type]
    cuts, rows = [0, WIDTH], [{0: strip(chance, WIDTH, words)} for _ in range(HEIGHT)]
    for _ in range(n):
        if chance.random() < 0.5:
            cuts = sorted({0, WIDTH, *(chance.randrange(1, WIDTH) for _ in range(2))})
            rows = [
                {x: strip(chance, end - x, words) for x, end in pairwise(cuts)}
                for _ in range(HEIGHT)
            ]
        else:
            by = chance.choice((-2, -1, 1, 2))
            rows = [*rows[by:], *rows[:by]]
            x, end = chance.choice(tuple(pairwise(cuts)))
            y = chance.randrange(HEIGHT)
            rows[y] = rows[y] | {x: strip(chance, end - x, words)}
        if chance.random() < 0.4:
            update: LayoutUpdate | ChopsUpdate = LayoutUpdate(
                [list(row.values()) for row in rows], Region(0, 0, WIDTH, HEIGHT)
            )
        else:
            x1 = chance.choice(cuts[:-1])
            spans = [(chance.randrange(HEIGHT), x1, chance.randrange(x1 + 1, WIDTH + 1))]
            update = ChopsUpdate(rows, spans, [cuts[1:]] * HEIGHT)
        for _ in range(chance.randrange(1, 3)):
            yield update.render_segments(console)


@pytest.mark.parametrize("words", [WORDS, WORDS + DOUBTFUL], ids=["certain", "doubtful"])
@pytest.mark.parametrize("system", ["truecolor", "256", "standard"])
def test_the_terminal_shows_what_it_would_if_all_were_sent(
    words: tuple[str, ...], system: str
) -> None:
    sent, few, all_ = SentCells(), Shown(HEIGHT), Shown(HEIGHT)
    n_few = n_all = n_scrolled = 0
    for whole in paints(random.Random(7), words, system, 900):
        data = sent.changed(whole, SIZE)
        assert not USED.sub("", data)
        few.feed(data.encode())
        all_.feed(whole.encode())
        assert few.look == Shown().look, "the terminal is plain for whoever writes next"
        assert few.seen == all_.seen
        n_few, n_all = n_few + len(data), n_all + len(whole)
        n_scrolled += "\x1b[r" in data
    assert n_few < n_all
    assert n_scrolled > 20


def beside(chance: random.Random, n: int) -> Iterator[str]:
    """Paint a list that scrolls, and now and then what stands beside it, in a few words or many."""
    rows = ["".join(chance.choices("abcdef", k=10)) for _ in range(40)]
    for step in range(n):
        top = chance.randrange(3) + step % 20
        yield "".join(f"\x1b[{y + 1};1H{rows[top + y]}\n" for y in range(HEIGHT))
        if step % 5 == 0:
            words = "".join(chance.choices("gh", k=WIDTH - 10)) if step % 2 else " " * (WIDTH - 10)
            few = chance.randrange(1, 4)
            yield "".join(
                f"\x1b[{y + 1};11H{words[y % few :]:{WIDTH - 10}}\n" for y in range(HEIGHT)
            )


def test_what_a_scroll_costs_is_never_more_than_it_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else lines would be sent that the terminal can move in fewer bytes."""
    costs, counted = Scroll.costs, []

    def count(*of: Any) -> int:
        counted.append(costs(*of))
        return counted[-1]

    def sent() -> list[str]:
        cells = SentCells()
        return [cells.changed(whole, SIZE) for whole in beside(random.Random(7), 400)]

    monkeypatch.setattr(Scroll, "costs", lambda *_: 0)
    every_one_tried = sent()
    monkeypatch.setattr(Scroll, "costs", count)
    assert sent() == every_one_tried
    assert sum("\x1b[r" in data for data in every_one_tried) > 20
    assert max(counted) > 20


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_real_terminal_shows_what_it_would_if_all_were_sent(tmp_path: Path) -> None:
    sent, pipes = SentCells(), [tmp_path / "few", tmp_path / "all"]
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", os.devnull]

    def ask(*words: str) -> str:
        return subprocess.run([*tmux, *words], check=True, capture_output=True, text=True).stdout

    def seen(name: str) -> dict[tuple[int, int], tuple[str, object]]:
        shown = Shown(HEIGHT)
        for y in range(1, HEIGHT + 1):  # it tells nothing of cells that were never written
            shown.feed(f"\x1b[{y}H{' ' * WIDTH}".encode())
        for y, line in enumerate(ask("capture-pane", "-p", "-e", "-N", "-t", name).splitlines(), 1):
            shown.feed(f"\x1b[{y}H{line}".encode())
        return shown.seen

    try:
        for pipe in pipes:
            os.mkfifo(pipe)
            command = f"stty -echo; exec cat {shlex.quote(str(pipe))}"
            ask("new-session", "-d", "-s", pipe.name, "-x", str(WIDTH), "-y", str(HEIGHT), command)
            ask("set", "-t", pipe.name, "status", "off")  # it would take a line
        n_scrolled = 0
        with pipes[0].open("w") as few, pipes[1].open("w") as all_:
            for n, whole in enumerate(paints(random.Random(3), WORDS, "256", 400)):
                data = sent.changed(whole, SIZE)
                n_scrolled += "\x1b[r" in data
                for pipe, text in ((few, data), (all_, whole)):
                    pipe.write(text)
                    pipe.flush()
                if n % 10 == 0:
                    end = time.monotonic() + 20
                    while (few_seen := seen("few")) != (all_seen := seen("all")):
                        assert time.monotonic() < end, few_seen.items() ^ all_seen.items()
                        time.sleep(0.02)
        assert n_scrolled > 20
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


def painted(*lines: str) -> str:
    """Return what paints lines at the left of the screen, as the library writes them."""
    strips = [[Strip([Segment(line)]).adjust_cell_length(WIDTH)] for line in lines]
    update = LayoutUpdate(strips, Region(0, 0, WIDTH, len(lines)))  # type: ignore[arg-type]
    return update.render_segments(Console(color_system="truecolor"))


def test_what_is_shown_already_is_not_sent_until_it_is_forgotten() -> None:
    sent = SentCells()
    assert len(sent.changed(painted("one", "two"), SIZE)) >= 2 * WIDTH
    assert sent.changed(painted("one", "two"), SIZE) == ""
    assert sent.changed(painted("one", "twa"), SIZE) == "\x1b[2;3Ha"
    sent.forget(Region(0, 0, 2, 1))
    assert sent.changed(painted("one", "twa"), SIZE) == "\x1b[1Hon"
    sent.forget()
    assert len(sent.changed(painted("one", "twa"), SIZE)) >= 2 * WIDTH


def test_what_was_painted_over_is_sent_again() -> None:
    sent = SentCells()
    left, middle = "\x1b[1;1Hone two", "\x1b[1;4H and"
    sent.changed(left, SIZE)
    assert sent.changed(middle, SIZE) == "\x1b[1;5Hand"
    assert sent.changed(left, SIZE) == "\x1b[1;5Htwo"
    assert sent.changed(left + middle, SIZE) == "\x1b[1;5Hand"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("\x1b[1;1Hx        x", "\x1b[1Hx\x1b[8Cx"),
        ("\x1b[1;1H│        x", "\x1b[1H│\x1b[10Gx"),
        ("\x1b[1;1Hx\x1b[1;2Hx", "\x1b[1Hxx"),
        ("\x1b[1;1H│\x1b[1;2Hx", "\x1b[1H│\x1b[2Gx"),
        ("\x1b[1;1H│\x1b[31mx\x1b[0m", "\x1b[1H│\x1b[31mx\x1b[m"),
        ("\x1b[1;1Hx   x", "\x1b[1Hx   x"),
        ("\x1b[1;5Hx\x1b[1;1Hx", "\x1b[1Hx\x1b[3Cx"),
    ],
)
def test_the_cursor_goes_the_shortest_way_that_is_certain(data: str, wanted: str) -> None:
    """What is not ASCII may be wider in a terminal: a place is named after it."""
    sent = SentCells()
    sent.changed("\x1b[1;1Ha        b", SIZE)
    assert sent.changed(data, SIZE) == wanted


def test_a_screen_of_another_size_is_sent_whole() -> None:
    sent, update = SentCells(), painted("one")
    sizes = (Size(80, 24), Size(80, 24), Size(100, 24), Size(80, 24))
    assert [bool(sent.changed(update, size)) for size in sizes] == [True, False, True, True]


def test_what_stands_right_of_a_text_of_doubtful_width_is_sent_again() -> None:
    sent = SentCells()

    def line(left: str) -> str:
        return f"\x1b[1;1H{left}\x1b[1;13Hright"

    sent.changed(line("👩\u200d👦"), SIZE)
    assert sent.changed(line("👩\u200d👦"), SIZE) == ""
    assert "right" in sent.changed(line("👩"), SIZE)
    assert sent.changed(line("plain"), SIZE).startswith("\x1b[1Hplain")
    assert sent.changed(line("Plain"), SIZE) == "\x1b[1HP"


def test_pictures_of_kitty_are_always_sent() -> None:
    sent, console = SentCells(), Console(color_system="truecolor")
    strips = [[strip] for strip in kitty_strips(1000, 4, 2)]
    update = LayoutUpdate(strips, Region(0, 0, 4, 2))  # type: ignore[arg-type]
    whole = update.render_segments(console)
    assert [sent.changed(whole, SIZE).count(PLACEHOLDER) for _ in range(2)] == [8, 8]


@pytest.mark.parametrize(
    "unknown",
    [
        "\x1b[1;1Hone\x1b[J",
        "\x1b[1;1Hone\ttwo",
        "\x1b[1;1Hone\ntwo",
        "one",
        "\x1b[1;1H\x1b]8;;https://example.org\x1b\\one\x1b]8;;\x1b\\",
        "\x1b[1;1H\x1b[1;4:3mone\x1b[0m",
        "\x1b[1;1H\x1b[58;5;1mone\x1b[0m",
        "\x1b[1;1H\x1b[1mone",
    ],
)
def test_what_is_not_understood_is_sent_as_it_is_and_all_is_forgotten(unknown: str) -> None:
    sent = SentCells()
    sent.changed(painted("one", "two"), SIZE)
    assert sent.changed(unknown, SIZE) == unknown
    assert len(sent.changed(painted("one", "two"), SIZE)) >= 2 * WIDTH


@pytest.mark.parametrize(
    ("codes", "parts"),
    [
        ("", ("", "", "")),
        ("1;4", ("1;4", "", "")),
        ("31", ("", "31", "")),
        ("2;104", ("2", "", "104")),
        ("7;39;49", ("7", "", "")),
        ("3;38;5;4;48;5;3", ("3", "38;5;4", "48;5;3")),
        ("38;2;1;3;4;48;2;4;5;6", ("", "38;2;1;3;4", "48;2;4;5;6")),
    ],
)
def test_the_numbers_of_a_style_are_told_apart(codes: str, parts: tuple[str, ...]) -> None:
    assert ink(codes) == parts


async def test_what_the_library_writes_is_understood(workspace: Workspace) -> None:
    """`_display`, `_compositor`, `render_segments` are no promises of its."""
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for full in (True, False):
            app.screen._compositor._dirty_regions.add(Region(3, 2, 40, 9))
            update = app.screen._compositor.render_update(full=full)
            assert isinstance(update, (ChopsUpdate, LayoutUpdate)[full : full + 1])
            whole = update.render_segments(app.console)
            sent = SentCells()
            assert len(sent.changed(whole, SIZE)) > 40
            assert sent.changed(whole, SIZE) == "", (
                "textual now writes its updates in a way that SentCells does not read, so that "
                "all of every update is sent: see what `changed` expects"
            )
