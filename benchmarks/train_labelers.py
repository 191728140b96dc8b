"""Learn the weights of the labelers and write them into `plugins/labelers/weights.json`.

Usage: ``python -m benchmarks.train_labelers SHARED_DATA [--check]``. The model for a single caption
learns from the development pairs (VALSE and SugarCrepe), the one for several captions from the
failures of the sample's CLIP on its val split. Hand-labelled natural failures are only measured:
their licence does not let weights be made of them. `--check` only prints how well the models do on
cases that they have not seen.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from plugins.api import FailureCase
from plugins.labelers.judgement import features_of

WEIGHTS = Path(__file__).resolve().parent.parent / "plugins" / "labelers" / "weights.json"
NATURAL = {
    "Count": "counting",
    "Attribute": "attributes",
    "Spatial": "coreference",
    "Action": "fine_grained",
    "Object": "fine_grained",
    "Context": "fine_grained",
    "Ambiguous": "data_fault",
}
SINGLE_C, SEVERAL_C = 0.5, 1.0
"""Inverse strength of the penalty."""


@dataclass(frozen=True)
class Cases:
    """Features (n, features), categories (n,), and the group that is held out together (n,)."""

    names: list[str]
    features: np.ndarray
    categories: np.ndarray
    groups: np.ndarray


def main() -> None:
    """Learn, check on held-out parts, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder of label_pairs and natural_failures")
    parser.add_argument("--check", action="store_true", help="write nothing")
    wish = parser.parse_args()
    pairs, natural, drawn = pairs_of(wish.shared), natural_of(wish.shared), drawn_of("val")
    check(pairs, natural, drawn)
    if not wish.check:
        models = {
            "single": described(pairs.names, *fit(pairs.features, pairs.categories, SINGLE_C)),
            "several": described(drawn.names, *fit(drawn.features, drawn.categories, SEVERAL_C)),
        }
        WEIGHTS.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")


def pairs_of(shared: Path) -> Cases:
    """Read the development pairs; a source is a group."""
    with (shared / "label_pairs" / "pairs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cases = [
        FailureCase("t2i", row["query"], (row["query"],), (row["retrieved"],), 2, 0.0)
        for row in rows
    ]
    return _cases(cases, [r["expected"] for r in rows], [r["source"] for r in rows])


def natural_of(shared: Path) -> Cases:
    """Read the natural failures; an image is a group."""
    path = shared / "natural_failures" / "failures.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    cases = [
        FailureCase("t2i", r["caption"], tuple(r["gt_captions"]), tuple(r["pred_captions"]), 2, 0.0)
        for r in rows
    ]
    return _cases(cases, [NATURAL[r["label"]] for r in rows], [r["gt_image_id"] for r in rows])


def drawn_of(split: str) -> Cases:
    """Return the failures of the sample's CLIP with their true categories."""
    from sample_data import CLIP_DIR, ROOT
    from sample_data.training.retrieval import evaluated
    from sample_data.world.files import read_truth
    from sample_data.world.truth import category

    truths = [truth for truth in read_truth(ROOT / "truth.jsonl") if truth.split == split]
    owner = [truth for truth in truths for _ in truth.captions]
    texts = [text for truth in truths for text in truth.captions]
    claims = [claim for truth in truths for claim in truth.claims]
    cases, labels = [], []
    for direction, ranking in evaluated(CLIP_DIR, ROOT, split)[1].items():
        for query, (rank, wrong) in enumerate(zip(ranking.ranks, ranking.wrong, strict=True)):
            if rank == 1:
                continue
            caption = query if direction == "t2i" else int(wrong)
            own = owner[query] if direction == "t2i" else truths[query]
            other = truths[int(wrong)] if direction == "t2i" else owner[caption]
            spoken = texts[query] if direction == "t2i" else own.captions[0]
            there = tuple(other.captions)
            if direction == "i2t":
                there = (texts[caption], *(t for t in there if t != texts[caption]))
            scene = other.scene if direction == "t2i" else own.scene
            cases.append(
                FailureCase(direction, spoken, tuple(own.captions), there, int(rank), 0.0)  # type: ignore[arg-type]
            )
            labels.append(category(claims[caption], scene))
    return _cases(cases, labels, list(range(len(labels))))


def _cases(cases: Sequence[FailureCase], labels: Sequence[str], groups: Sequence[object]) -> Cases:
    found = [features_of(case)[1] for case in cases]
    names = list(found[0])
    values = np.array([[features[name] for name in names] for features in found])
    return Cases(names, values, np.array(labels), np.array(groups))


def fit(values: np.ndarray, labels: np.ndarray, c: float) -> tuple[Any, np.ndarray, np.ndarray]:
    """Fit a multinomial logistic model on standardised features; returns it, mean and scale."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = values.mean(0), values.std(0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=c, max_iter=5_000)
    model.fit((values - mean) / scale, labels)
    return model, mean, scale


def described(names: list[str], model: Any, mean: np.ndarray, scale: np.ndarray) -> dict[str, Any]:
    """Return a model as it is stored."""
    return {
        "categories": list(model.classes_),
        "features": names,
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "bias": _rounded(model.intercept_),
        "weights": [_rounded(row) for row in model.coef_],
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def check(pairs: Cases, natural: Cases, drawn: Cases) -> None:
    """Print how well models do that have not seen the cases."""
    from sklearn.metrics import cohen_kappa_score, f1_score
    from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, StratifiedKFold

    four = ["counting", "attributes", "coreference", "fine_grained"]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    parts = list(folds.split(pairs.features, pairs.categories))
    likely, said = _held_out(pairs, parts, SINGLE_C)
    scores = f1_score(pairs.categories, said, labels=four, average=None)
    print("pairs, 5 random folds:", dict(zip(four, scores.round(3), strict=True)), scores.mean())
    for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        there = (likely >= low) & (likely < low + 0.1)
        right = (said == pairs.categories)[there]
        if len(right):
            print(f"  score {low:.1f}: {right.mean():.2f} right of {len(right)}")
    parts = list(LeaveOneGroupOut().split(pairs.features, pairs.categories, pairs.groups))
    _, said = _held_out(pairs, parts, SINGLE_C)
    scores = f1_score(pairs.categories, said, labels=four, average=None)
    print("pairs, by source:", dict(zip(four, scores.round(3), strict=True)), scores.mean())
    parts = list(GroupKFold(5).split(drawn.features, drawn.categories, drawn.groups))
    _, said = _held_out(drawn, parts, SEVERAL_C)
    scores = f1_score(drawn.categories, said, labels=four, average=None)
    print("scenes, 5 folds:", dict(zip(four, scores.round(3), strict=True)), scores.mean())
    model, mean, scale = fit(drawn.features, drawn.categories, SEVERAL_C)
    said = model.predict((natural.features - mean) / scale)
    print("natural: kappa", cohen_kappa_score(natural.categories, said))


def _held_out(
    cases: Cases, parts: Sequence[tuple[np.ndarray, np.ndarray]], c: float
) -> tuple[np.ndarray, np.ndarray]:
    likely = np.zeros(len(cases.categories))
    said = np.empty_like(cases.categories)
    for learn, test in parts:
        model, mean, scale = fit(cases.features[learn], cases.categories[learn], c)
        shares = model.predict_proba((cases.features[test] - mean) / scale)
        likely[test], said[test] = shares.max(1), model.classes_[shares.argmax(1)]
    return likely, said


if __name__ == "__main__":
    main()
