"""`workbench import-labels`: what comes back from a file, and what never does."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from store.records.decision import NewDecision
from tests.compare_world import add_run, random_ranks
from workbench.jobs import import_labels

EARLY, LATE = "2026-01-12T12:00:00Z", "2026-01-12T13:00:00Z"


@pytest.fixture
def rows(run, workspace, imported):
    """The rows of an export without decisions."""
    made = add_run(workspace, imported, random_ranks(imported, 1))
    return json.loads(run("failures", made.id, "--json")[1])


@pytest.fixture
def read(run, tmp_path):
    """Write rows to a file and import it."""

    def read(*rows):
        source = tmp_path / "labels.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return run("import-labels", source)

    return read


@pytest.fixture
def decide(workspace, rows):
    """Decide about the first case."""

    def decide(by, *categories, at=None, **more):
        key = (1, "t2i", rows[0]["query_id"], rows[0]["top_id"], by, categories)
        verdict = "labelled" if categories else "undecided"
        workspace.decisions.add(NewDecision(*key, verdict, at=at, **more))

    return decide


def labelled(row, category, at, by="mh"):
    given = {"decision": category, "verdict": "labelled", "annotator": by, "decided_at": at}
    return {**row, **given}


def labels(workspace, by="mh"):
    """What an annotator decided and when, in the order in which it was stored."""
    history = reversed(workspace.decisions.history(annotator=by))
    return [(one.categories, one.at) for one in history]


def test_what_is_decided_while_a_file_is_read_stays(read, workspace, rows, decide, monkeypatch):
    def slowly(source, rows=import_labels._rows):
        yield from rows(source)
        decide("mh", "other", at=LATE)

    monkeypatch.setattr(import_labels, "_rows", slowly)
    code, _, err = read(labelled(rows[0], "counting", EARLY), labelled(rows[1], "other", EARLY))
    assert (code, "1 decisions imported, 1 were here already" in err) == (0, True)
    assert labels(workspace) == [(("other",), LATE), (("other",), EARLY)]


@pytest.mark.parametrize("times", [(EARLY, LATE), (LATE, EARLY), (LATE, ""), ("", LATE)])
def test_the_newest_of_two_rows_about_a_case_is_imported(read, workspace, rows, times):
    given = zip(("counting", "other"), times, strict=True)
    _, _, err = read(*(labelled(rows[0], category, at) for category, at in given))
    assert "1 decisions imported, 1 were here already" in err
    assert labels(workspace) == [((("counting", "other")[times.index(LATE)],), LATE)]


@pytest.mark.parametrize("of", ["mh", "eva"])
def test_nobody_is_given_what_another_noted_or_starred(run, read, workspace, rows, decide, of):
    decide("eva", "counting", at=EARLY, note="two of three")
    decide("mh", at=LATE, note="blurred", star=True)
    options = ("--where", f"id:{rows[0]['query_id']}", "--json")
    (newest,) = json.loads(run("failures", 1, *options)[1])
    assert (newest["annotator"], newest["note"], newest["star"]) == ("eva", "two of three", False)
    (own,) = json.loads(run("failures", 1, "--by", of, *options)[1])
    before = workspace.decisions.history()
    for row in (newest, own, {**newest, "note": "blurred", "star": True}):
        assert "0 decisions imported, 1 were here already" in read(row)[2]
    assert workspace.decisions.history() == before


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("query_key", ["a"], "query_key is not text"),
        ("top_key", {}, "top_key is not text"),
        ("dataset", {}, "dataset is not text"),
        ("dataset", "\ud800", "dataset '\\ud800' holds what is no character"),
        ("annotator", "\ud800", "annotator '\\ud800' holds what is no character"),
        ("annotator", " ", "annotator ' ' is no name"),
        ("annotator", "m\x1bh", "annotator 'm\\x1bh' is no name"),
        ("suggestion", "\ud800", "suggestion '\\ud800' holds what is no character"),
        ("suggestion", ["a"], "suggestion is not text"),
        (
            "suggestion_score",
            int("9" * 400),
            "suggestion_score '99999999999999999999' is too large",
        ),
        ("suggestion_score", "1e999", "suggestion_score '1e999' is too large"),
        ("decided_at", "9999-12-31T23:59:59-10:00", "is no time like"),
        ("decided_at", "0001-01-01", "is no time like"),
        ("decided_at", "0500-01-01T00:00:00Z", "is no time like"),
        ("decided_at", "2999-01-01", "has not come yet"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(read, workspace, rows, column, cell, says):
    good = labelled(rows[0], "counting", EARLY)
    code, out, err = read(good, {**labelled(rows[1], "counting", EARLY), column: cell})
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"labels.jsonl, line 2: {says}" in err or f"line 2: decided_at {cell!r} {says}" in err
    assert workspace.decisions.history() == []


def test_a_clock_may_be_some_hours_ahead_and_a_score_no_number(read, workspace, rows):
    later = (datetime.now(UTC) + timedelta(hours=20)).isoformat()
    row = {**labelled(rows[0], "counting", later), "suggestion_score": "high"}
    assert read(row)[0] == 0
    assert workspace.decisions.history()[0].suggestion_score is None
    much_later = (datetime.now(UTC) + timedelta(hours=28)).isoformat()
    assert "has not come yet" in read(labelled(rows[0], "other", much_later))[2]


@pytest.mark.parametrize("options", [(), ("--spreadsheet-safe",)])
def test_a_row_with_a_cell_too_many_is_refused(run, workspace, rows, decide, tmp_path, options):
    decide("mh", "counting")
    out = tmp_path / "labels.csv"
    run("export", 1, "--out", out, "--where", "status:decided", *options)
    out.write_bytes(out.read_bytes().removesuffix(b"\r\n") + b",more\r\n")
    code, _, err = run("import-labels", out)
    assert (code, err.count("\n")) == (1, 1)
    assert "labels.csv, line " in err
    assert ": it has more cells than the first line has names." in err
