"""Two people who decided the same cases learn how well they agree, overall and by category."""

from __future__ import annotations

import pytest
from sklearn.metrics import cohen_kappa_score

from store.records.decision import NewDecision
from tests.compare_world import add_run, random_ranks
from workbench.presenters.concord import concord_lines
from workbench.session import Session
from workbench.session.concord import ENOUGH, concords
from workbench.views.case_view import CaseView

MINE = ("counting", "attributes") * 12
THEIRS = ("counting", "attributes", "counting", "attributes", "counting", "counting") * 4


@pytest.fixture
def decide(workspace, imported):
    run = add_run(workspace, imported, random_ranks(imported, 1))
    ids = workspace.runs.ranks(run.id, "t2i")[0].tolist()

    def label(who, labels):
        for case, name in zip(workspace.cases.rows(run.id, "t2i", ids), labels, strict=False):
            workspace.decisions.add(
                NewDecision(
                    imported.id, "t2i", case.query_id, case.top_id, who, (name,), "labelled"
                )
            )

    return label


def found(workspace, **options):
    return concords(Session(workspace, annotator="mh", **options), CaseView(1))


@pytest.mark.parametrize("blind", [False, True])
def test_kappa_is_that_of_the_labels_that_both_gave(workspace, decide, blind):
    decide("mh", MINE)
    decide("anna", THEIRS)
    (one,) = found(workspace, blind=blind)
    assert (one.who, one.both) == ("anna", len(MINE))
    assert one.differ == sum(a != b for a, b in zip(MINE, THEIRS, strict=True))
    expected = cohen_kappa_score(MINE, THEIRS)
    assert one.kappa.value == pytest.approx(expected)
    assert set(one.labels) == {"counting", "attributes"}
    assert one.labels["counting"].value == pytest.approx(expected)  # two categories: the same
    (whole, by_label) = concord_lines([one], Session(workspace).taxonomy)
    assert whole.startswith("with anna, 24 decided by both: kappa .67")
    assert by_label.count("[") <= 2
    assert {word for word in by_label.split() if word.isalpha()} == {"CNT", "ATR"}


def test_nothing_is_told_before_both_have_decided_enough(workspace, decide):
    decide("mh", MINE)
    decide("anna", THEIRS[: ENOUGH - 1])
    assert found(workspace) == ()
