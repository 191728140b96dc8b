"""Print how the small BLIP does: retrieval by ITC and by ITM, and how true its captions are.

Usage: ``python sample_data/evaluate_blip.py [--split test] [--model DIR] [--threads 2] [--json]``.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # Run as a script, the repository's root is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data import BLIP_DIR, ROOT
from sample_data.training.blip_retrieval import K_TEST, both_rankings, encoded, loaded, matcher
from sample_data.training.captioning import claim_shares, shares
from sample_data.training.failures import by_category, failures
from sample_data.training.retrieval import Ints, Ranking, read_split, recalls
from sample_data.world.files import read_truth
from sample_data.world.truth import CATEGORIES

DRAWS = 1000
SEED = 7


def gain(before: Ranking, after: Ranking, owners: Ints) -> dict[str, float]:
    """Return the paired difference in R@1 with its 95 % interval over images drawn again.

    ``owners`` names each query's image: the queries of an image stand or fall together.
    """
    hits = (after.ranks <= 1).astype(float) - (before.ranks <= 1)
    number = int(owners.max()) + 1
    sums, sizes = np.bincount(owners, hits, number), np.bincount(owners, minlength=number)
    drawn = np.random.default_rng(SEED).integers(0, number, (DRAWS, number))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return {
        "R@1": round(float(hits.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }


def report(split: str, folder: Path, k: int = K_TEST) -> dict[str, Any]:
    """Measure a model folder on a split of the sample data."""
    truths = [truth for truth in read_truth(ROOT / "truth.jsonl") if truth.split == split]
    data, blip = read_split(ROOT, split), loaded(folder)
    pixels, texts = blip.pixels(data.images), blip.texts(data.captions)
    tokens, scores = encoded(blip.retrieval, pixels, texts)
    itc = both_rankings(scores, data.owners)
    itm = both_rankings(scores, data.owners, matcher(blip.retrieval, tokens, texts), k)
    written = blip.captions(pixels)
    scenes = [truth.scene for truth in truths]
    owners = {"t2i": data.owners, "i2t": np.arange(len(data.images))}
    found = failures(itm, truths)
    return {
        "split": split,
        "images": len(truths),
        "k_test": k,
        "itc": recalls(itc),
        "itm": recalls(itm),
        "gain": {way: gain(itc[way], itm[way], owners[way]) for way in itc},
        "failures_itm": {
            way: {name: by_category(found, way)[name] for name in CATEGORIES} for way in itm
        },
        "captions_true": shares(written, scenes),
        "claims_true": claim_shares(written, scenes),
        "captions": written,
    }


def main() -> None:
    """Print the report as text or as JSON."""
    parser = argparse.ArgumentParser(description="Retrieval and captions of the small BLIP.")
    parser.add_argument("--split", default="test", choices=("test", "val"))
    parser.add_argument("--model", type=Path, default=BLIP_DIR)
    parser.add_argument("--k", type=int, default=K_TEST, help="items that ITM looks at")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")

    import torch

    torch.set_num_threads(options.threads)
    result = report(options.split, options.model, options.k)
    if options.json:
        print(json.dumps(result))
        return
    print(f"{result['split']}: {result['images']} images, ITM on the best {result['k_test']}")
    for way in ("t2i", "i2t"):
        for name in ("itc", "itm"):
            recall = " / ".join(f"{100 * value:.1f}" for value in result[name][way].values())
            print(f"{way} R@1 / 5 / 10 by {name.upper()}: {recall}")
        by = result["gain"][way]
        print(f"{way} gain in R@1: {by['R@1']:+.1%} ({by['low']:+.1%} to {by['high']:+.1%})")
        counts = result["failures_itm"][way]
        print(f"     failures at 1: {'  '.join(f'{name} {n}' for name, n in counts.items())}")
    for name, share in result["captions_true"].items():
        print(f"captions with {name.replace('_', ' ')} true: {share:.1%}")
    for name, share in result["claims_true"].items():
        print(f"stated {name} that are true: {share:.1%}")
    for caption in result["captions"][:: max(1, result["images"] // 10)]:
        print(f"  {caption}")


if __name__ == "__main__":
    main()
