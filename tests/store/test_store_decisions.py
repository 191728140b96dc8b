"""Decisions: kept for ever, taken back and brought back, current as their history says."""

import dataclasses
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_world import add_dataset, add_run, new_decision

from store.errors import StoreError
from store.filter import parse
from store.workspace import Workspace


@pytest.fixture
def cases(ws, run):
    return ws.cases.rows(run.id, "t2i", range(1, 6))


def current(ws, case, by=None):
    dataset_id = ws.runs.get(case.run_id).dataset_id
    found = ws.decisions.current(dataset_id, case.direction, case.query_id, case.top_id, by)
    return found.categories if found else None


def test_a_decision_comes_back_as_it_was_given(ws, dataset, cases):
    new = new_decision(
        dataset.id,
        cases[0],
        "counting",
        "other",
        note="nul\0 'quote' \ud800",
        star=True,
        suggestion="counting",
        suggestion_score=0.5,
        guide_version="3",
    )
    made = ws.decisions.add(new)
    given = dataclasses.asdict(new) | {"note": "nul\0 'quote' ?"}
    del given["at"]
    for name, value in given.items():
        assert getattr(made, name) == value, name
    assert made.at.endswith("Z")
    assert made.undoes is None
    assert ws.decisions.history() == [made]
    case = ws.cases.rows(made.run_id, "t2i", [made.query_id])[0]
    assert (case.categories, case.verdict, case.star) == (made.categories, "labelled", True)
    assert (case.note, case.annotator, case.decided_at) == (made.note, "mh", made.at)
    assert case.guide_version == "3"
    assert ws.cases.rows(made.run_id, "t2i", [cases[1].query_id])[0].guide_version is None


def test_decisions_hold_for_every_run_with_the_same_case(ws, dataset, run, cases):
    same, other = add_run(ws, dataset), add_run(ws, dataset, seed=9)
    ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    query = [cases[0].query_id]
    assert ws.cases.rows(same.id, "t2i", query)[0].categories == ("counting",)
    there = ws.cases.rows(other.id, "t2i", query)[0]
    assert there.top_id != cases[0].top_id
    assert there.categories == ()


def test_rows_are_neither_changed_nor_deleted(ws, dataset, cases):
    made = ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    for statement in (
        "UPDATE decisions SET note = 'x'",
        "DELETE FROM decisions",
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), ws.write() as connection:
            connection.execute(statement)
    assert ws.decisions.history() == [made]


def test_incomplete_decisions_are_refused(ws, dataset, cases):
    with pytest.raises(StoreError, match="annotator"):
        ws.decisions.add(new_decision(dataset.id, cases[0], "counting", by=""))
    with pytest.raises(StoreError, match="without a category"):
        ws.decisions.add(new_decision(dataset.id, cases[0], verdict="labelled"))
    with pytest.raises(StoreError):
        ws.decisions.add_many(
            [
                new_decision(dataset.id, cases[0], "other"),
                new_decision(dataset.id, cases[0], verdict="labelled"),
            ]
        )
    assert ws.decisions.add_many([]) == []
    assert ws.decisions.history() == []


def test_undo_and_redo_step_by_step(ws, dataset, cases):
    a, b, *_ = cases
    one = ws.decisions.add(new_decision(dataset.id, a, "counting"))
    two = ws.decisions.add(new_decision(dataset.id, a, "other"))
    three = ws.decisions.add(new_decision(dataset.id, b, "abstract"))
    assert ws.decisions.undo("mh") == [three]
    assert (current(ws, a), current(ws, b)) == (("other",), None)
    assert ws.decisions.undo("mh") == [two]
    assert current(ws, a) == ("counting",)
    assert ws.decisions.undo("mh") == [one]
    assert ws.decisions.undo("mh") == []
    assert current(ws, a) is None
    assert ws.decisions.redo("mh") == [one]
    assert ws.decisions.redo("mh") == [two]
    assert current(ws, a) == ("other",)
    assert ws.decisions.undo("mh") == [two]
    assert ws.decisions.redo("mh") == [two]
    assert ws.decisions.redo("mh") == [three]
    assert ws.decisions.redo("mh") == []
    assert current(ws, b) == ("abstract",)
    assert len(ws.decisions.history()) == 11
    assert ws.decisions.history(limit=1)[0].undoes is not None


def test_nothing_is_brought_back_over_a_newer_decision(ws, dataset, cases):
    ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    ws.decisions.undo("mh")
    ws.decisions.add(new_decision(dataset.id, cases[1], "other"))
    assert ws.decisions.redo("mh") == []
    assert current(ws, cases[0]) is None


def test_many_at_once_are_one_step(ws, dataset, cases):
    first = ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    made = ws.decisions.add_many([new_decision(dataset.id, c, "other") for c in cases])
    assert [d.id for d in made] == [2, 3, 4, 5, 6]
    assert ws.decisions.undo("mh") == made
    assert [current(ws, c) for c in cases] == [("counting",), None, None, None, None]
    assert ws.decisions.redo("mh") == made
    assert current(ws, cases[0]) == ("other",)
    ws.decisions.undo("mh")
    assert ws.decisions.undo("mh") == [first]


def test_people_and_datasets_are_apart(ws, dataset, cases):
    other = add_dataset(ws, name="other")
    there = ws.cases.page(add_run(ws, other).id, "t2i")[0]
    mine = ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    hers = ws.decisions.add(new_decision(dataset.id, cases[0], "other", by="eva"))
    elsewhere = ws.decisions.add(new_decision(other.id, there, "abstract"))
    assert current(ws, cases[0]) == ("other",)
    assert current(ws, cases[0], "mh") == ("counting",)
    assert ws.decisions.undo("mh", dataset.id) == [mine]
    assert current(ws, cases[0]) == ("other",)
    assert ws.decisions.redo("mh", other.id) == []
    assert ws.decisions.redo("mh", dataset.id) == [mine]
    assert ws.decisions.undo("eva") == [hers]
    assert current(ws, cases[0]) == ("counting",)
    assert ws.decisions.history(other.id) == [elsewhere]
    assert {d.annotator for d in ws.decisions.history(annotator="eva")} == {"eva"}
    assert ws.decisions.counts() == {"mh": 2}
    assert ws.decisions.counts(dataset.id) == {"mh": 1}


def test_undo_reaches_across_restarts(ws, dataset, cases, tmp_path):
    made = ws.decisions.add(new_decision(dataset.id, cases[0], "counting"))
    ws.close()
    with Workspace(tmp_path / "workspace") as again:
        assert again.decisions.undo("mh") == [made]
    with Workspace(tmp_path / "workspace") as again:
        assert again.decisions.redo("mh") == [made]


def test_skipping_starring_and_clearing(ws, dataset, cases):
    case = cases[0]
    ws.decisions.add(new_decision(dataset.id, case, verdict="skipped"))
    assert ws.cases.counts(case.run_id, "t2i").skipped == 1
    ws.decisions.add(new_decision(dataset.id, case, star=True))
    now = ws.cases.rows(case.run_id, "t2i", [case.query_id])[0]
    assert (now.verdict, now.star) == ("undecided", True)
    assert ws.cases.counts(case.run_id, "t2i").undecided == 30
    assert ws.decisions.counts() == {}


def test_the_labels_view_has_a_row_for_every_category(ws, dataset, cases):
    ws.decisions.add(new_decision(dataset.id, cases[0], "counting", "other", note="x"))
    ws.decisions.add(new_decision(dataset.id, cases[1], "other"))
    ws.decisions.undo("mh")
    rows = (
        ws.read()
        .execute("SELECT dataset, split, query, top, annotator, category, note FROM labels")
        .fetchall()
    )
    top = ws.datasets.image(cases[0].top_id).key
    assert rows == [
        ("small", "test", cases[0].query, top, "mh", name, "x") for name in ("counting", "other")
    ]


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"),
            st.sampled_from(["mh", "eva"]),
            st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
            st.sampled_from(["counting", "other"]),
        ),
        st.tuples(st.just("undo"), st.sampled_from(["mh", "eva"])),
        st.tuples(st.just("redo"), st.sampled_from(["mh", "eva"])),
    ),
    max_size=25,
)


class Model:
    """Undo and redo as two stacks a person; what holds is the newest row not taken back."""

    def __init__(self):
        self.done = {"mh": [], "eva": []}
        self.undone = {"mh": [], "eva": []}

    def add(self, by, rows):
        self.done[by].append(rows)
        self.undone[by].clear()

    def move(self, source, target):
        if not source:
            return []
        target.append(source.pop())
        return target[-1]

    def current(self, key, by):
        names = [by] if by else ["mh", "eva"]
        live = [d for n in names for rows in self.done[n] for d in rows if d.query_id == key]
        return max(live, key=lambda d: d.id, default=None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_any_history(tmp_path_factory, acts):
    with Workspace(tmp_path_factory.mktemp("history")) as ws:
        dataset = add_dataset(ws, 1)
        cases = ws.cases.rows(add_run(ws, dataset).id, "t2i", [1, 2, 3])
        model = Model()
        for act in acts:
            by = act[1]
            if act[0] == "add":
                new = [new_decision(dataset.id, cases[n], act[3], by=by) for n in act[2]]
                model.add(by, ws.decisions.add_many(new))
            elif act[0] == "undo":
                assert ws.decisions.undo(by) == model.move(model.done[by], model.undone[by])
            else:
                assert ws.decisions.redo(by) == model.move(model.undone[by], model.done[by])
            for case in cases:
                for who in (None, "mh", "eva"):
                    found = ws.decisions.current(dataset.id, "t2i", case.query_id, case.top_id, who)
                    assert found == model.current(case.query_id, who)
        by_definition = ws.read().execute(
            "SELECT max(id) FROM live_decisions "
            "GROUP BY dataset_id, direction, query_id, top_id, annotator ORDER BY 1"
        )
        view = ws.read().execute("SELECT id FROM current_decisions ORDER BY id")
        assert view.fetchall() == by_definition.fetchall()


def test_a_star_or_a_note_hides_nobody_s_label(ws, dataset, cases):
    case = cases[0]

    def decide(by, *categories, **more):
        ws.decisions.add(new_decision(dataset.id, case, *categories, by=by, **more))

    def shown():
        found = ws.cases.rows(case.run_id, "t2i", [case.query_id])[0]
        return found.categories, found.annotator, found.star, found.note

    decide("mh", star=True, note="blurred")
    assert shown() == ((), "mh", True, "blurred")
    decide("eva", "counting")
    assert shown() == (("counting",), "eva", True, "blurred")
    decide("mh", star=True, note="look again")
    assert shown() == (("counting",), "eva", True, "look again")
    for text in ("star", "note~look", "label:counting"):
        found = ws.cases.ids(case.run_id, "t2i", parse(text, {"CNT": "counting"}))
        assert found.tolist() == [case.query_id], text
    ws.decisions.undo("eva")
    assert shown() == ((), "mh", True, "look again")
    ws.decisions.redo("eva")
    ws.decisions.undo("mh")
    ws.decisions.undo("mh")
    assert shown() == (("counting",), "eva", False, "")
    decide("mh", verdict="skipped")
    assert shown() == ((), "mh", False, "")


def test_what_was_decided_last_is_shown_whatever_was_stored_last(ws, dataset, cases):
    case = cases[0]

    def decide(by, *categories, at, **more):
        new = new_decision(dataset.id, case, *categories, by=by, **more)
        return ws.decisions.add(dataclasses.replace(new, at=at))

    def shown():
        found = ws.cases.rows(case.run_id, "t2i", [case.query_id])[0]
        return found.categories, found.annotator, found.note

    decide("mh", "data_fault", at="2026-01-12T12:00:00Z", note="right as well")
    decide("eva", "counting", at="2025-01-12T12:00:00Z", note="imported")
    assert shown() == (("data_fault",), "mh", "right as well")
    pairs = ws.false_negatives.corrected_positives(dataset.id)
    assert pairs.annotators == ("mh",)
    decide("eva", "other", at="2026-01-13T12:00:00Z")
    assert shown() == (("other",), "eva", "right as well")
    ws.decisions.undo("eva")
    assert shown() == (("data_fault",), "mh", "right as well")
    decide("ann", star=True, at="2026-01-14T12:00:00Z")
    assert shown() == (("data_fault",), "mh", "right as well")
