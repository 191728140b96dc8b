"""How good the labelers are: on written pairs, on natural failures, on drawn scenes; how fast.

The best suggestion of all installed labelers is the machine's answer, "none" where there is none.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sample_data
from benchmarks.calibration import calibration, reliability
from benchmarks.report import machine, replace_section, table
from plugins import registry
from plugins.api import FailureCase
from sample_data.world.files import Truth, read_truth
from sample_data.world.truth import category
from store.records.dataset import Dataset
from store.records.direction import DIRECTIONS
from store.workspace import Workspace
from workbench.analysis.agreement import Agreement, agreement
from workbench.compute.context import JobContext
from workbench.jobs import evaluate
from workbench.jobs.import_dataset import import_dataset
from workbench.jobs.label_pairs import NONE, Panel, case_of, read_pairs
from workbench.presenters.agreement import (
    COLUMNS,
    category_cells,
    confusion_cells,
    percent,
    summary,
)
from workbench.presenters.text import plain

NAMED = ("counting", "attributes", "coreference", "fine_grained")
HUMAN = {
    "Count": "counting",
    "Attribute": "attributes",
    "Spatial": "coreference",
    "Action": "fine_grained",
    "Object": "fine_grained",
    "Context": "fine_grained",
    "Ambiguous": "data_fault",
}
QUERIES = 158_915
ERRORS = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """A case, what is true of it and the machine's answer."""

    case: FailureCase
    source: str
    truth: str
    given: str
    score: float
    reason: str


def main() -> None:
    """Measure, print, and with ``--write`` put the sections into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--write", type=Path, help="document whose sections are replaced")
    wish = parser.parse_args()
    for part in wish.parts:
        text = PARTS[part](wish.data)
        print(text, flush=True)
        if wish.write:
            replace_section(wish.write, part, text)


def answers(cases: Sequence[tuple[FailureCase, str, str]]) -> tuple[list[Answer], float]:
    """Ask all labelers about (case, source, truth); returns the answers and the CPU seconds."""
    panel = Panel(print)
    panel.suggest(cases[0][0])  # reads the word lists
    started = time.process_time()
    suggestions = [panel.suggest(case) for case, _, _ in cases]
    elapsed_s = time.process_time() - started
    found = []
    for (case, source, truth), made in zip(cases, suggestions, strict=True):
        best = made[0][1] if made else None
        found.append(
            Answer(
                case,
                source,
                truth,
                best.category if best else NONE,
                best.score if best else 0.0,
                best.reason if best else "",
            )
        )
    return found, elapsed_s


def judged(found: Sequence[Answer]) -> Agreement:
    """Hold the answers against the truth; cases of one query are not independent."""
    queries = {query: n for n, query in enumerate(dict.fromkeys(a.case.query for a in found))}
    cluster = np.array([queries[answer.case.query] for answer in found])
    return agreement(
        [answer.truth for answer in found], [answer.given for answer in found], NAMED, cluster
    )


def pairs(data: Path) -> str:
    """Measure on captions and their foils, with the speed."""
    rows = read_pairs(data / "label_pairs" / "pairs.csv")
    found, elapsed_s = answers([(case_of(row), row["source"], row["expected"]) for row in rows])
    per_s = len(found) / elapsed_s
    by_source = defaultdict(list)
    for answer in found:
        by_source[answer.source].append(answer)
    sources = [
        (name, own[0].truth, str(len(own)), percent(judged(own).accuracy))
        for name, own in sorted(by_source.items())
    ]
    wrong = [answer for answer in found if answer.given not in (answer.truth, NONE)]
    wrong.sort(key=lambda answer: -answer.score)
    errors = [
        (a.truth, a.given, f"{a.score:.2f}", _cell(a.case.query), _cell(a.case.retrieved[0]))
        for a in wrong[:ERRORS]
    ]
    return f"""## Pairs

Captions and foils of VALSE and SugarCrepe, one caption a side: the development set, from which the
weights were learned. `python -m benchmarks.train_labelers DATA --check` prints what they reach on
held-out folds and on whole held-out sources; intervals here draw queries.

{_tables(judged(found))}

By source, share right:

{table(("source", "expected", "n", "right %"), sources)}

One process answers {per_s:,.0f} cases a second of processor time: {QUERIES:,} queries
of one caption a side in {QUERIES / per_s / 60:.1f} minutes.

The {len(errors)} most confident errors:

{table(("expected", "suggested", "score", "query", "retrieved"), errors)}

{_state()}"""


def natural(data: Path) -> str:
    """Measure on failures of a real CLIP that people labelled; no caption of them is shown."""
    rows = json.loads((data / "natural_failures" / "failures.json").read_text(encoding="utf-8"))
    cases = [
        (
            FailureCase(
                "t2i", row["caption"], tuple(row["gt_captions"]), tuple(row["pred_captions"]), 2, 0
            ),
            "natural",
            HUMAN[row["label"]],
        )
        for row in rows
    ]
    found, elapsed_s = answers(cases)
    per_s = len(found) / elapsed_s
    return f"""## Natural failures

{len(found)} failures of CLIP ViT-B/32 on COCO, labelled by hand, five captions a side; numbers
only, as the licence of the set asks, and no weight was learned from them. Object, action and
context count as fine_grained, spatial as coreference, ambiguous as data_fault. Two people agree
with a kappa of 0.43 there.

{_tables(judged(found))}

Share right of the answers by score:

{_reliability(found)}

One process answers {per_s:,.0f} of these a second of processor time: {QUERIES:,} queries
of five captions a side in {QUERIES / per_s / 60:.1f} minutes.

{_state()}"""


def scenes(_data: Path) -> str:
    """Measure on the sample's failures, where the drawn scene says what is true."""
    truths = {t.filename: t for t in read_truth(sample_data.ROOT / "truth.jsonl")}
    sections = []
    with tempfile.TemporaryDirectory() as place, Workspace(place) as workspace:
        context = JobContext(workspace, {}, lambda *_: None)
        (dataset,), _ = import_dataset(
            context,
            source=sample_data.WORLD_JSON,
            reader_name="karpathy",
            images=sample_data.IMAGES,
            split="test",
            name="sample",
        )
        for spec in (f"open_clip:local-dir:{sample_data.CLIP_DIR}", f"blip:{sample_data.BLIP_DIR}"):
            sections.append(_of_model(workspace, dataset, spec, truths))
    return "\n\n".join(
        [
            "## Drawn scenes\n\nFailures at 1 of the sample's models on its test split; the scene "
            "decides what is true (`sample_data/world/truth.py`).",
            *sections,
            _state(),
        ]
    )


def _of_model(workspace: Workspace, dataset: Dataset, spec: str, truths: dict[str, Truth]) -> str:
    params = {"dataset_id": dataset.id, "model": spec}
    run_id = int(evaluate.run(JobContext(workspace, params, lambda *_: None))["run_id"])
    keys = {i.id: i.key for i in workspace.datasets.images(dataset.id)}
    claims = {
        (truth.filename, position): claimed
        for truth in truths.values()
        for position, claimed in enumerate(truth.claims)
    }
    captions = {
        c.id: (keys[c.image_id], c.position) for c in workspace.datasets.captions(dataset.id)
    }
    lines = []
    for direction in DIRECTIONS:
        truth, given, image = [], [], []
        for case in workspace.cases.stream(run_id, direction):
            if case.rank > 1:
                pair = (case.query_id, case.top_id)
                caption, picture = pair if direction == "t2i" else pair[::-1]
                scene = truths[keys[picture]].scene
                truth.append(category(claims[captions[caption]], scene))
                given.append(case.suggestion or NONE)
                own = captions[case.query_id][0] if direction == "t2i" else keys[case.query_id]
                image.append(own)
        groups = np.unique(image, return_inverse=True)[1]
        found = agreement(truth, given, NAMED, groups)
        lines.append(f"{Path(spec).name}, {direction}:\n\n{_tables(found)}")
    return "\n\n".join(lines)


def _tables(found: Agreement) -> str:
    four = [one.f1.value for one in found.categories if one.name in NAMED and one.n_true]
    heads = [name.lstrip(">") for name in COLUMNS]
    cells = [[str(cell) for cell in row] for row in category_cells(found)]
    confused = [[str(cell) for cell in row] for row in confusion_cells(found)]
    return f"""{table(heads, cells)}

{summary(found)}; the mean F1 of {", ".join(NAMED)} is {100 * np.mean(four):.1f}.

{table(("true, suggested as", *found.names), confused)}"""


def _reliability(found: Sequence[Answer]) -> str:
    given = [answer for answer in found if answer.given != NONE]
    return reliability(
        np.array([answer.score for answer in given]),
        np.array([answer.given == answer.truth for answer in given]),
        [answer.case.query for answer in given],
    )


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def _state() -> str:
    versions = (
        f"{name} {registry.load('labelers', name).version}" for name in registry.names("labelers")
    )
    return f"Labelers: {', '.join(versions)}. {machine('lemminflect')}"


PARTS = {"pairs": pairs, "calibration": calibration, "natural": natural, "scenes": scenes}

if __name__ == "__main__":
    main()
