"""What the real program costs in a real (pseudo) terminal: bytes a key, idle traffic, memory.

Bytes do not depend on the machine, so their limits are those users feel on a slow line; times do,
so theirs are only there to catch a hang (`make bench` measures them).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from benchmarks import moves
from benchmarks.keys import LABELS, TABS, begin_at_cases, build, next_tab
from benchmarks.running import idle_rates
from benchmarks.terminal import Terminal

KIB = 1024
LIBRARY = "import time, textual.app, textual.widgets; print(time.process_time())"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("budgets") / "workspace"
    build(path, 600, 2)
    return path


@pytest.fixture
def terminal(large):
    begin_at_cases(large)
    opened = Terminal(large, 80, 24, environment={"COLORTERM": "", "SSH_CONNECTION": "a b c d"})
    opened.wait_for(b"caption 0 ", timeout_s=60)
    opened.settle()
    yield opened
    opened.close()


def test_a_cursor_move_sends_little(terminal):
    moves = [terminal.press("j") for _ in range(5)]
    terminal.press("\x04")
    terminal.press("\x04")
    moves += [terminal.press("j") for _ in range(5)]  # every row changes
    assert all(move.n_bytes < KIB for move in moves)
    assert all(move.rest_bytes < KIB for move in moves)
    assert all(move.n_bytes > 0 for move in moves), "a key shows at once that it was taken"


def test_a_cursor_move_sends_little_in_lists_that_scroll(searched, tmp_path):
    """In 256 colours, as plain ssh says nothing of more."""
    workspace = shutil.copytree(searched, tmp_path / "workspace")
    moves.fill(workspace)
    for name, found in moves.list_moves(workspace, 11, ("Clusters", "Slices"), "256").items():
        assert len(found) > 12
        assert max(one.n_bytes for one in found) < 1000, name
        assert max(one.rest_bytes for one in found) < 1000, name


def test_a_menu_sends_itself_and_what_it_covered(terminal):
    for _ in range(2):
        assert 0 < terminal.press("g").n_bytes < 2 * KIB
        assert 0 < terminal.press("\x1b").n_bytes < 2 * KIB


def test_a_case_in_triage_with_pictures_stays_within_its_budget(terminal):
    terminal.press("T")
    labels = [terminal.press(*LABELS[n % 3]) for n in range(4)]
    assert all(KIB < label.n_bytes + label.rest_bytes < 16 * KIB for label in labels)


def test_nothing_is_sent_while_nothing_happens(terminal):
    assert terminal.idle(3) < 200 * 3


def test_an_update_that_changes_no_cell_is_not_sent(terminal):
    os.write(terminal._master, b"g")
    sent = [data for _ in range(8) if (data := terminal.read(0.1))]
    assert b"Clusters" in b"".join(sent)
    assert b"\x1b]22;" not in b"".join(sent), "the mouse pointer has its shape already"
    assert all(re.sub(rb"\x1b\[[\d;]*H", b"", data) for data in sent)


def test_little_is_sent_while_a_job_runs(searched, tmp_path):
    rates = idle_rates(shutil.copytree(searched, tmp_path / "workspace"), 5)
    assert max(rates.values()) < 200, rates
    assert rates["Jobs"] > 0


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
def test_memory_stays_small_after_all_screens_and_a_filter_that_reads_captions(large, size):
    begin_at_cases(large)
    terminal = Terminal(large, *size)
    try:
        terminal.wait_for(b"Some people", timeout_s=60)
        terminal.settle()
        for _ in range(2):
            for name in TABS:
                next_tab(terminal, name)
        terminal.press("/")
        terminal.press("\x15slice:number")
        terminal.press("\r", b"(2,965 of 3,000)")
        terminal.press("\x1b")
        terminal.press("G")
        terminal.press("T")
        for n in range(5):
            terminal.press(*LABELS[n % 3])  # in turn: what stands there already is not sent again
        assert terminal.memory_mib() < 114
    finally:
        terminal.close()


def test_the_first_paint_takes_little_more_than_the_library_does(large):
    """Processor time in multiples of the import of textual: 2.5 here, 3.7 when all was imported."""
    begin_at_cases(large)
    paints, imports = [], []
    for _ in range(4):
        terminal = Terminal(large, 80, 24)
        try:
            terminal.wait_for(b"margin", timeout_s=60)
            paints.append(terminal.cpu_s())
        finally:
            terminal.close()
        said = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, check=True)
        imports.append(float(said.stdout))
    assert min(paints) < 3.2 * min(imports)
