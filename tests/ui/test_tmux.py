"""The real program in tmux, by keys alone: from an empty folder to the exported file."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.taxonomy import load_taxonomy

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE_S = 90
"""A worker starts and loads a model meanwhile; nothing waits for it without need."""
CASE = re.compile(r"── (\d+)  rank")
"""What stands over a case in Triage, once it is read."""


class Pane:
    """A tmux server of its own with one pane of 80x24."""

    def __init__(self, socket: Path, command: list[str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull]
        environment = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR")}
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", "80", "-y", "24", shlex.join(command)],
            check=True,
            env=environment | {"HF_HUB_OFFLINE": "1"},
        )

    def text(self) -> str:
        """Return what the pane shows."""
        shown = subprocess.run(
            [*self._tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True
        )
        return shown.stdout

    def see(self, *words: str) -> str:
        """Wait until all words are on the pane; return its text."""
        end = time.monotonic() + PATIENCE_S
        while not all(word in (text := self.text()) for word in words):
            assert time.monotonic() < end, f"{words} did not come:\n{text}"
            time.sleep(0.1)
        return text

    def other_case(self, case: str = "") -> str:
        """Wait until another case is shown, before which a label is refused; return its query."""
        end = time.monotonic() + PATIENCE_S
        while (found := CASE.search(text := self.text())) is None or found[1] == case:
            assert time.monotonic() < end, f"no other case than {case} came:\n{text}"
            time.sleep(0.1)
        return found[1]

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names."""
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def fill(self, text: str) -> None:
        """Type into the text field of a form that has just been painted, and see it there."""
        for _ in range(10):
            subprocess.run([*self._tmux, "send-keys", "C-u"], check=True)
            subprocess.run([*self._tmux, "send-keys", "-l", text], check=True)
            end = time.monotonic() + 3
            while time.monotonic() < end:
                if text[-20:] in self.text():
                    return
                time.sleep(0.1)
        raise AssertionError(f"{text} cannot be typed:\n{self.text()}")

    def close(self) -> None:
        """End the server and what runs in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False)


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    command = [sys.executable, "-m", "workbench", "--workspace", str(tmp_path / "ws")]
    opened = Pane(tmp_path / "tmux", command)
    yield opened
    opened.close()


def test_from_import_to_the_exported_file(
    pane: Pane, tmp_path: Path, captions: Path, images: Path, vectors: Path
) -> None:
    pane.see("Set up this workspace", "? all")
    pane.press("g", "i")
    pane.see("Import a data set")
    pane.fill(str(captions))
    pane.press("Tab", "Tab")
    pane.fill(str(images))
    pane.press("Enter")
    pane.see("12 images", "36 captions", "Job 1 (import) is done")
    pane.press("+")
    pane.see("Evaluate a model")
    pane.fill(f"vectors:{vectors}")
    pane.press("Enter")
    pane.see("g c opens the failures of run 1")
    pane.press("g", "c")
    pane.see("[Cases]", "filter: rank>10")
    pane.press("/")
    pane.fill("rank>1")
    pane.press("Enter")
    pane.see("filter: rank>1 (13 of 36)", "decided 0 of 13")
    pane.press("T")
    pane.see("Triage  1 of 13")
    case = pane.other_case()
    for number, (key, code) in enumerate((("1", "CNT"), ("2", "ATR"), ("x", "DAT")), 1):
        pane.press(key)
        pane.see(f"-> {code} saved", f"{13 - number} left")
        case = pane.other_case(case)
    pane.press("u")
    pane.see("11 left")
    pane.other_case(case)
    pane.press("0")
    pane.see("-> OTH saved", "10 left")
    pane.press("q")
    pane.see("decided 3 of 13")
    pane.press("w")
    pane.see("Write this view", "13 rows to write", "decided 3")
    pane.press("Enter")
    pane.see("Wrote 13 rows")
    pane.press("C-q")
    (path,) = (tmp_path / "ws" / "exports").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 13
    decided = sorted(row["decision"] for row in rows if row["decision"])
    assert decided == ["attributes", "counting", "other"]
    assert set(decided) <= set(load_taxonomy(tmp_path / "ws").names().values())


def test_a_second_terminal_is_asked_what_it_wants(pane: Pane, tmp_path: Path) -> None:
    pane.see("Set up this workspace", "? all")
    command = [sys.executable, "-m", "workbench", "--workspace", str(tmp_path / "ws")]
    second = Pane(tmp_path / "second", command)
    try:
        second.see("Also open since", "Enter opens read-only")
        second.press("Enter")
        second.see("Set up this workspace", "read-only")
    finally:
        second.close()
    third = Pane(tmp_path / "third", command)
    try:
        third.see("t takes over")
        third.press("t")
        third.see("Set up this workspace", "? all")
    finally:
        third.close()
