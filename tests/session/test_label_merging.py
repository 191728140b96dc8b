"""A decision is put onto one's own that holds when it is written, and onto nobody else's."""

import threading
import time

import pytest

from store.workspace import Workspace
from workbench.jobs import evaluate
from workbench.session import Session
from workbench.views.case_view import CaseView


@pytest.fixture
def view(context, imported, vectors):
    run = evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))["run_id"]
    return CaseView(run, filter="rank>1")


@pytest.fixture
def case(workspace, view):
    return seen(Session(workspace, annotator="mh"), view)


def seen(session, view):
    return session.cases.rows(view, session.cases.ids(view)[:1].tolist())[0]


def test_a_label_that_another_copy_stores_meanwhile_is_kept(workspace, view, case):
    with Workspace(workspace.path) as other:
        mine = Session(workspace, annotator="mh")
        starring = threading.Thread(target=mine.labels.decide, args=[case], kwargs={"star": True})
        with other.write() as connection:
            starring.start()
            time.sleep(0.3)  # it has come to where it waits for this transaction
            connection.execute(
                "INSERT INTO decisions (id, dataset_id, direction, query_id, top_id, annotator, "
                "categories, verdict, note, star, guide_version, at, step) VALUES "
                "(1, 1, ?, ?, ?, 'mh', '[\"counting\"]', 'labelled', 'two', 0, '', '2026', 1)",
                (case.direction, case.query_id, case.top_id),
            )
        starring.join()
        now = seen(mine, view)
        assert (now.categories, now.note, now.star) == (("counting",), "two", True)
        mine.labels.undo()
        assert (seen(mine, view).categories, seen(mine, view).star) == (("counting",), False)


def test_what_another_copy_labels_meanwhile_stays_in_many(workspace, view, case):
    mine = Session(workspace, annotator="mh")
    cases = mine.cases.rows(view, mine.cases.ids(view)[:3].tolist())
    with Workspace(workspace.path) as other:
        theirs = Session(other, annotator="mh")
        theirs.labels.decide(cases[1], categories=["counting"])
    starred = mine.labels.decide_many(cases, star=True)
    assert [d.categories for d in starred] == [(), ("counting",), ()]
    assert len(mine.labels.undo()) == 3
    assert mine.cases.counts(view).decided == 1


def test_a_star_takes_over_nobody_s_label(workspace, view, case):
    bob, ann = (Session(workspace, annotator=who) for who in ("bob", "ann"))
    bob.labels.decide(case, categories=["counting"], note="three")
    made = ann.labels.decide(seen(ann, view), star=True)
    assert (made.categories, made.verdict, made.note) == ((), "undecided", "")
    assert workspace.decisions.counts() == {"bob": 1}
    now = seen(ann, view)
    assert (now.categories, now.annotator, now.note, now.star) == (
        ("counting",),
        "bob",
        "three",
        True,
    )
