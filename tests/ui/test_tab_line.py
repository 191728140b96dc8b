"""Line 1: where one is, what the jobs do, and how to get help, at every width."""

from __future__ import annotations

import pytest

from workbench.presenters.shell import TABS, badge, tab_line
from workbench.presenters.text import width
from workbench.views.job import Progress
from workbench.views.pulse import Pulse

BADGES = ("0 jobs", "job 62%", "job 62% +1", "job starts +11", "job 14 cancelled", "12 jobs wait")


@pytest.mark.parametrize("cells", [60, 80, 100, 200])
@pytest.mark.parametrize("text", BADGES)
@pytest.mark.parametrize(("name", "title"), TABS)
def test_badge_and_help_are_always_there(cells: int, text: str, name: str, title: str) -> None:
    line = "".join(span.text for span in tab_line(name, "gpu07.example.org", text, cells).spans)
    assert width(line) <= cells
    assert line.rstrip().endswith(f"{text}   ? help") or line.endswith(f"{text}  ? help")
    assert f"[{title}]" in line


@pytest.mark.parametrize("text", ["0 jobs", "job 62%", "job 62% +1"])
def test_every_tab_is_named_at_80(text: str) -> None:
    line = "".join(span.text for span in tab_line("home", "", text, 80).spans)
    assert all(title in line for _, title in TABS)


@pytest.mark.parametrize("note", ["read-only", "blind", "read-only blind"])
@pytest.mark.parametrize("cells", [60, 80, 100, 200])
@pytest.mark.parametrize("text", BADGES)
def test_the_host_gives_way_to_a_note(note: str, cells: int, text: str) -> None:
    line = "".join(span.text for span in tab_line("home", "gpu07", text, cells, note).spans)
    assert width(line) <= cells
    assert f"{note}  {text}  " in line
    assert "[Home]" in line
    assert line.rstrip().endswith("? help")


def test_what_runs_is_said_before_what_ended_or_waits() -> None:
    jobs = [
        Progress(5, "cluster", "running", "distances", 37, 100),
        Progress(6, "evaluate", "running", "ranks", 0, 100),
        Progress(7, "evaluate", "queued", "", 0, 0),
    ]
    assert badge(Pulse(jobs=tuple(jobs)), "job 4 done") == "job 37% +2"
    assert badge(Pulse(jobs=tuple(jobs[2:])), "job 4 done") == "1 job waits"
    assert badge(Pulse(), "job 4 done") == "job 4 done"
