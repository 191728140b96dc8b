"""Editing what a queued job was asked for with, in the form that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from store.records.job import Job
from workbench.presenters.text import plain
from workbench.screens.evaluation import ask_evaluation
from workbench.screens.frame import WorkbenchScreen


def edit_job(screen: WorkbenchScreen, job_id: int, edited: Callable[[Job], None]) -> None:
    """Show the form of a queued job with its parameters; says why where it has none."""

    def show(job: Job) -> None:
        from_others = [name for name, value in job.params.items() if isinstance(value, dict)]
        refers = any("result_of" in job.params[name] for name in from_others)
        if refers:
            screen.say(f"Job {job.id} takes values from other jobs: edit its study.", "warn")
        elif job.kind == "evaluate":
            ask_evaluation(screen, None, edited, edited=job)
        elif job.kind == "cluster":
            _edit_clusters(screen, job, edited)
        else:
            kind = plain(job.kind)
            screen.say(
                f"A job of the kind {kind} has no form: X cancels it, `workbench {kind}` asks.",
                "warn",
            )

    screen.fetch_to_open(partial(screen.session.jobs.get, job_id), show, group="job")


def _edit_clusters(screen: WorkbenchScreen, job: Job, edited: Callable[[Job], None]) -> None:
    from workbench.modals.cluster_form import ClusterForm, ClusterWish

    def store(wish: ClusterWish | None) -> None:
        if wish is not None:
            change = partial(screen.session.jobs.edit, job.id, wish.params())
            screen.commit(change, edited)

    names = ("k", "features", "at_k", "where", "projection")
    before = ClusterWish(*(job.params[name] for name in names))
    title = f"Job {job.id}: cluster the {job.params['direction']} failures of run "
    form = ClusterForm(f"{title}{job.params['run_id']}", screen.session.cases.canonical, before)
    screen.app.push_screen(form, store)
