"""How well candidates for missing pairs are found in the sample, whose drawn scenes say the truth.

A failure is a true missing pair where the drawn scene of the retrieved image satisfies everything
that the caption states. Average precision ranks a run's failures by one source of evidence or by
the score; what guessing reaches is the share of true ones. Captions: the `data_fault` suggestion.
Models: how many other models and stages retrieve the pair above the truth. Pixels: distance of
perceptual hashes; cosine of the images' vectors, which the score leaves out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.clusters import true_categories
from benchmarks.report import machine, replace_section, table
from store.records.direction import DIRECTIONS, Direction
from store.records.run import Run
from store.workspace import Workspace
from workbench.analysis.proportion import wilson
from workbench.compute.context import JobContext
from workbench.compute.run_vectors import vectors_of
from workbench.jobs import false_negatives

LEAST = (0.1, 0.3, 0.5, 0.7, 0.9)
RESAMPLES, SEED = 1_000, 0
Z = 1.96


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="document whose section is replaced")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ws"
        demo = [sys.executable, "-m", "workbench", "--workspace", str(path), "demo", "--headless"]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        with Workspace(path) as workspace:
            measured = [
                Measured(workspace, run, way) for run in workspace.runs.all() for way in DIRECTIONS
            ]
    text = "\n\n".join(
        [
            __doc__,
            "## Average precision, with 95 % intervals over failures",
            table(
                ("run", "failures", "true share", *measured[0].evidence, "all"),
                [list(one.precision_cells()) for one in measured],
            ),
            "## What a person confirms of the candidates at or above a score",
            table(
                ("run", *(f"score >= {least}" for least in LEAST)),
                [list(one.threshold_cells()) for one in measured],
            ),
            "In brackets: right ones of those listed, 95 % interval in percent, and which share of "
            "all true missing pairs is listed.",
            machine("numpy", "imagehash", "scikit-learn"),
        ]
    )
    print(text)
    if arguments.write:
        replace_section(arguments.write, "false negatives", text)


class Measured:
    """The failures of a run in one direction: their evidence, score and truth, each (n,)."""

    def __init__(self, workspace: Workspace, run: Run, direction: Direction) -> None:
        self.name = f"{run.model.rpartition('/')[2]} {run.stage} {direction}"
        store = workspace.false_negatives
        # The search lists what is likely; evidence is compared over all failures.
        false_negatives.LISTED = 0.0  # type: ignore[attr-defined]
        false_negatives.run(JobContext(workspace, {"run_id": run.id}, _quiet))
        misses = store.misses(run.id, direction)
        pairs = {pair.query_id: pair for pair in store.best(run.id, direction, 2**31 - 1)}
        truth = true_categories(workspace, run, direction)
        queries = misses.query_id.tolist()
        self.truth = np.array([truth[query] == "data_fault" for query in queries])
        vectors = vectors_of(workspace, run)
        own, top = vectors.of_images(misses.own), vectors.of_images(misses.top)
        self.evidence: dict[str, NDArray[np.float64]] = {
            "captions": misses.agreement,
            "models": np.array([pairs[query].models for query in queries], float),
            "hashes": -np.array([float(pairs[query].distance or 0) for query in queries]),
            "cosine": np.einsum("nd,nd->n", own, top).astype(np.float64),
        }
        self.score = np.array([pairs[query].score for query in queries])

    def precision_cells(self) -> Iterator[str]:
        """Name, size, share of true missing pairs, average precision by each evidence and all."""
        yield from (self.name, f"{len(self.truth):,}", f"{self.truth.mean():.3f}")
        for values in (*self.evidence.values(), self.score):
            yield self._average_precision(values)

    def threshold_cells(self) -> Iterator[str]:
        """Name, and for each least score what is right of what is listed."""
        yield self.name
        for least in LEAST:
            listed = self.score >= least
            right, n = int(self.truth[listed].sum()), int(listed.sum())
            if not n:
                yield "none"
                continue
            limits = wilson(right / n, n, Z)
            assert limits.low is not None
            assert limits.high is not None
            share = right / max(1, int(self.truth.sum()))
            yield (
                f"{100 * right / n:.0f} % ({right} of {n}, [{100 * limits.low:.0f}, "
                f"{100 * limits.high:.0f}], {100 * share:.0f} % of all)"
            )

    def _average_precision(self, values: NDArray[np.float64]) -> str:
        from sklearn.metrics import average_precision_score

        rng = np.random.default_rng(SEED)
        drawn = []
        for rows in rng.integers(len(values), size=(RESAMPLES, len(values))):
            if self.truth[rows].any():
                drawn.append(average_precision_score(self.truth[rows], values[rows]))
        low, high = np.percentile(drawn, (2.5, 97.5))
        return f"{average_precision_score(self.truth, values):.3f} [{low:.3f}, {high:.3f}]"


def _quiet(stage: str, done: int, total: int) -> None:
    return None


if __name__ == "__main__":
    main()
