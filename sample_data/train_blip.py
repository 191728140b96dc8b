"""Train the small BLIP on the drawn training split, on one CPU core in about an hour.

Usage, from the repository's root::

    python sample_data/make.py --split train --out /tmp/world-train
    python sample_data/train_blip.py --train /tmp/world-train --state /tmp/blip-state.pt

The state file is written after every epoch; started again, the training goes on from it.
"""

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

if __package__ in (None, ""):  # Run as a script, the repository's root is not on the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sample_data import BLIP_DIR, CLIP_DIR, ROOT
from sample_data.training.alterations import Alterer
from sample_data.training.batches import batches, jittered
from sample_data.training.blip_model import (
    IMAGE_SIZE,
    MEAN,
    STD,
    WIDTH,
    built,
    configuration,
    write_configuration,
    write_model,
)
from sample_data.training.blip_retrieval import both_rankings, encoded, matcher
from sample_data.training.blip_tokenizer import (
    ENC_ID,
    PAD_ID,
    UNKNOWN_ID,
    vocabulary,
    write_tokenizer,
)
from sample_data.training.objectives import (
    caption_loss,
    contrastive_loss,
    matching_loss,
    matching_pairs,
    true_pairs,
)
from sample_data.training.retrieval import Split, read_split, recalls
from sample_data.training.tally import TallyHead, tallies, tally_loss
from sample_data.training.teacher import Imitation, Lessons
from sample_data.world.files import Truth, read_truth

SEED = 7
BATCH = 64
MATCHED = 48
"""Captions of a batch that ITM takes; each makes one true pair and three false ones."""

WARM_UP = 200
FLAT = 0.55
"""Share of the steps after which the learning rate begins to fall."""

WORD_DROPOUT = 0.03
"""Share of words replaced by the unknown word, so that its embedding means something."""

WEIGHTS = {"itc": 1.0, "lm": 1.0, "itm": 3.0, "words": 1.0, "tally": 0.1, "imitation": 5.0}
"""What each loss counts; the log has the losses with these weights."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to train, how fast, and from which epoch on with the teacher and with ITM."""

    epochs: int
    taught_from: int
    matching_from: int
    rate: float
    uses_bfloat16: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Images with a caption each; n is ``BATCH``."""

    images: Tensor
    """Shaken and scaled pixels (n, 3, size, size)."""
    maps: Tensor
    """What the teacher sees there, shaken alike: (n, channels, side, side)."""
    texts: Tensor
    """One caption of each image (n, length), with a few unknown words."""
    false: Tensor
    """The same captions, altered so that they are false (n, length)."""
    changed: Tensor
    """Which words were altered (n, length)."""
    written: Tensor
    """Two captions of each image (2n, length), for LM."""
    fits: Tensor
    """Which captions (rows) are true of which images (n, n)."""
    taught: Tensor
    """The teacher's scores of captions (rows) and images (n, n)."""
    counts: Tensor
    """The images' tallies (n, facts)."""


def pixels_of(split: Split) -> Tensor:
    """Load images as (n, 3, size, size) bytes."""
    loaded = []
    for path in split.images:
        # RGB first, as in every evaluation: Pillow resizes a palette by dropping pixels.
        picture = Image.open(path).convert("RGB")
        picture = picture.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BICUBIC)
        loaded.append(torch.from_numpy(np.array(picture)).permute(2, 0, 1))
    return torch.stack(loaded)


def scaled(images: Tensor) -> Tensor:
    """Normalise pixels between 0 and 255."""
    return (images / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def with_unknown(texts: Tensor) -> Tensor:
    """Replace a few words by the unknown word."""
    is_chosen = (texts > ENC_ID) & (torch.rand(texts.shape) < WORD_DROPOUT)
    return texts.masked_fill(is_chosen, UNKNOWN_ID)


def trimmed(texts: Tensor) -> Tensor:
    """Cut the padding that no text of (n, length) needs."""
    return texts[:, : int((texts != PAD_ID).sum(dim=1).max())]


def rate_at(step: int, steps: int, top: float) -> float:
    """Return the learning rate: a short rise, a long plateau, a straight fall to zero.

    A plateau's end can be put off: a training that turned out too short goes on from there.
    """
    flat = FLAT * steps
    return top * min((step + 1) / WARM_UP, 1.0, (steps - step) / (steps - flat))


class Trainer:
    """A model in training, with everything that its epochs need."""

    def __init__(
        self, train: Split, truths: list[Truth], val: Split, words: dict[str, int], plan: Plan
    ) -> None:
        self.plan, self.truths, self.val, self.step = plan, truths, val, 0
        self.families = [truth.family for truth in truths]
        self.pixels, self.val_pixels = pixels_of(train), scaled(pixels_of(val))
        self.counts = tallies([truth.scene for truth in truths])
        self.config = configuration(len(words))
        self.model, self.captioner = built(self.config)
        self.tally = TallyHead(WIDTH, self.counts.shape[1])
        side = IMAGE_SIZE // self.config.vision_config.patch_size
        self.imitation = Imitation(WIDTH)
        self.lessons = Lessons(CLIP_DIR, scaled(self.pixels), train.captions, side)
        self.temperature = torch.nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.alterer = Alterer(words)
        self.parts = torch.nn.ModuleList([self.model, self.captioner, self.tally, self.imitation])
        self.per_image = len(train.captions) // len(train.images)
        parameters = [*self.parts.parameters(), self.temperature]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.05},
                {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=plan.rate,
            betas=(0.9, 0.98),
        )

    def tokenize(self, tokenizer: Any, train: Split) -> None:
        """Number the words of all captions."""
        self.texts, self.val_texts = (
            tokenizer(split.captions, padding=True, return_tensors="pt").input_ids
            for split in (train, self.val)
        )

    def epoch(self, number: int) -> dict[str, Any]:
        """Train for one epoch, measure on the val split and return the log's record."""
        start, losses = time.monotonic(), []
        generator = np.random.default_rng([SEED, number])
        torch.manual_seed(SEED * 1000 + number)
        is_taught = number >= self.plan.taught_from
        has_matching = number >= self.plan.matching_from
        self.parts.train()
        for batch in batches(self.families, BATCH, generator):
            losses.append(self._trained(batch, generator, is_taught, has_matching))
        stage = "joint" if has_matching else "taught" if is_taught else "first"
        record: dict[str, Any] = {"epoch": number, "stage": stage}
        record |= {
            name: round(float(np.mean([loss[name] for loss in losses])), 4) for name in losses[0]
        }
        is_measured = number % 3 == 0 or number == self.plan.epochs
        record["val"] = self.measured(is_measured and has_matching)
        return record | {"seconds": round(time.monotonic() - start, 1)}

    def measured(self, has_matching: bool) -> dict[str, Any]:
        """Return the val split's recalls by ITC and, if asked, by ITC and ITM."""
        self.parts.eval()
        tokens, scores = encoded(self.model, self.val_pixels, self.val_texts)
        found = {"itc": recalls(both_rankings(scores, self.val.owners))}
        if has_matching:
            match = matcher(self.model, tokens, self.val_texts)
            found["itm"] = recalls(both_rankings(scores, self.val.owners, match))
        return found

    def _trained(
        self,
        images: list[int],
        generator: np.random.Generator,
        is_taught: bool,
        has_matching: bool,
    ) -> dict[str, float]:
        steps = self.plan.epochs * (len(self.families) // BATCH)
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, steps, self.plan.rate)
        batch = self._drawn(images, generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.uses_bfloat16):
            found = self._losses(batch, is_taught, has_matching)
        losses = {name: WEIGHTS[name] * found[name] for name in WEIGHTS if name in found}
        self.optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.parts.parameters(), 1.0)
        self.optimizer.step()
        with torch.no_grad():
            self.temperature.clamp_(0, math.log(100))
        self.step += 1
        return {name: float(value.detach()) for name, value in (found | losses).items()}

    def _drawn(self, images: list[int], generator: np.random.Generator) -> Batch:
        """Draw captions for images, and prepare both."""
        numbers, truths = torch.tensor(images), [self.truths[image] for image in images]
        chosen = generator.integers(0, self.per_image, len(images))
        # LM takes a second caption: looking twice at an image costs little.
        second = (chosen + generator.integers(1, self.per_image, len(images))) % self.per_image
        captions, more = (
            numbers * self.per_image + torch.from_numpy(one) for one in (chosen, second)
        )
        texts = trimmed(self.texts[captions])
        false, changed = self.alterer.altered(texts, [truth.scene for truth in truths], generator)
        shaken, maps = jittered(self.pixels[images].float(), self.lessons.maps[images].float())
        return Batch(
            images=scaled(shaken),
            maps=maps,
            texts=with_unknown(texts),
            false=false,
            changed=changed,
            written=trimmed(self.texts[torch.cat([captions, more])]),
            fits=true_pairs(truths, chosen.tolist()),
            taught=self.lessons.similarities(captions, numbers),
            counts=self.counts[images],
        )

    def _losses(self, batch: Batch, is_taught: bool, has_matching: bool) -> dict[str, Tensor]:
        """Return the losses by name, and the share of pairs that ITM tells right."""
        tokens = self.model.vision_model(pixel_values=batch.images).last_hidden_state
        words = self.model.text_encoder(input_ids=batch.texts, attention_mask=batch.texts != PAD_ID)
        vectors = (
            self.model.text_proj(words.last_hidden_state[:, 0]),
            self.model.vision_proj(tokens[:, 0]),
        )
        texts, images = (functional.normalize(one.float(), dim=1) for one in vectors)
        with torch.autocast("cpu", enabled=False):
            scores = self.temperature.exp() * texts @ images.T
        losses = {
            "itc": contrastive_loss(scores, batch.fits, batch.taught if is_taught else None),
            "lm": caption_loss(self.captioner, torch.cat([tokens, tokens]), batch.written),
            "tally": tally_loss(self.tally(tokens), batch.counts),
        }
        if is_taught:
            losses["imitation"] = self.imitation(tokens, batch.maps)
        if has_matching:
            losses |= self._matching_losses(batch, tokens, scores.detach())
        return losses

    def _matching_losses(self, batch: Batch, tokens: Tensor, scores: Tensor) -> dict[str, Tensor]:
        is_false = batch.changed.any(dim=1)
        images, texts, matches = matching_pairs(scores, batch.fits, is_false, MATCHED)
        return matching_loss(
            self.model,
            tokens[images],
            torch.cat([batch.texts, batch.false])[texts],
            matches,
            torch.cat([torch.zeros_like(batch.changed), batch.changed])[texts],
        )

    def state(self) -> dict[str, Any]:
        """Return everything that going on needs."""
        return {
            "parts": self.parts.state_dict(),
            "temperature": self.temperature.data,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.parts.load_state_dict(state["parts"])
        self.temperature.data = state["temperature"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]


def main() -> None:
    """Train, log an epoch a line, and write the model."""
    parser = argparse.ArgumentParser(description="Train the sample data's small BLIP.")
    parser.add_argument("--train", type=Path, required=True, help="folder with the train split")
    parser.add_argument("--val", type=Path, default=ROOT, help="folder with the val split")
    parser.add_argument("--out", type=Path, default=BLIP_DIR)
    parser.add_argument("--state", type=Path, help="file to go on from, written every epoch")
    parser.add_argument("--epochs", type=int, default=27)
    parser.add_argument("--taught-from", type=int, default=6, help="first epoch with the teacher")
    parser.add_argument("--matching-from", type=int, default=13, help="first epoch with ITM")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16 where safe")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)

    from transformers import AutoTokenizer

    train = read_split(options.train, "train")
    words = vocabulary(train.captions)
    write_tokenizer(words, options.out)
    trainer = Trainer(
        train,
        list(read_truth(options.train / "truth.jsonl")),
        read_split(options.val, "val"),
        words,
        Plan(
            options.epochs,
            options.taught_from,
            options.matching_from,
            options.rate,
            options.bfloat16,
        ),
    )
    trainer.tokenize(AutoTokenizer.from_pretrained(options.out), train)
    write_configuration(trainer.config, options.out)
    log_path, done = options.out / "train.jsonl", 0
    if options.state and options.state.exists():
        state = torch.load(options.state, weights_only=True)
        trainer.restore(state)
        done = state["epoch"]
    with log_path.open("a" if done else "w", encoding="utf-8") as log:
        for number in range(done + 1, options.epochs + 1):
            record = trainer.epoch(number)
            print(json.dumps(record), file=log, flush=True)
            print(json.dumps(record), flush=True)
            write_model(trainer.model, trainer.captioner, options.out)
            if options.state:
                torch.save(trainer.state() | {"epoch": number}, options.state)


if __name__ == "__main__":
    main()
