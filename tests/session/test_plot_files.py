"""Files of plots: numbers always, pictures where matplotlib is."""

import csv
import importlib.util
import subprocess
import sys

import pytest

from workbench.session.errors import SessionError
from workbench.session.plot_files import write_plot
from workbench.views.case_view import CaseView
from workbench.views.compare import CostPoint, Estimate
from workbench.views.plots import (
    Bar,
    Bars,
    CostPlot,
    Curve,
    CurvePoint,
    PlotScope,
    Series,
    Training,
)

SCOPE = PlotScope(CaseView(1, filter="note~$\\frac{x$"), "$\\frac{m$odel_1", "pairs/test", 40, 200)
HALF = Estimate(0.5, 0.4, 0.6)
FEW = Estimate(1.0)
PLOTS = [
    Bars("ranks", (Bar("1", 20, HALF, "rank:1"), Bar("2", 20, FEW, "rank:2", quiet=True)), 40),
    Bars("categories", (Bar("CNT", 5, HALF, "cat:CNT", 3, title="counting"),), 40),
    Bars("margins", (), 0, "No query has a margin."),
    Curve("recall", (CurvePoint(1, 20, HALF, "rank>1"), CurvePoint(10, 40, FEW, "rank>10")), 40, 8),
    Curve("recall", (), 0, 0),
    CostPlot("cost", (CostPoint(1, "$\\frac{m$", 1.5, 0.7, True),), "gflops", "r_mean", 1),
    Training("training", "epoch", (Series("a_$\\frac{b$", True, ((1, 0.5), (2, 0.6))),)),
    Training("training", "epoch", ()),
]


@pytest.mark.parametrize("plot", PLOTS)
def test_numbers_are_written_as_csv(tmp_path, plot):
    path = tmp_path / "plot.csv"
    write_plot(plot, SCOPE, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    if plot is PLOTS[0]:
        assert rows[0] == {
            "name": "rank 1",
            "n": "20",
            "of": "40",
            "share": "0.5",
            "low": "0.4",
            "high": "0.6",
            "filter": "rank:1",
        }
        assert (rows[1]["low"], len(rows)) == ("", 2)
    if plot is PLOTS[1]:
        assert (rows[0]["decided"], rows[0]["suggested"]) == ("2", "3")


@pytest.mark.parametrize("plot", PLOTS)
def test_pictures_are_drawn(tmp_path, plot):
    pytest.importorskip("matplotlib")
    write_plot(plot, SCOPE, tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text("utf-8")
    if plot is PLOTS[0]:
        write_plot(plot, SCOPE, tmp_path / "plot.PNG")
        assert (tmp_path / "plot.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_file_is_never_overwritten_unless_that_is_asked_for(tmp_path):
    path = tmp_path / "plot.csv"
    path.write_text("mine", "utf-8")
    with pytest.raises(SessionError, match="exists"):
        write_plot(PLOTS[0], SCOPE, path)
    assert path.read_text("utf-8") == "mine"
    write_plot(PLOTS[0], SCOPE, path, force=True)
    assert path.read_text("utf-8").startswith("name,")
    with pytest.raises(SessionError, match="ending"):
        write_plot(PLOTS[0], SCOPE, tmp_path / "plot.gif")


def test_without_matplotlib_a_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SessionError, match=r"retrieval-workbench\[plots\].*\.csv"):
        write_plot(PLOTS[0], SCOPE, tmp_path / "plot.png")
    write_plot(PLOTS[0], SCOPE, tmp_path / "plot.csv")


def test_the_screen_does_not_import_matplotlib():
    code = "import sys, workbench.screens.plots; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SessionError, match=r"file is a file: choose a folder to write a\.csv to"):
        write_plot(PLOTS[0], SCOPE, tmp_path / "file" / "a.csv")
