"""Train the small CLIP on the drawn training split, on a CPU in about twenty minutes.

Usage, from the repository's root::

    python sample_data/make.py --split train --out /tmp/world-train
    python sample_data/train_clip.py --train /tmp/world-train
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.loss import ClipLoss
from PIL import Image
from torch import Tensor

if __package__ in (None, ""):  # Run as a script, the repository's root is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data import CLIP_DIR, ROOT
from sample_data.training.batches import batches, jittered
from sample_data.training.model import CONTEXT_LENGTH, write_configuration, write_weights
from sample_data.training.retrieval import (
    Split,
    both_directions,
    embedded,
    read_split,
    recalls,
)
from sample_data.training.tokenizer import START_ID, UNKNOWN_ID, vocabulary, write_tokenizer
from sample_data.world.files import read_truth

SEED = 7
BATCH = 128
WARM_UP = 100
WORD_DROPOUT = 0.03
"""Share of words replaced by the unknown word, so that its embedding means something."""


def pixels_of(split: Split, preprocess: Any) -> Tensor:
    """Load images as (n, 3, size, size) bytes, prepared as for inference but for the scaling."""
    *steps, _ = preprocess.transforms
    loaded = []
    for path in split.images:
        # RGB first, as in every evaluation: Pillow resizes a palette by dropping pixels.
        picture: Any = Image.open(path).convert("RGB")
        for step in steps:
            picture = step(picture)
        loaded.append((picture * 255).round().to(torch.uint8))
    return torch.stack(loaded)


def with_unknown(texts: Tensor, end: int) -> Tensor:
    """Replace a few words by the unknown word."""
    is_word = (texts > START_ID) & (texts < end)
    return texts.masked_fill(is_word & (torch.rand(texts.shape) < WORD_DROPOUT), UNKNOWN_ID)


def rate_at(step: int, steps: int, top: float) -> float:
    """Return the learning rate: a short rise, then half a cosine down to a hundredth."""
    if step < WARM_UP:
        return top * (step + 1) / WARM_UP
    return top * (0.01 + 0.99 * (1 + math.cos(math.pi * (step - WARM_UP) / (steps - WARM_UP))) / 2)


class Trainer:
    """A model in training, with everything that its epochs need."""

    def __init__(
        self,
        train: Split,
        families: list[int],
        val: Split,
        folder: Path,
        epochs: int,
        rate: float,
        uses_bfloat16: bool,
    ) -> None:
        name = f"local-dir:{folder}"
        self.model, _, preprocess = open_clip.create_model_and_transforms(name)
        tokenize = open_clip.get_tokenizer(name)
        self.scaling = preprocess.transforms[-1]
        self.families, self.epochs, self.rate, self.val = families, epochs, rate, val
        # Channels last and (on request) bfloat16 halve a convolution's time on a CPU.
        self.model = self.model.to(memory_format=torch.channels_last)
        self.uses_bfloat16 = uses_bfloat16
        self.pixels, self.texts = pixels_of(train, preprocess), tokenize(train.captions)
        self.val_pixels = self.scaling(pixels_of(val, preprocess).float() / 255)
        self.val_texts = tokenize(val.captions)
        self.end = int(self.texts.max())
        self.per_image = len(train.captions) // len(train.images)
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        other = [p for p in self.model.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.1}, {"params": other, "weight_decay": 0.0}],
            lr=rate,
            betas=(0.9, 0.98),
        )
        self.loss, self.step = ClipLoss(), 0

    def epoch(self, number: int) -> dict[str, Any]:
        """Train for one epoch, measure on the val split and return the log's record."""
        start, losses = time.monotonic(), []
        generator = np.random.default_rng([SEED, number])
        self.model.train()
        for batch in batches(self.families, BATCH, generator):
            losses.append(self._trained(torch.tensor(batch), generator))
        vectors = embedded(self.model, self.val_pixels, self.val_texts)
        measured = recalls(both_directions(*vectors, self.val.owners))
        return {
            "epoch": number,
            "loss": round(float(np.mean(losses)), 4),
            "val": measured,
            "seconds": round(time.monotonic() - start, 1),
        }

    def _trained(self, batch: Tensor, generator: np.random.Generator) -> float:
        steps = self.epochs * (len(self.families) // BATCH)
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, steps, self.rate)
        choice = torch.from_numpy(generator.integers(0, self.per_image, len(batch)))
        texts = with_unknown(self.texts[batch * self.per_image + choice], self.end)
        (images,) = jittered(self.pixels[batch].float() / 255)
        images = self.scaling(images)
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.uses_bfloat16):
            image_vectors = self.model.encode_image(images, normalize=True)
            text_vectors = self.model.encode_text(texts, normalize=True)
        loss = self.loss(image_vectors.float(), text_vectors.float(), self.model.logit_scale.exp())
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(0, math.log(100))
        self.step += 1
        return float(loss.detach())


def main() -> None:
    """Train, log an epoch a line, and write the model."""
    parser = argparse.ArgumentParser(description="Train the sample data's small CLIP.")
    parser.add_argument("--train", type=Path, required=True, help="folder with the train split")
    parser.add_argument("--val", type=Path, default=ROOT, help="folder with the val split")
    parser.add_argument("--out", type=Path, default=CLIP_DIR)
    parser.add_argument("--epochs", type=int, default=13)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--threads", type=int, default=2, help="1 on a machine that is shared")
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16 where safe")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    train = read_split(options.train, "train")
    families = [truth.family for truth in read_truth(options.train / "truth.jsonl")]
    numbers = vocabulary(train.captions)
    write_configuration(len(numbers), options.out)
    write_tokenizer(numbers, CONTEXT_LENGTH, options.out)
    trainer = Trainer(
        train,
        families,
        read_split(options.val, "val"),
        options.out,
        options.epochs,
        options.rate,
        options.bfloat16,
    )
    with (options.out / "train.jsonl").open("w", encoding="utf-8") as log:
        for number in range(1, options.epochs + 1):
            record = trainer.epoch(number)
            print(json.dumps(record), file=log, flush=True)
            print(json.dumps(record), flush=True)
            write_weights(trainer.model, options.out)


if __name__ == "__main__":
    main()
