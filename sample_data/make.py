"""Draw the world: ``python sample_data/make.py`` rebuilds the images and captions beside it.

The training split is not kept in the repository; ``--split train --out DIR`` draws it.
"""

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):  # Run as a script, the repository's root is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data import ROOT
from sample_data.world.dataset import SIZES, split_samples
from sample_data.world.files import write_captions, write_image, write_truth


def main(arguments: list[str] | None = None) -> None:
    """Draw the wanted splits into a folder."""
    parser = argparse.ArgumentParser(description="Draw the sample data.")
    parser.add_argument("--split", nargs="+", choices=list(SIZES), default=["test", "val"])
    parser.add_argument("--out", type=Path, default=ROOT, help="folder to write into")
    options = parser.parse_args(arguments)
    samples = [sample for split in options.split for sample in split_samples(split)]
    write_captions(samples, options.out / "world.json")
    write_truth(samples, options.out / "truth.jsonl")
    for sample in samples:
        write_image(sample, options.out / "images")
    print(f"{len(samples)} images with captions and truth in {options.out}")


if __name__ == "__main__":
    main()
