"""The form that evaluates a model on a data set."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker

from workbench.modals.form import FormOverlay
from workbench.presenters.setup import advice, model_lines
from workbench.views.setup import ModelChoice
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.spec_field import SpecField
from workbench.widgets.standing import stands
from workbench.widgets.text_field import TextField

LISTED = 6
"""Models that are listed."""
RERANK = "empty: no; or K, as 128: look again at the first K (BLIP)"
MOST_K = 100_000
SHAPE = "PLUGIN:WEIGHTS, as in open_clip:ViT-B-32/openai or vectors:FOLDER"


@dataclass(frozen=True, slots=True)
class EvaluationWish:
    """What to evaluate."""

    dataset_id: int
    spec: str
    device: str
    rerank: int | None = None


class EvaluationForm(FormOverlay[EvaluationWish]):
    """Asks for data set, model, device and K, and checks the model before it dismisses."""

    TITLE_TEXT = "Evaluate a model"
    DEFAULT_CSS = """
    EvaluationForm .models { max-height: 7; }
    """
    AUTO_FOCUS = "#spec"

    def __init__(
        self,
        *,
        names: Mapping[int, str],
        dataset_id: int,
        models: tuple[ModelChoice, ...],
        seconds: Callable[[int, str, int | None], float | None],
        devices: tuple[str, ...],
        check: Callable[[str, bool], str | None],
        before: EvaluationWish | None = None,
    ) -> None:
        """Take what there is to choose from; `before` is what a queued job was asked for with."""
        super().__init__()
        self._before = before
        self._names = names
        self._dataset_id = dataset_id
        self._models = models
        self._seconds = seconds
        self._devices = devices
        self._check = check
        self._checking = False

    def fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields."""
        choices = [(str(number), name, "") for number, name in self._names.items()]
        at = list(self._names).index(self._dataset_id) if self._dataset_id in self._names else 0
        yield "data set", ChoiceField(choices, at=at, id="dataset")
        specs = [one.spec for one in self._models]
        before = self._before
        if before is not None:
            specs = [before.spec, *(spec for spec in specs if spec != before.spec)]
        yield "model", SpecField(specs, placeholder=SHAPE, id="spec")
        devices = self._devices
        if before is not None and before.device not in devices:
            devices = (*devices, before.device)
        where = devices.index(before.device) if before is not None else 0
        yield "device", ChoiceField([(name, name, "") for name in devices], at=where, id="device")
        k = str(before.rerank or "") if before is not None else ""
        yield "re-rank", TextField(k, placeholder=RERANK, id="rerank")
        listed = "\n".join(["Up and Down choose a model:", *model_lines(self._models, LISTED)])
        yield "", Static(listed if self._models else SHAPE, classes="hint models", markup=False)
        yield "", Static(classes="hint", id="time", markup=False)

    @on(SpecField.Changed, "#spec")
    @on(Input.Changed, "#rerank")
    @on(ChoiceField.Changed)
    def estimate(self) -> None:
        """Say how long it will take."""
        spec = self.query_one("#spec", SpecField).value.strip()
        told = ""
        if spec and (dataset := self.query_one("#dataset", ChoiceField).value):
            try:
                seconds = self._seconds(int(dataset), spec, self._k())
            except ValueError as error:
                told = str(error)
            else:
                told = advice(self._models, spec, seconds)
        self.query_one("#time", Static).update(told)

    def on_mount(self) -> None:
        """Begin with the time of what is proposed."""
        self.estimate()

    def start(self) -> None:
        """Check the model in a thread, then dismiss or say what is wrong with it."""
        spec = self.query_one("#spec", SpecField).value.strip()
        try:
            k = self._k()
        except ValueError as error:
            self.query_one("#rerank", TextField).focus()
            self.refuse(str(error))
            return
        if not spec:
            self.refuse(f"Name a model first: {SHAPE}.")
        elif not self._checking:
            self._checking = True
            self.refuse("Checking the model ...", "busy")
            _: Worker[None] = self.run_worker(partial(self._check_then_close, spec, k))

    def _k(self) -> int | None:
        """Return how many are re-ranked, None for none; ValueError says what is wrong with it."""
        text = self.query_one("#rerank", TextField).value.strip()
        if text and (not re.fullmatch("[1-9][0-9]{0,5}", text) or int(text) > MOST_K):
            raise ValueError(f"Re-rank the first 1 to {MOST_K:,} of every query, or none: empty.")
        return int(text) if text else None

    async def _check_then_close(self, spec: str, k: int | None) -> None:
        try:
            problem = await asyncio.to_thread(self._check, spec, k is not None)
        finally:
            self._checking = False
        if not stands(self):
            return
        if problem is not None:
            self.refuse(problem)
            return
        dataset_id = int(self.query_one("#dataset", ChoiceField).value)
        device = self.query_one("#device", ChoiceField).value
        self.dismiss(EvaluationWish(dataset_id, spec, device, k))
