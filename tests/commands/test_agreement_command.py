"""`workbench agreement`, the filter `disputed`, and how often suggestions were right."""

import json

import pytest

from store.filter import parse
from store.records.decision import NewDecision
from store.records.suggestion import SuggestionRow
from tests.compare_world import add_dataset, add_run, random_ranks
from workbench.presenters.case_sheet import case_sheet
from workbench.session.cases import SessionCases
from workbench.taxonomy import load_taxonomy
from workbench.widgets.case_words import why


def decide(workspace, case, who, *categories):
    workspace.decisions.add(
        NewDecision(
            dataset_id=1,
            direction=case.direction,
            query_id=case.query_id,
            top_id=case.top_id,
            annotator=who,
            categories=categories,
            verdict="labelled",
        )
    )


@pytest.fixture
def labelled(workspace):
    """Four failures: suggested counting thrice; mh and eva have decided, and differ on one."""
    dataset = add_dataset(workspace)
    run = add_run(workspace, dataset, random_ranks(dataset, 1), "vectors:/a")
    ids = workspace.cases.ids(run.id, "t2i", parse("rank>1"), "id")[:4]
    cases = workspace.cases.rows(run.id, "t2i", ids)
    labeling = (run.id, "t2i", "rules", "1")
    workspace.suggestions.begin(*labeling)
    rows = [SuggestionRow(case.query_id, "counting", 0.5, {}) for case in cases[:3]]
    workspace.suggestions.add(*labeling, rows, cases[3].query_id)
    for case, mh, eva in zip(
        cases,
        (("counting",), ("other", "counting"), ("other",), ("abstract",)),
        (("counting",), ("counting",), ("abstract",), None),
        strict=True,
    ):
        decide(workspace, case, "mh", *mh)
        if eva:
            decide(workspace, case, "eva", *eva)
    return run, cases


def test_machine_and_people_are_held_against_each_other(run, labelled):
    code, out, err = run("agreement", labelled[0].id, "--json")
    assert (code, err) == (0, "")
    found = {(one["truth"], one["given"]): one for one in json.loads(out)}
    assert set(found) == {("eva", "machine"), ("mh", "machine"), ("eva", "mh")}
    machine = found["mh", "machine"]
    assert (machine["n"], machine["direction"]) == (4, "t2i")
    assert machine["accuracy"] == {"value": 0.5, "low": None, "high": None}
    assert machine["confusion"]["abstract"]["none"] == 1
    people = found["eva", "mh"]
    assert people["n"] == 3
    assert people["accuracy"]["value"] == pytest.approx(2 / 3)
    assert people["confusion"]["abstract"]["other"] == 1


def test_the_data_set_and_the_tables(run, labelled):
    code, out, err = run("agreement", "--dataset", "pairs")
    assert code == 0
    assert "t2i: machine against mh (true)" in out
    assert "kappa" in err


def test_the_queue_and_the_filter_list_the_same_cases(run, labelled, workspace):
    of, cases = labelled
    code, out, _ = run("agreement", of.id, "--queue", "--json")
    (one,) = json.loads(out)
    assert (code, one["query_id"]) == (0, cases[2].query_id)
    assert one["labels"] == {"eva": ["abstract"], "mh": ["other"]}
    assert workspace.cases.ids(of.id, "t2i", parse("disputed")).tolist() == [cases[2].query_id]
    decide(workspace, cases[2], "mh", "abstract")
    assert workspace.cases.ids(of.id, "t2i", parse("disputed")).tolist() == []
    assert "No two annotators" in run("agreement", of.id, "--queue")[2]


def test_a_suggestion_was_right_if_the_newest_label_has_it(labelled, workspace):
    assert workspace.judgements.right_counts(1, "t2i") == {"counting": (2, 3)}
    assert workspace.judgements.right_counts(1, "i2t") == {}


def test_the_record_is_shown_beside_a_suggestion(labelled, workspace):
    run, cases = labelled
    session = SessionCases(workspace, {}, annotator="mh", blind=False)
    right = session.right_counts(1, "t2i")
    assert right == {"counting": (2, 3)}
    assert session.right_counts(1, "t2i") is right  # counted once
    detail = workspace.cases.detail(run.id, "t2i", cases[0].query_id)
    shown = {"candidates": 30, "model": "vectors:/a"}
    many = {"counting": (31, 38)}
    sheet = case_sheet(detail, load_taxonomy(), blind=False, right=many, **shown)
    assert "suggested CNT .50 " in why(sheet, 80).plain
    assert "(CNT right in 31 of 38 decided here)" in why(sheet, 80).plain
    few = case_sheet(detail, load_taxonomy(), blind=False, right=right, **shown)
    assert "here" not in why(few, 80).plain
    decide(workspace, cases[0], "eva", "other")
    assert session.right_counts(1, "t2i") == {"counting": (1, 3)}


def test_blind_there_is_no_record(labelled, workspace, run):
    session = SessionCases(workspace, {}, annotator="mh", blind=True)
    assert session.right_counts(1, "t2i") == {}
    assert "right" not in run("--blind", "failures", labelled[0].id)[2]
    assert "CNT right 2 of 3 here" in run("failures", labelled[0].id)[2]


def test_wrong_use(run, labelled):
    assert run("agreement")[0] == 2
    assert run("agreement", labelled[0].id, "--dataset", "small")[0] == 2
    assert run("--blind", "agreement", labelled[0].id)[0] == 2
