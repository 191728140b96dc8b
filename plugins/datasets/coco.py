"""COCO's `captions_*.json`: images and annotations in two lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.json_stream import Entry, stream_member
from plugins.datasets.samples import ALL, ImageFolder, chosen


class CocoReader:
    """Reads `images` and `annotations`, joined by the image's id; there are no splits."""

    name = "coco"
    description = "COCO captions, captions_*.json"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples in the order of `images`; the captions are held in memory."""
        return chosen(source, _samples(source, images), split)


def _samples(source: Path, images: Path | None) -> Iterator[Sample]:
    folder = ImageFolder(source, images)
    captions = _captions(source)
    seen: set[str] = set()
    for entry in stream_member(source, "images"):
        key = entry.text("file_name")
        if key in seen:
            raise SourceError(source, f"the image {key!r} is there twice ({entry.where})")
        seen.add(key)
        yield Sample(key, folder.find(key), tuple(captions.pop(_id(entry, "id"), ())), ALL)
    if captions:
        image = next(iter(captions))
        reason = (
            f"captions of {len(captions):,} images that are not in 'images' (first id: {image})"
        )
        raise SourceError(source, reason)


def _captions(source: Path) -> dict[int | str, list[Caption]]:
    captions: dict[int | str, list[Caption]] = defaultdict(list)
    for entry in stream_member(source, "annotations"):
        if "caption" not in entry.value:
            reason = f"{entry.where} has no 'caption' (is this a file of instances?)"
            raise SourceError(source, reason)
        captions[_id(entry, "image_id")].append(Caption(entry.text("caption")))
    return captions


def _id(entry: Entry, key: str) -> int | str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise SourceError(entry.path, f"{key!r} of {entry.where} is neither a number nor a text")
    return value


READER = CocoReader()
