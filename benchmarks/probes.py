"""What probes tell of the sample's models, what they cost, and whether they help to name a cause.

Every query of the test split is probed by both models. Causes: of each failure at 1 the drawn scene
says which claim of the caption the image breaks (`sample_data/world/truth.py`). Against it stand

- *text*: the labelers' best suggestion, which contrasts the captions of both sides;
- *blindness*: the category to whose edits the model is blindest (least mean sensitivity);
- *contrast*: edits of the caption that was wrongly put to an image, *towards* the captions of that
  image: a word that these do not have becomes one of its kind that they do, or two words change
  places. The category is that of the edit which most raises the wrong image over the caption's own;
- *text with* one of them: the category with the greatest `log(text score) + weight * evidence`, the
  weight chosen on the val split.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import sample_data
from benchmarks.probe_sources import Failures, failures_of
from benchmarks.report import Cost, machine, replace_section, table
from store.records.direction import DIRECTIONS
from store.records.run import Run
from store.workspace import Workspace
from workbench.analysis.intervals import Interval, percentile_interval, replicate_columns
from workbench.analysis.probes import blindness
from workbench.analysis.proportion import fix_rate
from workbench.analysis.queries import numbered
from workbench.compute.context import JobContext
from workbench.jobs import evaluate, probe
from workbench.jobs.import_dataset import import_dataset
from workbench.session.blindness import CATEGORIES

SPECS = (f"open_clip:local-dir:{sample_data.CLIP_DIR}", f"blip:{sample_data.BLIP_DIR}")
WEIGHTS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


def main() -> None:
    """Measure, print, and with ``--write`` put the sections into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--write", type=Path, help="document whose sections are replaced")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, Workspace(place) as workspace:
        for part in wish.parts:
            for name, text in PARTS[part](workspace).items():
                print(text, flush=True)
                if wish.write:
                    replace_section(wish.write, name, text)


def model(workspace: Workspace) -> dict[str, str]:
    """What the models do not see, and what it costs to know."""
    runs = list(_evaluated(workspace, "test"))
    costs = [_probed(workspace, run) for run in runs]
    return {"blindness": _blindness(workspace, runs), "cost": _cost(workspace, runs, costs)}


def causes(workspace: Workspace) -> dict[str, str]:
    """Whether probes help to name the cause of a failure."""
    val, test = (list(_evaluated(workspace, split)) for split in ("val", "test"))
    return {"causes": _causes(workspace, val, test)}


def _evaluated(workspace: Workspace, split: str) -> Iterator[Run]:
    datasets, _ = import_dataset(
        _context(workspace),
        source=sample_data.WORLD_JSON,
        reader_name="karpathy",
        images=sample_data.IMAGES,
        split=split,
        name=f"sample-{split}",
    )
    for spec in SPECS:
        made = evaluate.run(_context(workspace, dataset_id=datasets[0].id, model=spec))
        yield workspace.runs.get(int(made["run_id"]))


def _probed(workspace: Workspace, run: Run) -> Cost:
    context = _context(workspace, run_id=run.id, every=True)
    return Cost.of(lambda: probe.run(context))


def _context(workspace: Workspace, **params: object) -> JobContext:
    return JobContext(workspace, params, lambda *_: None)


def _blindness(workspace: Workspace, runs: Sequence[Run]) -> str:
    rows = []
    for run in runs:
        for direction in DIRECTIONS:
            for category in CATEGORIES:
                found = workspace.probes.columns(run.id, direction, category)
                one = blindness(found.query_id, found.image_id, found.sensitivity)
                rows.append(
                    (
                        _name(run), direction, category, f"{one.n_queries:,}",
                        f"{one.n_images:,}", f"{one.n_edits:,}", _percent(one.share),
                        f"{one.sensitivity:.3f}",
                    )
                )  # fmt: skip
    heads = ("model", "direction", "category", "queries", "images", "edits", "blind %", "mean drop")
    return f"""## Blindness

Over all queries of the sample's test split that have an edit. Blind %: the mean share of a query's
edits with which the true image scores at least as high as with its own caption, 95 % interval over
images; scores that differ by chance give 50. Mean drop: of the cosine.

{table(heads, rows)}

{machine("torch")}"""


def _cost(workspace: Workspace, runs: Sequence[Run], costs: Sequence[Cost]) -> str:
    rows = []
    for run, cost in zip(runs, costs, strict=True):
        columns = [
            workspace.probes.columns(run.id, way, one) for way in DIRECTIONS for one in CATEGORIES
        ]
        edits = sum(len(one.query_id) for one in columns)
        queries = sum(len(workspace.runs.ranks(run.id, way)[0]) for way in DIRECTIONS)
        rows.append(
            (
                _name(run), f"{queries:,}", f"{edits:,}", f"{edits / queries:.1f}",
                f"{cost.elapsed_s:.0f} s", f"{cost.processor_s:.0f} s",
                f"{edits / cost.processor_s:,.0f}",
            )
        )  # fmt: skip
    heads = ("model", "queries", "edits", "a query", "took", "processor", "edits/processor s")
    return f"""## Cost

One text encoding an edit and one a query; no image is looked at again.

{table(heads, rows)}

{machine("torch")}"""


def _causes(workspace: Workspace, val: Sequence[Run], test: Sequence[Run]) -> str:
    rows = []
    for run_val, run_test in zip(val, test, strict=True):
        for run in (run_val, run_test):
            probe.run(_context(workspace, run_id=run.id))
        for direction in DIRECTIONS:
            chosen = failures_of(workspace, run_val, direction)
            judged = failures_of(workspace, run_test, direction)
            rows += [
                (_name(run_test), direction, f"{len(judged.truth):,}", *cells)
                for cells in _sources(chosen, judged)
            ]
    heads = (
        "model",
        "direction",
        "failures",
        "source",
        "says %",
        "right %",
        "minus text",
        "weight",
        "at best",
    )
    return f"""## Causes

Says %: of all failures, those for which the source has anything. Right %: of all failures, where it
says nothing it is wrong. Minus text: paired, 95 % interval over images. Weight: of the source
beside the text. At best: minus text with the weight that is best on the test split itself, which no
rule can know; the labelers learned from the val split, which favours a small weight there.

{table(heads, rows)}

{machine("torch")}"""


def _sources(val: Failures, test: Failures) -> Iterator[tuple[str, ...]]:
    text = test.right(test.text.argmax(1))
    said = test.text.max(1) > 0
    yield "text", _share(said), _rate(text & said, test.image), "--", "--", "--"
    for name in ("blind", "contrast"):
        there, evidence = getattr(val, name), getattr(test, name)
        alone, says = _alone(evidence)
        label = {"blind": "blindness"}.get(name, name)
        right = test.right(alone) & says
        gain = _gain(right, text, test.image)
        yield label, _share(says), _rate(right, test.image), gain, "--", "--"
        weight, best = _best_weight(val, there), _best_weight(test, evidence)
        both = test.right(test.combined(evidence, weight))
        ideal = test.right(test.combined(evidence, best))
        yield (
            f"text with {label}", _share(said | says), _rate(both, test.image),
            _gain(both, text, test.image), f"{weight:g}",
            _gain(ideal, text, test.image),
        )  # fmt: skip


def _best_weight(failures: Failures, evidence: NDArray[np.float64]) -> float:
    """The weight with which most are right, the smallest of equal ones."""
    right = [failures.right(failures.combined(evidence, weight)).sum() for weight in WEIGHTS]
    return WEIGHTS[int(np.argmax(right))]


def _alone(evidence: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    says = ~np.isnan(evidence).all(1)
    return np.where(np.isnan(evidence), -np.inf, evidence).argmax(1), np.asarray(says)


def _rate(right: NDArray[np.bool_], image: NDArray[np.int64]) -> str:
    return _percent(fix_rate(right, image).share)


def _share(said: NDArray[np.bool_]) -> str:
    return f"{100 * said.mean():.0f}"


def _gain(one: NDArray[np.bool_], other: NDArray[np.bool_], image: NDArray[np.int64]) -> str:
    difference = one.astype(np.float64) - other
    images, n_images = numbered(image)
    drawn = replicate_columns({"gain": difference}, {}, images, n_images)["gain"]
    found = percentile_interval(float(difference.mean()), drawn)
    assert found.low is not None
    assert found.high is not None
    return f"{100 * found.value:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"


def _percent(found: Interval) -> str:
    if found.low is None or found.high is None:
        return f"{100 * found.value:.1f} (few)"
    return f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def _name(run: Run) -> str:
    return Path(run.model).name


PARTS = {"model": model, "causes": causes}

if __name__ == "__main__":
    main()
