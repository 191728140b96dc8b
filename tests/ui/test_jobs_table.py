"""Jobs: filter, facets, order, ranges of marks, and editing what is queued."""

from __future__ import annotations

import pytest

from store.errors import StoreError
from store.workspace import Workspace
from tests.ui.cases_pilot import text_of
from tests.ui.conftest import make_app, settled
from tests.ui.jobs_pilot import (
    add_all_states,
    go_to,
    jobs_screen,
    order,
    press,
    quiet,
    run_now,
    said,
)
from workbench.modals.cluster_form import ClusterForm
from workbench.modals.evaluation_form import EvaluationForm
from workbench.modals.facets import FacetPicker
from workbench.views.keys.chords import chord
from workbench.widgets.filter_line import FilterLine

pytestmark = pytest.mark.usefixtures("quiet")
_ = quiet
SIZES = [(60, 16), (80, 24), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_jobs_are_filtered_by_words(workspace: Workspace, size: tuple[int, int]) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        every = order(pilot)
        await press(pilot, "slash", *"import", "enter")
        assert set(order(pilot)) == {"3", "10"}
        assert "filter: import (2 of 10)" in text_of(pilot)
        await press(pilot, "n")
        assert jobs_screen(pilot).number() == int(order(pilot)[1])
        await press(pilot, "slash", "ctrl+u", *"zebra", "enter")
        assert jobs_screen(pilot).query_one(FilterLine).has_class("-wrong")
        assert said(pilot) == "No row has zebra."
        assert set(order(pilot)) == {"3", "10"}
        await press(pilot, "escape")
        await press(pilot, "escape")
        assert order(pilot) == every


async def test_jobs_are_narrowed_by_facets(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "f")
        assert isinstance(app.screen, FacetPicker)
        names = [(facet.group, facet.name) for facet in app.screen._facets]
        assert {("state", "failed"), ("kind", "label"), ("device", "cuda")} <= set(names)
        await press(pilot, *("j" for _ in range(names.index(("state", "failed")))), "enter")
        assert order(pilot) == ["2"]
        await press(pilot, "f", *("j" for _ in range(names.index(("state", "failed")))), "enter")
        assert len(order(pilot)) == 10


async def test_jobs_are_sorted(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        queue = order(pilot)
        await press(pilot, "o", "i")
        assert order(pilot) == [str(n) for n in range(10, 0, -1)]
        assert "sort: id" in text_of(pilot)
        await press(pilot, "o", "I")
        assert order(pilot) == [str(n) for n in range(1, 11)]
        for second, _ in chord("jobs", "o"):
            await press(pilot, "o", second)
            assert sorted(order(pilot)) == sorted(queue)
        await press(pilot, "o", "q")
        assert order(pilot) == queue


async def test_a_range_of_jobs_is_marked(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        rows = [int(key) for key in order(pilot)]
        await press(pilot, "g", "g", "v", "j", "j", "v")
        assert jobs_screen(pilot).marks == set(rows[:3])
        assert said(pilot).startswith("3 marked")
        await press(pilot, "escape")
        assert jobs_screen(pilot).marks == set()


async def test_a_queued_evaluation_is_edited_in_its_form(workspace: Workspace) -> None:
    add_all_states(workspace)
    folder = workspace.path / "vectors-of-mine"
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, 7)
        await press(pilot, "e")
        form = app.screen
        assert isinstance(form, EvaluationForm)
        assert form.query_one("#spec").value == "blip:Org/blip-itm"
        assert form.query_one("#device").value == "cuda"
        assert form.query_one("#rerank").value == "64"
        await press(pilot, "escape")
        assert workspace.jobs.get(7).params["model"] == "blip:Org/blip-itm"
        place = workspace.jobs.get(7).place
        app.session.jobs.edit(7, {"dataset_id": 1}, "cpu")
        await press(pilot, "R")
        job = workspace.jobs.get(7)
        assert (job.wished_device, job.place) == ("cpu", place)
        assert job.params == {"dataset_id": 1, "model": "blip:Org/blip-itm", "rerank": 64}
        assert folder.name not in text_of(pilot)


async def test_queued_clusters_are_edited_in_their_form(workspace: Workspace) -> None:
    add_all_states(workspace)
    params = {"run_id": 1, "k": None, "direction": "t2i", "features": "both", "where": "",
              "at_k": 5, "seed": 0, "projection": "tsne", "annotator": None}  # fmt: skip
    job = workspace.jobs.add("cluster", params)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await go_to(pilot, job.id)
        await press(pilot, "e")
        assert isinstance(app.screen, ClusterForm)
        await press(pilot, "ctrl+u", "7", "enter")
        assert workspace.jobs.get(job.id).params == {**params, "k": 7}
        assert said(pilot) == f"Job {job.id} is changed; it waits in its old place."


async def test_what_cannot_be_edited_says_why_in_one_sentence(workspace: Workspace) -> None:
    add_all_states(workspace)
    app = make_app(workspace, "jobs")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for job_id, reason in (
            (1, "Job 1 is running: only a queued job can be edited."),
            (3, "Job 3 is done: only a queued job can be edited."),
            (6, "A job of the kind label has no form: X cancels it, `workbench label` asks."),
            (8, "Job 8 takes values from other jobs: edit its study."),
        ):
            await go_to(pilot, job_id)
            await press(pilot, "e")
            assert said(pilot) == reason
    run_now(workspace, 5)
    with pytest.raises(StoreError, match="only a queued job can be edited"):
        workspace.jobs.edit(5, {}, "cpu")
