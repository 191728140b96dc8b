"""Embedding and re-ranking through the whole job against the bare forward of the same models.

The bare side computes the same batches from tensors that are loaded already, with the library's
own model and nothing around it. Rounds of both alternate in one process, and the least of each
counts, because machines are shared and noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import normalize

import sample_data
from benchmarks.report import Cost, machine, replace_section, table
from plugins import registry
from plugins.api import Castable, ImageTextEncoder, PairScorer, Precision
from store.pairs import PairFolder
from store.records.dataset import Image
from store.vectors import VectorFolder
from store.workspace import Workspace
from workbench.compute.batches import Batches
from workbench.compute.context import JobContext
from workbench.compute.embed import embed_images, embed_texts
from workbench.compute.pairs import BLOCK_IMAGES, score_pairs

ARCHITECTURE = "ViT-B-32"
PHOTOGRAPH = (500, 375)
HEAD = (
    "what", "device", "precision", "items", "batch", "bare", "job", "job / bare",
    "in processor time", "largest difference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how much is measured."""

    device: str
    precision: Precision
    batch: int
    repeat: int

    @property
    def text_batch(self) -> int:
        """As many captions as the evaluate job gives to a model at a time."""
        return 4 * self.batch

    @property
    def dtype(self) -> torch.dtype:
        """What torch calls the precision."""
        return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[
            self.precision
        ]


def main() -> None:
    """Measure, print, and with ``--write`` put the table into a document."""
    gpu = torch.cuda.is_available()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="folder of JPEGs; they are made up otherwise")
    parser.add_argument("--captions", type=Path, help="a caption a line (.gz too); else sample's")
    parser.add_argument("--scorer", type=Path, default=sample_data.BLIP_DIR, help="BLIP's folder")
    parser.add_argument("--images", type=int, default=4096 if gpu else 48)
    parser.add_argument("--texts", type=int, default=20_480 if gpu else 320)
    parser.add_argument("--pairs", type=int, default=100_000 if gpu else 6_000)
    parser.add_argument("--repeat", type=int, default=2, help="rounds; the least time counts")
    parser.add_argument("--write", type=Path, help="document whose embedding section is replaced")
    arguments = parser.parse_args()
    device, batch = ("cuda:0", 256) if gpu else ("cpu", 32)
    precisions: tuple[Precision, ...] = ("fp32", "bf16") if gpu else ("fp32",)
    captions = list(read_captions(arguments.captions))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = find_photos(arguments.photos, folder, arguments.images)
        for precision in precisions:
            setting = Setting(device, precision, batch, arguments.repeat)
            rows.append(measure_images(folder, setting, photos))
            rows.append(measure_texts(folder, setting, captions[: arguments.texts]))
        setting = Setting(device, "fp32", batch, arguments.repeat)
        if (arguments.scorer / "config.json").exists():
            scorer = arguments.scorer
            rows += measure_pairs(folder, setting, scorer, photos, arguments.pairs)
    packages = ("torch", "open_clip_torch", "transformers")
    text = "\n".join([PREFACE, table(HEAD, rows), "", machine(*packages)])
    print(text)
    if arguments.write:
        replace_section(arguments.write, "embedding", text)


def measure_images(folder: Path, setting: Setting, photos: Sequence[Image]) -> list[str]:
    """JPEGs to vectors on disk against `encode_image` of tensors on the device."""
    encoder, bare = both_models(setting)
    pixels = [
        torch.from_numpy(np.stack([encoder.prepare_image(opened(photo)) for photo in part]))
        for part in batched(photos, setting.batch)
    ]
    loaded = [part.to(setting.device, setting.dtype) for part in pixels]
    with job_frame(folder) as context:

        def job() -> NDArray[np.float32]:
            target = VectorFolder(Path(tempfile.mkdtemp(dir=folder)))
            embed_images(context, target, encoder, photos, Batches(setting.batch))
            return whole(target, "images")

        def forward() -> NDArray[np.float32]:
            return rows_of(bare.encode_image(part) for part in loaded)

        return compared("images", setting, len(photos), forward, job)


def measure_texts(folder: Path, setting: Setting, texts: Sequence[str]) -> list[str]:
    """Captions to vectors on disk against open_clip's own tokenizer and `encode_text`."""
    encoder, bare = both_models(setting)
    tokenizer = open_clip.get_tokenizer(ARCHITECTURE)
    with job_frame(folder) as context:

        def job() -> NDArray[np.float32]:
            target = VectorFolder(Path(tempfile.mkdtemp(dir=folder)))
            embed_texts(context, target, encoder, texts, Batches(setting.text_batch))
            return whole(target, "texts")

        def forward() -> NDArray[np.float32]:
            return rows_of(
                bare.encode_text(tokenizer(list(part)).to(setting.device))
                for part in batched(texts, setting.batch)
            )

        return compared("captions", setting, len(texts), forward, job)


def measure_pairs(
    folder: Path,
    setting: Setting,
    scorer_folder: Path,
    photos: Sequence[Image],
    n_pairs: int,
) -> list[list[str]]:
    """Images and captions to scores on disk against the forward of the same pairs.

    Twice: the plugin's model without the job around it, and transformers' own model. Both compute
    an image's states once, and the same batches from prepared images (and, in transformers' case,
    token ids) that are loaded already.
    """
    scorer = registry.load_model(f"blip:{scorer_folder}", setting.device)
    assert isinstance(scorer, PairScorer)
    photos = photos[: 2 * BLOCK_IMAGES]
    captions = list(read_captions(None))  # which the sample's BLIP can read
    texts = sorted(captions[: n_pairs // len(photos)], key=len, reverse=True)
    pixels = np.stack([scorer.prepare_image(opened(photo)) for photo in photos])
    image = np.repeat(np.arange(len(photos)), len(texts))
    caption = np.tile(np.arange(len(texts)), len(photos))
    parts = list(batched(texts, setting.batch))

    def blocks(states: Callable[[Any], Any], score: Callable[[Any, int, int], Any]) -> Any:
        found = []
        for start in range(0, len(photos), BLOCK_IMAGES):
            block = states(pixels[start : start + BLOCK_IMAGES])
            size = len(pixels[start : start + BLOCK_IMAGES])
            found += [score(block, row, at) for row in range(size) for at in range(len(parts))]
        return np.concatenate(found)[:, None]

    def plugin() -> NDArray[np.float32]:
        scores: NDArray[np.float32] = blocks(
            scorer.image_states,
            lambda states, row, at: scorer.score_pairs(
                states, np.full(len(parts[at]), row), parts[at]
            ),
        )
        return scores

    library = TransformersBlip(scorer_folder, setting, parts)
    with job_frame(folder) as context:

        def job() -> NDArray[np.float32]:
            target = PairFolder(Path(tempfile.mkdtemp(dir=folder)))
            batches = Batches(setting.batch)
            found = score_pairs(context, target, scorer, image, caption, photos, texts, batches)
            return found.scores[:, None]

        bare = lambda: blocks(library.states, library.score)  # noqa: E731
        return [
            compared("pairs, plugin's forward", setting, len(image), plugin, job),
            compared("pairs, transformers' forward", setting, len(image), bare, job),
        ]


class TransformersBlip:
    """BLIP as transformers runs it, with captions that are token ids already."""

    def __init__(self, folder: Path, setting: Setting, parts: Sequence[Sequence[str]]) -> None:
        from transformers import AutoTokenizer, BlipForImageTextRetrieval, logging

        logging.set_verbosity_error()  # the folder holds a captioner's weights as well
        self._model = BlipForImageTextRetrieval.from_pretrained(folder).eval().to(setting.device)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        encoder = tokenizer.convert_tokens_to_ids("[ENC]")
        self._device, self._tokens = setting.device, []
        for part in parts:
            tokens = tokenizer(list(part), padding=True, return_tensors="pt").to(setting.device)
            tokens.input_ids[:, 0] = encoder
            self._tokens.append(tokens)

    @torch.inference_mode()
    def states(self, pixels: NDArray[np.float32]) -> Tensor:
        """The tokens of prepared images."""
        inputs = torch.from_numpy(pixels).to(self._device)
        states: Tensor = self._model.vision_model(pixel_values=inputs).last_hidden_state
        return states

    @torch.inference_mode()
    def score(self, states: Tensor, row: int, at: int) -> NDArray[np.float32]:
        """The match logits of a batch of captions with one of the images."""
        tokens = self._tokens[at]
        seen = states[row].expand(len(tokens.input_ids), -1, -1)
        found = self._model.text_encoder(
            input_ids=tokens.input_ids,
            attention_mask=tokens.attention_mask,
            encoder_hidden_states=seen,
            encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long, device=seen.device),
        ).last_hidden_state[:, 0]
        scores: NDArray[np.float32] = self._model.itm_head(found)[:, 1].cpu().numpy()
        return scores


def both_models(setting: Setting) -> tuple[ImageTextEncoder, Any]:
    """The plugin's model and open_clip's own with the same weights."""
    encoder = registry.load_model(f"open_clip:{ARCHITECTURE}/random", setting.device)
    assert isinstance(encoder, ImageTextEncoder)
    assert isinstance(encoder, Castable)
    if setting.precision != "fp32":
        encoder.cast(setting.precision)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # what the plugin draws for /random
        logging.disable(logging.WARNING)  # that the weights are random
        bare: nn.Module = open_clip.create_model(ARCHITECTURE)
        logging.disable(logging.NOTSET)
    return encoder, bare.eval().requires_grad_(False).to(setting.device, setting.dtype)


@contextmanager
def job_frame(folder: Path) -> Iterator[JobContext]:
    """A job that reports its progress to a workspace, as a worker's does."""
    with Workspace(Path(tempfile.mkdtemp(dir=folder)) / "workspace") as workspace:
        job = workspace.jobs.add("evaluate", {}, device="cpu")

        def report(stage: str, done: int, total: int) -> None:
            workspace.jobs.progress(job.id, done, total, stage)

        yield JobContext(workspace, {}, report, job_id=job.id)


def compared(
    what: str,
    setting: Setting,
    items: int,
    bare: Callable[[], NDArray[np.float32]],
    job: Callable[[], NDArray[np.float32]],
) -> list[str]:
    """A row of the table; the results of both sides are held against each other."""
    works = {"bare": bare, "job": job}
    results = {name: work() for name, work in works.items()}  # and everything is warm
    least: dict[str, Cost] = {}
    for _ in range(setting.repeat):
        for name, work in works.items():
            cost = Cost.of(work)
            least[name] = cost.least(least.get(name, cost))
    per_s = {name: items / cost.elapsed_s for name, cost in least.items()}
    return [
        what,
        setting.device,
        setting.precision,
        f"{items:,}",
        str(setting.batch),
        f"{per_s['bare']:,.1f}/s",
        f"{per_s['job']:,.1f}/s",
        f"{per_s['job'] / per_s['bare']:.2f}",
        f"{least['bare'].processor_s / least['job'].processor_s:.2f}",
        f"{np.abs(results['job'] - results['bare']).max():.1e}",
    ]


@torch.inference_mode()
def rows_of(parts: Iterator[Tensor]) -> NDArray[np.float32]:
    """Bring vectors to the host, normalised, all at the end as a loop without a job would."""
    rows: NDArray[np.float32] = normalize(torch.cat(list(parts)).float(), dim=-1).cpu().numpy()
    return rows


def whole(folder: VectorFolder, side: Any) -> NDArray[np.float32]:
    """Read a side back."""
    found = folder.array(side)
    assert found is not None
    return found


def batched(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Cut a sequence into batches."""
    return (items[start : start + size] for start in range(0, len(items), size))


def opened(photo: Image) -> PIL.Image.Image:
    """Decode a photograph."""
    assert photo.path is not None
    return PIL.Image.open(photo.path).convert("RGB")


def find_photos(given: Path | None, folder: Path, count: int) -> list[Image]:
    """`count` photographs, the largest first, again from the start if there are fewer."""
    paths = sorted((given or made_up(folder)).glob("*.jpg"), key=lambda p: -p.stat().st_size)
    chosen = itertools.islice(itertools.cycle(paths), count)
    return [
        Image(n, 1, f"{n}", path, *PIL.Image.open(path).size, None) for n, path in enumerate(chosen)
    ]


def made_up(folder: Path, count: int = 16) -> Path:
    """JPEGs of a photograph's size with structure at every scale."""
    rng = np.random.default_rng(0)
    target = folder / "photos"
    target.mkdir()
    for number in range(count):
        picture = np.zeros((PHOTOGRAPH[1], PHOTOGRAPH[0], 3))
        for cells in (4, 16, 64):
            noise = rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
            picture += np.asarray(PIL.Image.fromarray(noise).resize(PHOTOGRAPH)) / 3
        PIL.Image.fromarray(picture.astype(np.uint8)).save(target / f"{number}.jpg", quality=90)
    return target


def read_captions(path: Path | None) -> Iterator[str]:
    """A caption a line, or those of the sample world in their order."""
    if path is not None:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            yield from (line.strip() for line in file)
        return
    reader = registry.load("datasets", "karpathy")
    for sample in reader.read(sample_data.WORLD_JSON, None, "test"):
        yield from (caption.text for caption in sample.captions)


PREFACE = f"""## Embedding and re-ranking

`python -m benchmarks.embedding`: {ARCHITECTURE} with random weights, and the sample's BLIP for
pairs, through the job (decoding, batching, progress, durable shards) against the bare forward of
the same items in the same process: images from preloaded tensors; captions by open_clip's own
tokenizer and `encode_text`, which computes all 77 positions, while the job takes four batches of
captions at a time, sorted by length and cut behind the longest of those alike; pairs from prepared
images, by the plugin's model alone and by transformers' own model. The least of several alternating
rounds counts.
"""

if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main()
