"""`f` narrows a list by what its cases have in common; `S` keeps a list under a name."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from store.filter import parse
from store.records.clustering import ClusterMembers
from store.records.decision import NewDecision
from store.workspace import Workspace
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import make_app, settled
from workbench.modals.facets import FacetPicker
from workbench.presenters.guide import guide_lines
from workbench.session import Session, SessionError
from workbench.session.saved_views import SavedViews
from workbench.taxonomy import load_taxonomy
from workbench.views.case_view import CaseView
from workbench.widgets.status_line import StatusLine
from workbench.widgets.text_block import TextBlock

ALL = CaseView(1, "t2i", "", "id")


def decide(workspace: Workspace, query_id: int, who: str, category: str) -> None:
    (case,) = workspace.cases.rows(1, "t2i", [query_id])
    workspace.decisions.add(
        NewDecision(1, "t2i", query_id, case.top_id, who, (category,), "labelled", "", False)
    )


@pytest.fixture
def labelled(workspace: Workspace) -> Workspace:
    failed = [int(n) for n in workspace.cases.ids(1, "t2i", parse("rank>1"), "id")]
    for query_id in failed[:3]:
        decide(workspace, query_id, "mh", "counting")
    decide(workspace, failed[3], "al with space", "attributes")
    return workspace


def test_clusters_are_counted_within_the_filter(labelled: Workspace) -> None:
    ids = labelled.cases.ids(1, "t2i", parse("rank>1"), "id")
    zeros = np.zeros(len(ids))
    members = ClusterMembers(ids, np.arange(len(ids)) % 2 + 1, zeros, zeros, zeros)
    options = {"k": 2, "seed": 0, "features": "text", "result": {}}
    labelled.clusterings.add(run_id=1, direction="t2i", members=members, **options)
    session = Session(labelled)
    for words in ("", "rank>10"):
        view = CaseView(1, "t2i", words, "id")
        found = [facet for facet in session.facets.of(view, words) if facet.group == "cluster"]
        assert {facet.filter for facet in found} == {"cluster:1", "cluster:2"}
        assert {facet.name for facet in found} == {"1", "2"}
        for facet in found:
            left = session.cases.ids(CaseView(1, "t2i", f"{words} {facet.filter}", "id"))
            assert facet.count == len(left)


def test_every_cluster_has_its_name_and_every_other_run_is_a_facet(labelled: Workspace) -> None:
    add_clusters(labelled, 1, k=24)
    session = Session(labelled)
    names = session.clusters.called(1, "t2i")
    facets = session.facets.of(CaseView(1, "t2i", ""), "")
    clusters = [facet.name for facet in facets if facet.group == "cluster"]
    assert sorted(clusters) == sorted(f"{n} {name}" for n, name in names.items())
    assert len(clusters) == 24
    (model,) = [facet for facet in facets if facet.group == "model"]
    assert (model.name, model.filter) == ("hit by base-coco", "rank@2<=1")


@pytest.mark.parametrize("words", ["", "rank>1", "rank>5 !cat:counting", "number"])
def test_every_count_is_what_its_filter_leaves(labelled: Workspace, words: str) -> None:
    session = Session(labelled)
    view = CaseView(1, "t2i", words, "id")
    facets = session.facets.of(view, words)
    assert {facet.group for facet in facets} >= {"hint", "status", "rank"}
    for facet in facets:
        left = session.cases.ids(CaseView(1, "t2i", f"{words} {facet.filter}", "id"))
        assert (facet.name, facet.count) == (facet.name, len(left))
    bands = sum(facet.count or 0 for facet in facets if facet.group == "rank")
    assert bands == len(session.cases.ids(view))


def test_who_decided_is_a_facet_and_hidden_when_blind(labelled: Workspace) -> None:
    found = {(f.group, f.name): f.count for f in Session(labelled).facets.of(ALL, "")}
    assert found["annotator", "mh"] == 3
    assert found["annotator", "al with space"] == 1
    assert found["label", "CNT counting"] == 3
    blind = Session(labelled, annotator="mh", blind=True).facets.of(ALL, "")
    assert {facet.group for facet in blind} == {"label", "status", "rank", "model"}
    assert {f.name: f.count for f in blind if f.group == "label"} == {"CNT counting": 3}


def test_what_other_models_hit_is_counted_by_one_s_own_labels_when_blind(
    labelled: Workspace,
) -> None:
    session = Session(labelled, annotator="nobody", blind=True)
    view = CaseView(1, "t2i", "status:undecided", "id")
    (model,) = (f for f in session.facets.of(view, "") if f.group == "model")
    left = session.cases.ids(CaseView(1, "t2i", f"{view.filter} {model.filter}", "id"))
    assert model.count == len(left)


def test_bands_of_ranks_are_those_among_all_facets(labelled: Workspace) -> None:
    facets = Session(labelled).facets
    for words in ("", "rank>5", "rank>1 rank<=5 status:undecided", "cat:counting"):
        view = CaseView(1, "t2i", words)
        ranks = tuple(f for f in facets.of(view, words) if f.group == "rank")
        assert ranks
        assert facets.bands(view, words) == ranks


def test_a_facet_is_added_once_and_taken_away(labelled: Workspace) -> None:
    facets = Session(labelled).facets
    (band,) = (f for f in facets.of(ALL, "") if f.name == "2-5")
    words = facets.toggled("dog rank<=5", band)
    assert words == "dog rank<=5 rank>=2"
    (now,) = (f for f in facets.of(ALL, words) if f.name == "2-5")
    assert now.on
    assert facets.toggled(words, now) == "dog"


async def pick(pilot: Pilot[None], name: str) -> None:
    await pilot.press("f")
    await settled(pilot)
    picker = pilot.app.screen
    assert isinstance(picker, FacetPicker)
    at = next(i for i, facet in enumerate(picker._facets) if facet.name == name)
    picker.query_one(OptionList).highlighted = at
    await pilot.press("enter")
    await settled(pilot)


@pytest.mark.parametrize("screen", ["cases", "compare"])
async def test_enter_adds_the_words_and_again_takes_them_away(
    labelled: Workspace, screen: str
) -> None:
    where = {"compare": (1, 2)} if screen == "compare" else {"run_id": 1, "filter": "number"}
    app = make_app(labelled, screen, **where)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = app.screen.words
        await pick(pilot, "undecided")
        assert app.screen.words == f"{before} status:undecided".strip()
        await pick(pilot, "undecided")
        assert app.screen.words == before


async def test_a_list_is_saved_recalled_and_forgotten(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="rank>1")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("S", *"hard ones", "enter")
        await settled(pilot)
        assert 'Saved as "hard ones"' in app.screen.query_one(StatusLine).sentence
        kept = np.array(app.screen.cases.ids)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("V")
        await settled(pilot)
        await pick(pilot, "hard ones")
        assert app.screen.words == "rank>1"
        assert np.array_equal(app.screen.cases.ids, kept)
        await pilot.press(":", *"view hard ones")
        await settled(pilot)
        await pilot.press("escape")
        await pilot.press("S", *"hard ones", "enter")
        await settled(pilot)
        assert app.screen.query_one(StatusLine).sentence == '"hard ones" forgotten.'
        assert app.session.saved_views.load() == {}


def test_a_read_only_workspace_keeps_no_views(workspace: Workspace) -> None:
    with pytest.raises(SessionError, match="read-only"):
        Session(workspace, readonly=True).saved_views.save("x", ALL)


def test_a_file_that_cannot_be_read_holds_no_views(workspace: Workspace) -> None:
    (workspace.path / "views.json").write_text('{"x": 3}')
    session = Session(workspace)
    assert session.saved_views.load() == {}
    assert session.saved_views.save("y", ALL)
    assert list(session.saved_views.load()) == ["y"]


def test_one_bad_view_costs_no_other(workspace: Workspace) -> None:
    views, file = Session(workspace).saved_views, workspace.path / "views.json"
    views.save("good", ALL)
    file.write_text(json.dumps({"bad": {"run_id": "?"}} | json.loads(file.read_text())))
    assert list(views.load()) == ["good"]
    views.save("more", ALL)
    assert list(views.load()) == ["good", "more"]
    assert list(json.loads(file.read_text())) == ["bad", "good", "more"]


@pytest.mark.parametrize("text", ['{"good": ', "[]"])
def test_a_file_of_views_that_cannot_be_read_is_not_written_over(
    workspace: Workspace, text: str
) -> None:
    file = workspace.path / "views.json"
    file.write_text(text)
    for change in (lambda s: s.save("x", ALL), lambda s: s.forget("x")):
        with pytest.raises(SessionError, match="no saved views that can be read"):
            change(Session(workspace).saved_views)
    assert file.read_text() == text


def test_windows_that_save_at_once_lose_no_view(workspace: Workspace) -> None:
    def save(window: int) -> None:
        views = SavedViews(workspace.path, readonly=False)
        for n in range(10):
            views.save(f"{window} {n}", ALL)

    with ThreadPoolExecutor(4) as windows:
        list(windows.map(save, range(4)))
    assert len(SavedViews(workspace.path, readonly=False).load()) == 40


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_z_shows_the_case_alone_and_the_list_again(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        await pilot.press("tab", "z")
        await settled(pilot)
        cases = app.screen.cases
        here = cases.current
        assert not cases.region.height or not cases.region.width
        await pilot.press("J")
        await settled(pilot)
        assert cases.current != here
        await pilot.press("z")
        await settled(pilot)
        assert cases.region.height


async def test_t_labels_by_name(workspace: Workspace) -> None:
    app = make_app(workspace, "cases", run_id=1, filter="", annotator="mh")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.pause(0.2)
        await settled(pilot)
        here = app.screen.cases.current
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("down", "down")
        await settled(pilot)
        means = app.session.taxonomy.by_key("3").guideline
        shown = [line.text.strip() for line in app.screen.query_one(TextBlock).lines]
        assert " ".join(shown) == means
        await pilot.press(*"coref", "enter")
        await settled(pilot)
        (newest,) = workspace.decisions.history(limit=1)
        assert (newest.query_id, newest.categories) == (here, ("coreference",))


async def test_esc_goes_back_to_the_first_filter_before_it_clears_it(workspace: Workspace) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for typed, left in (("rank>5", "rank>10"), ("rank>10", "")):
            app.screen.change_filter(typed)
            await settled(pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert app.screen.source.view.filter == left


def test_the_guide_says_what_the_words_of_the_filter_mean() -> None:
    text = "\n".join(line.text for line in guide_lines(load_taxonomy(None), 80))
    for word, meaning in (("label:", "people decided"), ("hint:", "machine suggests")):
        assert any(word in line and meaning in line for line in text.splitlines())


async def test_space_toggles_several_facets_and_enter_applies_them(workspace: Workspace) -> None:
    app = make_app(workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        picker = app.screen
        assert isinstance(picker, FacetPicker)
        await pilot.press("space", "G", "space")
        wanted = [facet.filter for facet in picker.toggled]
        assert len(wanted) == 2
        await pilot.press("enter")
        await settled(pilot)
        words = app.screen.source.view.filter.split()
        assert {"rank>10", *wanted} <= set(words)


def test_bands_leave_the_ranks_that_were_typed(labelled: Workspace) -> None:
    facets = Session(labelled).facets
    by_name = {f.name: f for f in facets.of(ALL, "") if f.group == "rank"}
    words = facets.toggled("rank>1 dog", by_name["2-5"])
    assert words == "rank>1 dog rank>=2 rank<=5"
    words = facets.toggled(words, by_name["6-10"])
    assert words == "rank>1 dog rank>=6 rank<=10"
    (now,) = (f for f in facets.of(ALL, words) if f.name == "6-10")
    assert facets.toggled(words, now) == "rank>1 dog"


def test_two_values_of_a_field_are_either_of_them(labelled: Workspace) -> None:
    facets = Session(labelled).facets
    by_name = {(f.group, f.name): f for f in facets.of(ALL, "")}
    words = facets.toggled("dog", by_name["status", "undecided"])
    words = facets.toggled(words, by_name["status", "decided"])
    assert words == "dog status:undecided,decided"
    now = {(f.group, f.name): f for f in facets.of(ALL, words)}
    assert [now["status", name].on for name in ("undecided", "decided")] == [True, True]
    assert facets.toggled(words, now["status", "undecided"]) == "dog status:decided"
    cases = Session(labelled).cases
    everything = sum(f.count or 0 for key, f in by_name.items() if key[0] == "status")
    both = CaseView(ALL.run_id, ALL.direction, "status:undecided,decided", ALL.sort)
    assert len(cases.ids(both)) == everything - (
        by_name["status", "skipped"].count or 0 if ("status", "skipped") in by_name else 0
    )
    decided = CaseView(ALL.run_id, ALL.direction, "status:decided", ALL.sort)
    assert 0 < len(cases.ids(decided)) < len(cases.ids(both))


def test_a_band_of_ranks_takes_the_place_of_another(labelled: Workspace) -> None:
    facets = Session(labelled).facets
    first, second = [f for f in facets.of(ALL, "") if f.group == "rank"][:2]
    words = facets.toggled("dog", first)
    assert facets.toggled(words, second) == facets.toggled("dog", second)
