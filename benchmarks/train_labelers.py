"""Learn the weights of the labelers and write them into `plugins/labelers/weights.json`.

Usage: ``python -m benchmarks.train_labelers SHARED_DATA [--check]``. The model for a single caption
learns from the development pairs (VALSE and SugarCrepe). The one for several captions is the mean
of two: one has learned the failures of the sample's CLIP on its val split, few but selected as
failures are; the other all that is nearly retrieved there, beside real captions
(`real_captions.py`). Hand-labelled natural failures are no part of it: `labels.py` measures them.
`--check` only prints how well the models do on cases that they have not seen.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.real_captions import real_cases, weights_of
from plugins.api import Direction, FailureCase
from plugins.labelers.judgement import features_of

WEIGHTS = Path(__file__).resolve().parent.parent / "plugins" / "labelers" / "weights.json"
SINGLE_C, FAILED_C, NEAR_C = 0.5, 1.0, 0.03
"""Inverse strength of the penalty."""

NEAREST = 4
"""Wrong scenes of a caption, and wrong captions of a scene, that make cases."""

REAL = 0.1
"""How much all real captions weigh beside the drawn scenes."""

FOUR = ("counting", "attributes", "coreference", "fine_grained")


@dataclass(frozen=True, slots=True)
class Linear:
    """A multinomial logistic model: weights (categories, features) and bias (categories,)."""

    categories: list[str]
    weights: np.ndarray
    bias: np.ndarray

    def shares(self, features: np.ndarray) -> np.ndarray:
        """Return the probabilities of the categories: (n, categories)."""
        scores = features @ self.weights.T + self.bias
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))

    def best(self, features: np.ndarray) -> np.ndarray:
        """Return the likeliest categories: (n,)."""
        best: np.ndarray = np.array(self.categories)[self.shares(features).argmax(axis=1)]
        return best


@dataclass(frozen=True)
class Cases:
    """Features (n, features); for each case its category, its weight, the group that is held out
    together, and whether a model failed there: (n,).
    """

    names: list[str]
    features: np.ndarray
    categories: np.ndarray
    groups: np.ndarray
    weights: np.ndarray
    failed: np.ndarray

    def part(self, rows: np.ndarray) -> Cases:
        """Return some of the cases."""
        return Cases(
            self.names,
            self.features[rows],
            self.categories[rows],
            self.groups[rows],
            self.weights[rows],
            self.failed[rows],
        )


def main() -> None:
    """Learn, check on held-out parts, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder of label_pairs and flickr30k_text")
    parser.add_argument("--check", action="store_true", help="write nothing")
    wish = parser.parse_args()
    pairs, drawn, real = pairs_of(wish.shared), drawn_of("val"), real_of(wish.shared)
    check_pairs(pairs)
    check_scenes(drawn, real)
    if not wish.check:
        sure = calibrated(*pairs_unseen(pairs))
        single = described(pairs.names, fit(pairs, SINGLE_C)) | {"calibration": sure}
        several = described(drawn.names, fit_several(drawn, real))
        models = {"single": single, "several": several}
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


def drawn_of(split: str) -> Cases:
    """Return captions and scenes that the sample's CLIP takes, or nearly, for each other."""
    from sample_data import CLIP_DIR, ROOT
    from sample_data.training.retrieval import vectors_of
    from sample_data.world.files import read_truth
    from sample_data.world.truth import category

    truths = [truth for truth in read_truth(ROOT / "truth.jsonl") if truth.split == split]
    claims = [claim for truth in truths for claim in truth.claims]
    data, images, texts = vectors_of(CLIP_DIR, ROOT, split)
    owners = data.owners
    own = owners[:, None] == np.arange(len(truths))[None, :]
    scores = np.where(own, -np.inf, texts @ images.T)
    truly = np.where(own, texts @ images.T, -np.inf)
    cases, labels, groups, failed = [], [], [], []
    for caption in range(len(owners)):
        mine = truths[owners[caption]]
        for image in np.argsort(-scores[caption], kind="stable")[:NEAREST]:
            there = tuple(truths[image].captions)
            cases.append(_case("t2i", data.captions[caption], mine.captions, there))
            labels.append(category(claims[caption], truths[image].scene))
            groups.append(owners[caption])
            best = scores[caption].max() == scores[caption, image]
            failed.append(best and scores[caption, image] >= truly[caption].max())
    for image, mine in enumerate(truths):
        for caption in np.argsort(-scores[:, image], kind="stable")[:NEAREST]:
            text = data.captions[caption]
            rest = (other for other in truths[owners[caption]].captions if other != text)
            cases.append(_case("i2t", mine.captions[0], mine.captions, (text, *rest)))
            labels.append(category(claims[caption], mine.scene))
            groups.append(image)
            best = scores[:, image].max() == scores[caption, image]
            failed.append(best and scores[caption, image] >= truly[:, image].max())
    return replace(_cases(cases, labels, groups), failed=np.array(failed))


def _case(
    direction: Direction, query: str, positives: Sequence[str], there: Sequence[str]
) -> FailureCase:
    return FailureCase(direction, query, tuple(positives), tuple(there), 2, 0.0)


def real_of(shared: Path) -> Cases:
    """Return the cases of real captions, weighing 1 in all; an image is a group."""
    found = real_cases(shared)
    made = _cases(
        [real.case for real in found],
        [real.category for real in found],
        [real.image for real in found],
    )
    return replace(made, weights=weights_of(found))


def joined(drawn: Cases, real: Cases) -> Cases:
    """Put real captions beside drawn scenes."""
    return Cases(
        drawn.names,
        np.vstack([drawn.features, real.features]),
        np.concatenate([drawn.categories, real.categories]),
        np.concatenate([drawn.groups.astype(str), real.groups]),
        np.concatenate([drawn.weights, REAL * drawn.weights.sum() * real.weights]),
        np.concatenate([drawn.failed, real.failed]),
    )


def _cases(cases: Sequence[FailureCase], labels: Sequence[str], groups: Sequence[object]) -> Cases:
    found = [features_of(case)[1] for case in cases]
    names = list(found[0])
    values = np.array([[features[name] for name in names] for features in found])
    n = len(labels)
    return Cases(
        names, values, np.array(labels), np.array(groups), np.ones(n), np.ones(n, dtype=bool)
    )


def fit(cases: Cases, c: float) -> Linear:
    """Fit a multinomial logistic model, its penalty on standardised features."""
    from sklearn.linear_model import LogisticRegression

    mean = np.average(cases.features, axis=0, weights=cases.weights)
    scale = np.sqrt(np.average((cases.features - mean) ** 2, axis=0, weights=cases.weights))
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=c, max_iter=5_000)
    model.fit((cases.features - mean) / scale, cases.categories, sample_weight=cases.weights)
    weights = model.coef_ / scale
    return Linear(
        [str(name) for name in model.classes_], weights, model.intercept_ - weights @ mean
    )


def fit_several(drawn: Cases, real: Cases) -> Linear:
    """Fit the model for several captions: the mean of two, in the logarithm of the shares."""
    one, two = fit(drawn.part(drawn.failed), FAILED_C), fit(joined(drawn, real), NEAR_C)
    assert one.categories == two.categories
    return Linear(one.categories, (one.weights + two.weights) / 2, (one.bias + two.bias) / 2)


def described(names: list[str], model: Linear) -> dict[str, Any]:
    """Return a model as it is stored."""
    return {
        "categories": model.categories,
        "features": names,
        "bias": _rounded(model.bias),
        "weights": [_rounded(row) for row in model.weights],
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def check_pairs(pairs: Cases) -> None:
    """Print how well models do on random folds, and on sources, that they have not seen."""
    from sklearn.model_selection import LeaveOneGroupOut

    _print_f1("pairs, 5 random folds", pairs.categories, held_out(pairs, _folds(pairs))[1])
    parts = LeaveOneGroupOut().split(pairs.features, pairs.categories, pairs.groups)
    _print_f1("pairs, by source", pairs.categories, held_out(pairs, parts)[1])


def check_scenes(drawn: Cases, real: Cases) -> None:
    """Print how well models do on scenes that they have not seen; all learn the real captions."""
    from sklearn.model_selection import GroupKFold

    said = np.empty_like(drawn.categories)
    for learn, test in GroupKFold(5).split(drawn.features, drawn.categories, drawn.groups):
        said[test] = fit_several(drawn.part(learn), real).best(drawn.features[test])
    _print_f1("scenes, 5 folds", drawn.categories, said)


def pairs_unseen(pairs: Cases) -> tuple[np.ndarray, np.ndarray]:
    """Return each pair's best score by a model that has not seen it, and whether it is right."""
    likely, said = held_out(pairs, _folds(pairs))
    return likely, said == pairs.categories


def calibrated(likely: np.ndarray, right: np.ndarray) -> list[list[float]]:
    """Return the knots (score, share right) of a rising line through scores of a half and more.

    Isotonic regression (Zadrozny and Elkan, 2002); between knots the line is straight.
    """
    from sklearn.isotonic import IsotonicRegression

    high = likely >= 0.5
    line = IsotonicRegression(y_min=0.5).fit(likely[high], right[high].astype(float))
    return [_rounded(line.X_thresholds_), _rounded(line.y_thresholds_)]


def _folds(pairs: Cases) -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return list(folds.split(pairs.features, pairs.categories))


def _print_f1(name: str, true: np.ndarray, said: np.ndarray) -> None:
    from sklearn.metrics import f1_score

    scores = f1_score(true, said, labels=FOUR, average=None)
    each = ", ".join(f"{one} {score:.3f}" for one, score in zip(FOUR, scores, strict=True))
    print(f"{name}: {each}; mean {scores.mean():.3f}")


def held_out(
    pairs: Cases, parts: Iterable[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the score and the category that models give to pairs they have not seen: (n,) each."""
    likely = np.zeros(len(pairs.categories))
    said = np.empty_like(pairs.categories)
    for learn, test in parts:
        model = fit(pairs.part(learn), SINGLE_C)
        likely[test] = model.shares(pairs.features[test]).max(axis=1)
        said[test] = model.best(pairs.features[test])
    return likely, said


if __name__ == "__main__":
    main()
