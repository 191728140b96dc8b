"""Asking which model to evaluate, for Home and Jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.records import Dataset, Job, Model
from workbench.presenters.home import names_of
from workbench.presenters.text import harmless
from workbench.screens.frame import WorkbenchScreen
from workbench.session.machine import gpus

if TYPE_CHECKING:
    from workbench.modals.evaluation_form import EvaluationWish


def ask_evaluation(
    screen: WorkbenchScreen, dataset_id: int | None, started: Callable[[Job], None]
) -> None:
    """Show the form, check the model, start the job; every error is one sentence."""
    session = screen.session

    def start(wish: EvaluationWish | None) -> None:
        if wish is not None:
            screen.commit(
                lambda: session.jobs.start_evaluation(wish.dataset_id, wish.spec, wish.device),
                started,
            )

    def ask(found: tuple[list[Dataset], list[Model]]) -> None:
        datasets, models = found
        if not datasets:
            screen.say("There is no data set yet: import one first.", "warn")
            return
        from workbench.modals.evaluation_form import EvaluationForm

        form = EvaluationForm(
            names=names_of(datasets),
            dataset_id=dataset_id if dataset_id is not None else datasets[-1].id,
            specs=tuple(dict.fromkeys(m.spec for m in models if harmless(m.spec))),
            devices=("auto", "cpu", *(f"cuda:{n}" for n in range(len(gpus())))),
            check=session.jobs.check_model,
        )
        screen.app.push_screen(form, start)

    screen.fetch(lambda: (session.library.datasets(), session.library.models()), ask, group="form")
