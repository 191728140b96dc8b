"""The session: decisions keep what they do not change, blind and read-only hold, places survive."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.conftest import NOW
from workbench.screens.case_source import CaseSource
from workbench.session import FilterRefused, Session, SessionError, open_session
from workbench.views.case_view import CaseView
from workbench.views.place import Place

VIEW = CaseView(run_id=1, direction="t2i", filter="rank>1", sort="rank")


@pytest.fixture
def session(workspace: Workspace) -> Session:
    return Session(workspace, annotator="mh", clock=lambda: NOW)


def first(session: Session) -> int:
    return int(session.cases.ids(VIEW)[0])


def test_a_decision_keeps_what_it_does_not_change(session: Session) -> None:
    query_id = first(session)
    case = session.cases.rows(VIEW, [query_id])[0]
    session.labels.decide(case, note="three, not two")
    session.labels.decide(case, star=True)
    decision = session.labels.decide(case, categories=["counting"])
    assert (decision.note, decision.star, decision.verdict) == ("three, not two", True, "labelled")
    now = session.cases.rows(VIEW, [query_id])[0]
    assert (now.categories, now.note, now.star, now.annotator) == (
        ("counting",),
        "three, not two",
        True,
        "mh",
    )
    skipped = session.labels.decide(case, verdict="skipped")
    assert (skipped.categories, skipped.note) == ((), "three, not two")
    assert session.labels.decide(case, categories=[]).verdict == "undecided"


def test_undo_takes_back_many_as_one_step_and_redo_brings_them(session: Session) -> None:
    ids = [int(i) for i in session.cases.ids(VIEW)[:3]]
    cases = session.cases.rows(VIEW, ids)
    assert len(session.labels.decide_many(cases, categories=["attributes"])) == 3
    assert session.cases.counts(VIEW).decided == 3
    assert len(session.labels.undo()) == 3
    assert session.cases.counts(VIEW).decided == 0
    assert len(session.labels.redo()) == 3
    assert session.cases.counts(VIEW).decided == 3
    assert session.labels.history(10)[0].annotator == "mh"


def test_blind_hides_suggestions_and_what_others_decided(workspace: Workspace) -> None:
    mh = Session(workspace, annotator="mh")
    blind = Session(workspace, annotator="ab", blind=True)
    query_id = next(
        int(c.query_id)
        for c in mh.cases.rows(VIEW, mh.cases.ids(VIEW).tolist())
        if c.suggestion is not None
    )
    case = mh.cases.rows(VIEW, [query_id])[0]
    mh.labels.decide(case, categories=["counting"], note="seen")
    seen = blind.cases.rows(VIEW, [query_id])[0]
    assert (seen.suggestion, seen.categories, seen.note) == (None, (), "")
    assert blind.cases.detail(VIEW, query_id).suggestions == ()
    decision = blind.labels.decide(seen, categories=["abstract"])
    assert (decision.note, decision.suggestion) == ("", None)


@pytest.mark.parametrize("word", ["hint:counting", "by:mh", "fn>0", "!hint:none"])
def test_blind_no_filter_tells_what_is_hidden(workspace: Workspace, word: str) -> None:
    blind = Session(workspace, annotator="ab", blind=True)
    for ask in (blind.cases.ids, blind.cases.counts, blind.cases.export_preview):
        with pytest.raises(FilterRefused, match="--blind hides"):
            ask(CaseView(1, "t2i", f"rank>1 {word}", "rank"))
    assert len(Session(workspace).cases.ids(CaseView(1, "t2i", word, "rank"))) >= 0


def test_blind_categories_are_labels_and_no_order_goes_by_suggestions(workspace: Workspace) -> None:
    blind = Session(workspace, annotator="ab", blind=True)
    hinted = {c.suggestion for c in Session(workspace).cases.rows(VIEW, range(1, 200))} - {None}
    assert hinted
    for name in hinted:
        assert not len(blind.cases.ids(CaseView(1, "t2i", f"cat:{name}", "rank")))
    assert blind.cases.canonical("cat:none") == "label:none"
    with pytest.raises(FilterRefused, match="--blind hides suggestions"):
        blind.cases.ids(CaseView(1, "t2i", "", "-suggestion"))


def test_a_wrong_filter_names_the_word(session: Session) -> None:
    with pytest.raises(FilterRefused, match="rnak"):
        session.cases.ids(CaseView(1, "t2i", "rnak>10", "rank"))


def test_read_only_writes_nothing(workspace: Workspace) -> None:
    session = Session(workspace, readonly=True)
    case = session.cases.rows(VIEW, [first(session)])[0]
    for write in (
        lambda: session.labels.decide(case, categories=["counting"]),
        lambda: session.labels.decide_many([case], categories=["counting"]),
        session.labels.undo,
        session.labels.redo,
        lambda: session.jobs.apply("cancel", [1]),
    ):
        with pytest.raises(SessionError, match="read-only"):
            write()
    session.places.save(Place(screen="jobs"))
    assert not list(workspace.path.glob("ui-state*"))


def test_what_the_store_refuses_is_one_sentence(session: Session) -> None:
    with pytest.raises(SessionError, match="99"):
        session.library.run(99)


def test_a_file_that_is_no_workspace_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.mkdir()
    (path / "workbench.db").write_bytes(b"no database" * 500)
    with pytest.raises(SessionError) as caught:
        open_session(path)
    assert "\n" not in str(caught.value)


def test_the_place_is_remembered(workspace: Workspace) -> None:
    place = Place("cases", CaseView(2, "i2t", 'rank>10 "red cap"', "-margin"), 31, "light")
    Session(workspace).places.save(place)
    assert Session(workspace).places.load() == place


def test_everybody_has_a_place_of_their_own(workspace: Workspace) -> None:
    mine, yours = Place("cases", CaseView(2, "t2i", "rank>1", "margin"), 31), Place("jobs")
    Session(workspace, annotator="mh").places.save(mine)
    assert Session(workspace, annotator="../eva").places.load() == Place()
    Session(workspace, annotator="../eva").places.save(yours)
    assert Session(workspace, annotator="mh").places.load() == mine
    assert Session(workspace, annotator="../eva").places.load() == yours
    assert len(list(workspace.path.glob("ui-state-*.json"))) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"screen": "home", "view": 3}', '{"screen": []}', "\x00\xff"]
)
def test_a_place_that_cannot_be_read_is_ignored(workspace: Workspace, text: str) -> None:
    (workspace.path / "ui-state.json").write_text(text, "utf-8")
    assert Session(workspace).places.load() == Place()


def test_an_unknown_screen_is_home(workspace: Workspace) -> None:
    (workspace.path / "ui-state.json").write_text(json.dumps({"screen": "nowhere"}), "utf-8")
    assert Session(workspace).places.load().screen == "home"


def copies(workspace: Workspace) -> list[Path]:
    return sorted((workspace.path / "backups").glob("*"))


def look(session: Session) -> None:
    session.pulse()
    session.backups.wait()


def test_the_database_is_copied_when_a_session_starts_with_new_decisions(
    workspace: Workspace,
) -> None:
    def opened(**options: bool) -> Session:
        return Session(workspace, annotator="mh", **options)

    look(opened())
    assert copies(workspace) == []
    session = opened()
    case = session.cases.rows(VIEW, [first(session)])[0]
    session.labels.decide(case, categories=["counting"])
    look(opened(readonly=True))
    assert copies(workspace) == []
    session = opened()
    look(session)
    look(session)
    (copy,) = copies(workspace)
    look(opened())
    assert copies(workspace) == [copy]
    old = session.labels.decide(case, star=True)
    (same,) = workspace.cases.rows(1, "t2i", [case.query_id])
    workspace.decisions.add(
        NewDecision(
            *(old.dataset_id, "t2i", old.query_id, same.top_id, "eva", ("counting",), "labelled"),
            at="2020-01-01T00:00:00Z",  # as imported labels have it
        )
    )
    look(opened())
    assert len(copies(workspace)) == 2


def test_the_database_is_copied_every_200_decisions(session: Session) -> None:
    case = session.cases.rows(VIEW, [first(session)])[0]
    session.labels.decide_many([case] * 199, categories=["counting"])
    session.backups.wait()
    assert copies(session.workspace) == []
    session.labels.decide(case, categories=["abstract"])
    session.backups.wait()
    (copy,) = copies(session.workspace)
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT count(*) FROM decisions").fetchone() == (200,)
    session.labels.decide(case, star=True)
    session.backups.wait()
    assert copies(session.workspace) == [copy]


def test_a_backup_that_fails_is_one_sentence_and_the_decision_is_kept(session: Session) -> None:
    (session.path / "backups").touch()
    case = session.cases.rows(VIEW, [first(session)])[0]
    session.labels.decide_many([case] * 200, categories=["counting"])
    session.backups.wait()
    with pytest.raises(SessionError, match="No backup was made"):
        session.pulse()
    assert len(session.labels.history(300)) == 200
    session.backups.wait()


def test_a_list_is_described_without_its_ids(session):
    """The library writes down what a worker is given: 158,915 ids took 40 ms of every label."""
    source = CaseSource.open(session, VIEW)
    assert len(source.ids)
    assert "array(" not in repr(source)
