"""The table of a study, from rows alone."""

import csv
import io
import re
import sys

import pytest

from store.records.captioning import CaptionMetric
from store.records.run import Metric
from workbench.analysis.intervals import Interval
from workbench.commands.study_table import print_csv, print_markdown, print_study
from workbench.studies.results import StudyRow
from workbench.views.verdict import Judged, Verdict

BOTH = ("t2i", "i2t")
EVIL = "\x1b]0;PWN\x07=1+1|x"
METRICS = {
    (way, name): Metric(way, name, 0.5 + at / 100, 0.4, 0.6)
    for way in BOTH
    for at, name in enumerate(("R@1", "R@5", "R@10"))
}
PUBLISHED = Verdict(
    "ViT-B-32", "openai", "flickr30k", "a paper", "", (Judged("t2i", "R@1", 0.5, 0.6, 0.003),)
)
ROWS = (
    StudyRow("a/test", "CLIP", "open_clip:x", "itc", run_id=1, parameters=151_300_000,
             metrics=METRICS, verdicts=(PUBLISHED,), images_per_s=1234.5),
    StudyRow("a/test", EVIL, "blip:y", "itm", 16, run_id=2, metrics=METRICS,
             gain={"t2i": Interval(0.12, 0.09, 0.15), "i2t": Interval(-0.01)},
             captions={"CIDEr-D": CaptionMetric("CIDEr-D", 1.05, 1.0, 1.1)}),
    StudyRow("a/test", "gone", "vectors:z", "itc", problem=f"job 4 failed: {EVIL}"),
    StudyRow("b/test", "CLIP", "open_clip:x", "itc", run_id=3, metrics=METRICS),
)  # fmt: skip


def test_each_data_set_has_a_table_without_empty_columns(capsys):
    print_study(ROWS, BOTH)
    first, second = capsys.readouterr().out.split("b/test")
    heading = first.splitlines()[1].split("  ")
    assert "CIDEr-D" in first
    assert "BLEU-4" not in first
    assert "gain" not in second.splitlines()[1]
    assert heading[0] == "model"
    assert "+12.0 [+9.0, +15.0]" in first
    assert "-1.0 few" in first
    assert "itm 16" in first
    assert "[1] gone: job 4 failed" in first
    assert "CLIP: outside tolerance of ViT-B-32/openai on flickr30k: t2i R@1 50.00" in first


def test_only_the_directions_asked_for_have_columns(capsys):
    print_study(ROWS, ("i2t",))
    assert "t2i R@1 " not in capsys.readouterr().out.split("CLIP: outside")[0]


@pytest.mark.parametrize("cells", [60, 80, 120, 200])
def test_a_narrow_terminal_gets_every_column_in_parts_that_fit(capsys, monkeypatch, cells):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(cells))
    monkeypatch.setenv("TERM", "xterm")
    print_study(ROWS[:3], BOTH)
    out = re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out)
    lines = out.split("[1] gone")[0].splitlines()
    assert all(len(line) <= cells for line in lines)
    headings = [line for line in lines if line.startswith("model")]
    for name in ("t2i R@1 ", "t2i R@10", "i2t R@5", "gain t2i", "CIDEr-D", "published", "note"):
        assert sum(f"{line} ".count(name) for line in headings) == 1, name
    assert not any("…" in line for line in lines)


def test_no_output_lets_a_label_run_on_a_terminal_or_in_a_spreadsheet(capsys):
    for printed in (print_study, print_markdown, print_csv):
        printed(ROWS, BOTH)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    print_markdown(ROWS, BOTH)
    assert "=1+1\\|x" in capsys.readouterr().out
    print_csv([StudyRow("a", "=1+1", "x:y", "itc")], BOTH)
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["model"] == "'=1+1"
