"""`workbench report` as people and programs use it."""

from __future__ import annotations

import json
import re

import pytest

from tests.compare_world import add_run, random_ranks


@pytest.fixture
def runs(workspace, imported):
    return [
        add_run(workspace, imported, random_ranks(imported, seed), f"vectors:/v/{seed}").id
        for seed in (1, 2)
    ]


def numbers(path):
    found = re.search(
        r'<script type="application/json" id="numbers">(.*?)</script>', path.read_text()
    )
    return json.loads(found.group(1))


def test_a_report_has_the_numbers_that_other_commands_print(run, runs, tmp_path):
    target = tmp_path / "report.html"
    code, out, err = run("report", *runs, "--out", target, "--k", 5, "--title", "Two <models>")
    assert (code, out) == (0, "")
    assert "report.html" in err
    page = target.read_text("utf-8")
    assert "<title>Two &lt;models&gt;</title>" in page
    assert "workbench --workspace" in page  # how it was made
    found = numbers(target)
    (compared,) = json.loads(run("compare", *runs, "--k", 5, "--json")[1])
    for one in found["comparisons"]["pairs"]:
        same = compared["directions"][one["direction"]]
        assert {score["name"]: score["difference"]["value"] for score in one["scores"]} == {
            name: metric["difference"] for name, metric in same["metrics"].items()
        }
    sliced = json.loads(run("slices", runs[0], "--k", 5, "--json")[1])
    assert [one["recall"] for one in found["slices"]["runs"][:2]] == [
        one["recall"] for one in sliced
    ]


def test_a_report_overwrites_only_when_asked(run, runs, tmp_path):
    target = tmp_path / "report.md"
    words = ("report", runs[0], "--out", target, "--direction", "t2i")
    assert run(*words)[0] == 0
    code, _, err = run(*words)
    assert code == 1
    assert "--force" in err
    assert run(*words, "--force")[0] == 0
    assert (tmp_path / "report_files").is_dir()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("report", 9), 1, "no run 9"),
        (("report", 1, "--filter", "rnak>1"), 2, "rnak"),
        (("report",), 2, "RUN"),
    ],
)
def test_what_cannot_be_reported_is_said_and_nothing_written(
    run, runs, tmp_path, words, code, told
):
    target = tmp_path / "report.html"
    found, _, err = run(*words, "--out", target)
    assert (found, target.exists()) == (code, False)
    assert told in err


def test_a_wrong_ending_is_said_before_anything_is_read(run, tmp_path):
    code, _, err = run("report", 1, "--out", tmp_path / "report.pdf")
    assert code == 1
    assert ".html or .md" in err
