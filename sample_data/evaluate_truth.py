"""Print how a model does on the sample data, and what its failures truly are.

Usage: ``python sample_data/evaluate_truth.py [--split test] [--model DIR] [--json]``.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # Run as a script, the repository's root is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data import CLIP_DIR, ROOT
from sample_data.training.failures import ambiguous_share, by_category, failures
from sample_data.training.retrieval import evaluated, recalls
from sample_data.world.files import read_truth
from sample_data.world.truth import CATEGORIES


def report(split: str, model: Path) -> dict[str, Any]:
    """Measure a model: recalls and failures by true category, both ways."""
    truths = [truth for truth in read_truth(ROOT / "truth.jsonl") if truth.split == split]
    _, rankings = evaluated(model, ROOT, split)
    found = failures(rankings, truths)
    counts = {direction: by_category(found, direction) for direction in rankings}
    return {
        "split": split,
        "images": len(truths),
        "captions": sum(len(truth.captions) for truth in truths),
        "captions_true_of_another_image": round(ambiguous_share(truths), 4),
        "metrics": recalls(rankings),
        "failures": {
            direction: {name: counts[direction][name] for name in CATEGORIES}
            for direction in rankings
        },
    }


def main() -> None:
    """Print the report as text or as JSON."""
    parser = argparse.ArgumentParser(description="Failures of a model by true category.")
    parser.add_argument("--split", default="test", choices=("test", "val"))
    parser.add_argument("--model", type=Path, default=CLIP_DIR)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    result = report(options.split, options.model)
    if options.json:
        print(json.dumps(result))
        return
    print(
        f"{result['split']}: {result['images']} images, {result['captions']} captions, "
        f"{result['captions_true_of_another_image']:.1%} of them true of another image too"
    )
    for direction in ("t2i", "i2t"):
        recall = "  ".join(
            f"{name} {value:.1%}" for name, value in result["metrics"][direction].items()
        )
        counts = result["failures"][direction]
        wrong = "  ".join(f"{name} {count}" for name, count in counts.items())
        print(f"{direction}: {recall}\n     failures at 1: {wrong}")


if __name__ == "__main__":
    main()
