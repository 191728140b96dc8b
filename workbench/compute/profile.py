"""How fast a model is on this machine: latency and throughput of everything that it can do.

The images are noise and the captions made up: what is measured does not depend on them, apart from
the captions' length, which is that of COCO's (10.5 words on average).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from plugins import registry
from plugins.api import (
    Captioner,
    CaptionOptions,
    Castable,
    ImageTextEncoder,
    Model,
    PairScorer,
    PluginError,
    Precision,
    PrecomputedVectors,
)
from workbench.compute import flops
from workbench.compute.devices import device_name, peak_device_bytes, peak_host_bytes
from workbench.compute.errors import JobError

if TYPE_CHECKING:
    from numpy.typing import NDArray

What = Literal["images", "captions", "pairs", "generated captions"]
Work = Callable[[int], Callable[[], object]]
"""From a batch size to a call that does the work once."""
Report = Callable[[str, int, int], None]

PHOTOGRAPH = (375, 500)
"""Height and width of Flickr30K's usual photograph."""

_SENTENCE = "a red ball lies on the blue table beside two green cups near the big white box"
_MOST_CALLS = 200
_PATIENCE = 10
"""Times its budget that a cell may take, if a single call takes that long."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: the time of a call with a batch, or why there is none.

    Percentiles are over calls; `per_s` counts items. Memory is the GPU's peak during the cell.
    """

    what: What
    precision: Precision
    batch_size: int
    per_s: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    peak_device_bytes: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a model is and how fast; `gflops` by item ("image", "text", "pair")."""

    model: str
    device: str
    device_name: str
    parameters: int | None
    weights_bytes: int | None
    gflops: dict[str, float]
    peak_host_bytes: int
    cells: list[Cell] = field(default_factory=list)


def profile(
    spec: str,
    device: str,
    batch_sizes: Sequence[int],
    precisions: Sequence[Precision],
    *,
    budget_s: float = 2.0,
    report: Report = lambda *_: None,
) -> Profile:
    """Measure a model; each cell takes about `budget_s`, or one call if that takes longer."""
    report("loading the model", 0, 0)
    model = registry.load_model(spec, device)
    if isinstance(model, PrecomputedVectors):
        raise JobError(f"{spec} are vectors made elsewhere: there is nothing to measure.")
    card, operations = model.card, _operations(model)
    cells: list[Cell] = []
    for number, precision in enumerate(precisions):
        problem = None
        if precision != "fp32":
            if number:  # digits that an earlier cast has cut off do not come back
                del model
                model = registry.load_model(spec, device)
            problem = _cast(model, precision)
        for what, work in _works(model):
            row = _Row(what, precision, work, device, budget_s)
            for size in batch_sizes:
                report(f"{what}, {precision}, batches of {size}", 0, 0)
                cells.append(row.left_out(size, problem) if problem else row.cell(size))
    return Profile(
        model=spec,
        device=device,
        device_name=device_name(device),
        parameters=card.parameters,
        weights_bytes=card.files_bytes,
        gflops=operations,
        peak_host_bytes=peak_host_bytes(),
        cells=cells,
    )


def _operations(model: Model) -> dict[str, float]:
    counts: dict[str, float | None] = {}
    if isinstance(model, ImageTextEncoder):
        counts |= {"image": flops.image_gflops(model), "text": flops.text_gflops(model)}
    if isinstance(model, PairScorer):
        counts["pair"] = flops.pair_gflops(model)
    return {what: count for what, count in counts.items() if count is not None}


def _cast(model: Model, precision: Precision) -> str | None:
    """Bring a model to a precision; says why if it cannot be."""
    if not isinstance(model, Castable):
        return "fp32 only"
    model.cast(precision)
    return None


def _works(model: Model) -> Iterator[tuple[What, Work]]:
    """Yield what a model can do."""
    if isinstance(model, ImageTextEncoder):
        encoder = model
        yield "images", lambda n: _bound(encoder.encode_images, _pixels(encoder, n))
        yield "captions", lambda n: _bound(encoder.encode_texts, _texts(n))
    if isinstance(model, PairScorer):
        scorer = model

        def pairs(n: int) -> Callable[[], object]:
            states = scorer.image_states(_pixels(scorer, 1))  # one image, as when re-ranking
            return lambda: scorer.score_pairs(states, np.zeros(n, np.int64), _texts(n))

        yield "pairs", pairs
    if isinstance(model, Captioner):
        captioner, options = model, CaptionOptions()

        def captions(n: int) -> Callable[[], object]:
            pixels = _pixels(captioner, n)
            return lambda: captioner.generate_captions(pixels, options)

        yield "generated captions", captions


def _bound(call: Callable[..., object], batch: object) -> Callable[[], object]:
    return lambda: call(batch)


class _Row:
    """The cells of one kind of work in one precision."""

    def __init__(
        self, what: What, precision: Precision, work: Work, device: str, budget_s: float
    ) -> None:
        self._what, self._precision, self._work = what, precision, work
        self._device, self._budget_s = device, budget_s
        self._item_s = 0.0

    def cell(self, size: int) -> Cell:
        """Measure a batch size, unless what was measured says that a call would take too long."""
        expected_s = size * self._item_s
        if expected_s > _PATIENCE * self._budget_s:
            return self.left_out(size, f"left out: a call would take about {expected_s:,.0f} s")
        _forget_peak(self._device)
        try:
            seconds = _seconds(self._work(size), self._budget_s)
        except (PluginError, RuntimeError) as error:
            memory = type(error).__name__ == "OutOfMemoryError"
            reason = "out of memory" if memory else str(error).partition("\n")[0]
            return self.left_out(size, reason[:200])
        self._item_s = float(np.median(seconds)) / size
        return Cell(
            self._what,
            self._precision,
            size,
            per_s=size * len(seconds) / sum(seconds),
            p50_ms=1000 * float(np.percentile(seconds, 50)),
            p95_ms=1000 * float(np.percentile(seconds, 95)),
            peak_device_bytes=peak_device_bytes(self._device),
        )

    def left_out(self, size: int, problem: str) -> Cell:
        """Say why there is no measurement."""
        return Cell(self._what, self._precision, size, problem=problem)


def _seconds(call: Callable[[], object], budget_s: float) -> list[float]:
    """Time calls until the budget is spent; the first one warms up and counts only if alone."""
    first = _timed(call)
    seconds: list[float] = []
    while sum(seconds) + first < budget_s and len(seconds) < _MOST_CALLS:
        seconds.append(_timed(call))
    return seconds or [first]


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()  # returns numbers on the host, so a GPU has finished
    return time.perf_counter() - started


def _forget_peak(device: str) -> None:
    if device.startswith("cuda"):
        import torch

        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)


def _pixels(model: ImageTextEncoder | PairScorer | Captioner, n: int) -> NDArray[np.float32]:
    """Prepare a photograph of noise, n times."""
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (*PHOTOGRAPH, 3), dtype=np.uint8)
    return np.repeat(model.prepare_image(Image.fromarray(noise))[None], n, axis=0)


def _texts(n: int) -> list[str]:
    """Make up captions of 7 to 14 words."""
    words = _SENTENCE.split()
    return [" ".join(words[: 7 + number % 8]) for number in range(n)]
