"""Ranks of queries in both directions, by the project's definition of a rank."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Split:
    """One split: the images' paths, all captions, and the image each caption belongs to."""

    images: list[Path]
    captions: list[str]
    owners: Ints


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranks of one direction's queries, and for each the best item that is not its own."""

    ranks: Ints
    wrong: Ints

    def recall(self, k: int) -> float:
        """Return R@K as a fraction."""
        return float(np.mean(self.ranks <= k))


def read_split(folder: Path, split: str) -> Split:
    """Read a split of a folder that ``make.py`` wrote."""
    records = [
        record
        for record in json.loads((folder / "world.json").read_text("utf-8"))["images"]
        if record["split"] == split
    ]
    captions = [sentence["raw"] for record in records for sentence in record["sentences"]]
    owners = [index for index, record in enumerate(records) for _ in record["sentences"]]
    return Split(
        [folder / "images" / record["filename"] for record in records], captions, np.array(owners)
    )


def ranked(scores: Floats, own: NDArray[np.bool_]) -> Ranking:
    """Rank each row's query: ``scores`` and ``own`` are (n_queries, n_items).

    rank = 1 + the number of foreign items that score at least as much as the best own one.
    """
    best = np.where(own, scores, -np.inf).max(axis=1, keepdims=True)
    foreign = np.where(own, -np.inf, scores)
    ranks = 1 + (foreign >= best).sum(axis=1)
    return Ranking(ranks.astype(np.int64), foreign.argmax(axis=1).astype(np.int64))


def both_directions(images: Floats, texts: Floats, owners: Ints) -> dict[str, Ranking]:
    """Rank captions' and images' queries; vectors are (n_images, d) and (n_texts, d)."""
    scores = texts @ images.T
    own = owners[:, None] == np.arange(len(images))[None, :]
    return {"t2i": ranked(scores, own), "i2t": ranked(scores.T, own.T)}


def recalls(rankings: dict[str, Ranking]) -> dict[str, dict[str, float]]:
    """Return R@1, R@5 and R@10 of both directions, as fractions."""
    return {
        direction: {f"R@{k}": round(ranking.recall(k), 4) for k in (1, 5, 10)}
        for direction, ranking in rankings.items()
    }


def embedded(model: Any, images: Any, texts: Any, batch: int = 250) -> tuple[Floats, Floats]:
    """Return the normalised vectors of image and text tensors, in the given order."""
    import torch

    def vectors(encode: Any, items: Any) -> Floats:
        parts = [encode(part, normalize=True) for part in items.split(batch)]
        return np.asarray(torch.cat(parts).numpy(), dtype=np.float32)

    model.eval()
    with torch.inference_mode():
        return vectors(model.encode_image, images), vectors(model.encode_text, texts)


def vectors_of(model_dir: Path, folder: Path, split: str) -> tuple[Split, Floats, Floats]:
    """Load the model of a folder with open_clip; return a split, the images' and texts' vectors."""
    import open_clip
    import torch
    from PIL import Image

    name = f"local-dir:{model_dir}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    tokenize = open_clip.get_tokenizer(name)
    data = read_split(folder, split)
    # RGB first: Pillow resizes a palette by dropping pixels.
    pixels = torch.stack([preprocess(Image.open(path).convert("RGB")) for path in data.images])
    return data, *embedded(model, pixels, tokenize(data.captions))


def evaluated(model_dir: Path, folder: Path, split: str) -> tuple[Split, dict[str, Ranking]]:
    """Rank a split in both directions with the model of a folder."""
    data, images, texts = vectors_of(model_dir, folder, split)
    return data, both_directions(images, texts, data.owners)
