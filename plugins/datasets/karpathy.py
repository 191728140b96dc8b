"""Karpathy's `dataset_*.json`: images with sentences and a split each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.json_stream import Entry, stream_member
from plugins.datasets.samples import ImageFolder, chosen


class KarpathyReader:
    """Reads `images[].sentences[].raw` with `filename` (and `filepath`); splits as written."""

    name = "karpathy"
    description = "Karpathy split, dataset_*.json (Flickr30K, Flickr8k, COCO)"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples one by one, however large the file is."""
        return chosen(source, _samples(source, images), split)


def _samples(source: Path, images: Path | None) -> Iterator[Sample]:
    folder = ImageFolder(source, images)
    seen: set[tuple[str, str]] = set()
    for entry in stream_member(source, "images"):
        key, split = entry.text("filename"), entry.text("split")
        if (split, key) in seen:
            raise SourceError(source, f"the image {key!r} is there twice ({entry.where})")
        seen.add((split, key))
        captions = tuple(Caption(sentence.text("raw")) for sentence in entry.entries("sentences"))
        yield Sample(key, folder.find(_relative(entry, key)), captions, split)


def _relative(entry: Entry, key: str) -> str:
    # COCO's pictures lie in two folders, named by `filepath`.
    if "filepath" not in entry.value:
        return key
    return str(PurePosixPath(entry.text("filepath")) / key)


READER = KarpathyReader()
