"""`workbench label-pairs`: what it writes, prints and refuses."""

import csv
import json

import pytest

HEAD = "id,query,retrieved,expected\n"
PAIRS = HEAD + (
    '1,"Two dogs run on grass.","Three dogs run on grass.\nThree dogs play.",counting\n'
    '2,"A red bus on a street.","A blue bus on a street.",attributes\n'
    "3,=1+1,=1+1,data_fault\n"
)


@pytest.fixture
def pairs(tmp_path):
    source = tmp_path / "pairs.csv"
    source.write_text(PAIRS, encoding="utf-8")
    return source


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_column_is_kept_beside_the_answer(run, pairs, tmp_path):
    out = tmp_path / "out.csv"
    code, _, err = run("label-pairs", pairs, out)
    assert code == 0, err
    rows = read(out)
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["retrieved"] == "Three dogs run on grass.\nThree dogs play."
    assert [row["category"] for row in rows[:2]] == ["counting", "attributes"]
    for row in rows:
        suggestions = json.loads(row["suggestions"])
        assert [s["score"] for s in suggestions] == sorted(
            (s["score"] for s in suggestions), reverse=True
        )
        if suggestions:
            best = suggestions[0]
            assert (row["category"], float(row["score"])) == (best["category"], best["score"])
            assert json.loads(row["evidence"])["reason"] == best["reason"]
    meta = json.loads((tmp_path / "out.csv.meta.json").read_text())
    assert set(meta["labelers"]) >= {"counting", "attributes"}


def test_scores_are_printed_where_something_is_expected(run, pairs, tmp_path):
    code, out, _ = run("label-pairs", pairs, tmp_path / "out.csv", "--json")
    (found,) = json.loads(out)
    assert (code, found["n"], found["n_clusters"]) == (0, 3, 3)
    assert found["confusion"]["counting"]["counting"] == 1
    assert found["kappa"]["low"] is None
    code, out, err = run("label-pairs", pairs, tmp_path / "again.csv")
    assert "counting" in out
    assert "3 cases (few: no intervals)" in err


def test_a_spreadsheet_runs_nothing(run, pairs, tmp_path):
    run("label-pairs", pairs, tmp_path / "out.csv", "--spreadsheet-safe")
    assert read(tmp_path / "out.csv")[2]["query"] == "'=1+1"


def test_an_existing_file_is_kept_unless_forced(run, pairs, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("mine")
    code, _, err = run("label-pairs", pairs, out)
    assert (code, out.read_text()) == (1, "mine")
    assert "--force" in err
    assert run("label-pairs", pairs, out, "--force")[0] == 0
    assert len(read(out)) == 3


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"query,text\na,b\n", "line 1: lacks the column retrieved"),
        (b"query,retrieved,score\na,b,1\n", "line 1: the column 'score' is taken"),
        (b"query,retrieved\na,b\na,b,c\n", "line 3: has 3 fields"),
        (b"query,retrieved\na,b\na\n", "line 3: has 1 fields"),
        (b"query,retrieved\na,b\n\xff,b\n", "line 3: is not UTF-8"),
        (b'query,retrieved\na,"b\n', "line 2: is no CSV"),
        (b"query,retrieved\na,b\n ,b\n", "line 3: query is empty"),
    ],
)
def test_a_broken_file_is_one_sentence_and_leaves_nothing(run, tmp_path, data, told):
    source = tmp_path / "broken.csv"
    source.write_bytes(data)
    code, out, err = run("label-pairs", source, tmp_path / "out.csv")
    assert (code, out) == (1, "")
    assert told in err
    assert str(source) in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.glob("*out.csv*")] == []


def test_a_labeler_that_raises_is_named_and_the_others_go_on(run, pairs, tmp_path, monkeypatch):
    from plugins import registry

    class Broken:
        name, version = "broken", "1"

        def label(self, case):
            raise ValueError("no idea")

    found = registry.names("labelers")
    load = registry.load
    monkeypatch.setattr(registry, "names", lambda kind: [*found, "broken"])
    monkeypatch.setattr(
        registry, "load", lambda kind, name: Broken() if name == "broken" else load(kind, name)
    )
    code, _, err = run("label-pairs", pairs, tmp_path / "out.csv")
    assert code == 0
    assert err.count("no idea") == 1
    assert read(tmp_path / "out.csv")[0]["category"] == "counting"


def test_the_best_score_answers_whoever_gives_it():
    from plugins.api import FailureCase, Suggestion
    from workbench.jobs.label_pairs import Panel

    class Fixed:
        version = "1"

        def __init__(self, name, score):
            self.name, self.score = name, score

        def label(self, case):
            return [Suggestion(self.name, self.score, "")]

    panel = Panel(pytest.fail)
    panel.labelers = [Fixed("c", 0.2), Fixed("b", 0.9), Fixed("a", 0.2)]
    found = panel.suggest(FailureCase("t2i", "x", ("x",), ("y",), 2, 0.0))
    assert [name for name, _ in found] == ["b", "a", "c"]
