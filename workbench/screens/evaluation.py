"""Asking which model to evaluate, for Home and Jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from store.records.dataset import Dataset
from store.records.job import Job
from store.records.run import Run
from workbench.presenters.home import names_of
from workbench.presenters.text import harmless
from workbench.screens.frame import WorkbenchScreen
from workbench.session.machine import gpus
from workbench.session.setup import model_choices, seconds_for
from workbench.views.keys.in_use import shown_key
from workbench.views.setup import TEST, ModelChoice

if TYPE_CHECKING:
    from workbench.modals.evaluation_form import EvaluationWish

Known = tuple[list[Dataset], tuple[ModelChoice, ...], list[Run]]


def ask_evaluation(
    screen: WorkbenchScreen,
    dataset_id: int | None,
    started: Callable[[Job], None],
    *,
    edited: Job | None = None,
) -> None:
    """Show the form, check the model, start the job; every error is one sentence.

    With `edited`, a queued evaluation, the form begins with what it was asked for, and changes it.
    """
    session = screen.session

    def store(wish: EvaluationWish) -> Job:
        if edited is None:
            return session.jobs.start_evaluation(
                wish.dataset_id, wish.spec, wish.device, wish.rerank
            )
        changes: dict[str, object] = {"dataset_id": wish.dataset_id, "model": wish.spec}
        if wish.rerank is not None or "rerank" in edited.params:
            changes["rerank"] = wish.rerank
        scorer = edited.params.get("rerank_model")
        if scorer is not None and (wish.rerank is None or scorer == edited.params["model"]):
            changes["rerank_model"] = None
        return session.jobs.edit(edited.id, changes, wish.device)

    def start(wish: EvaluationWish | None) -> None:
        if wish is not None:
            screen.commit(lambda: store(wish), started)

    def read() -> Known:
        library = session.library
        return library.datasets(), model_choices(library.models()), library.runs()

    def ask(found: Known) -> None:
        datasets, models, runs = found
        if not datasets:
            screen.say("There is no data set yet: import one first.", "warn")
            return
        from workbench.modals.evaluation_form import EvaluationForm, EvaluationWish

        before, chosen = None, usual(datasets).id if dataset_id is None else dataset_id
        if edited is not None:
            spec, device = edited.params["model"], edited.wished_device or "auto"
            chosen = edited.params["dataset_id"]
            k = edited.params.get("rerank")
            if k is None and edited.params.get("rerank_model"):
                from workbench.compute.rerank import DEFAULT_K

                k = DEFAULT_K
            before = EvaluationWish(chosen, spec, device, k)
        scorer = edited.params.get("rerank_model") if edited is not None else None
        apart = edited is not None and scorer not in (None, edited.params["model"])
        by_id = {dataset.id: dataset for dataset in datasets}
        form = EvaluationForm(
            names=names_of(datasets),
            dataset_id=chosen,
            models=tuple(one for one in models if harmless(one.spec)),
            seconds=lambda number, spec, k: seconds_for(by_id[number], spec, runs, k),
            devices=("auto", "cpu", *(f"cuda:{n}" for n in range(len(gpus())))),
            check=lambda spec, rerank: session.jobs.check_model(spec, rerank=rerank and not apart),
            before=before,
        )
        screen.app.push_screen(form, start)

    screen.fetch_to_open(read, ask)


def usual(datasets: Sequence[Dataset]) -> Dataset:
    """Return the newest test split, on which models are compared, else the newest split."""
    return max(datasets, key=lambda one: (one.split == TEST, one.id))


def say_queued(screen: WorkbenchScreen, job: Job) -> None:
    """Say that a job is queued, and where it is shown."""
    screen.say(f"Job {job.id} is queued: {shown_key('go_jobs')} shows it.", "good")
    screen.shell.look()
