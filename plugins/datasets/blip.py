"""BLIP's and LAVIS's `flickr30k_{train,val,test}.json`: a list of image and caption(s)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.json_stream import Entry, stream_list
from plugins.datasets.samples import ALL, Row, chosen, grouped
from plugins.datasets.text import checked_text, kind_of

_SPLITS = ("train", "val", "test")
_LANGUAGES = ("ar", "cs", "de", "en", "es", "fr", "it", "ja", "ko", "pt", "ru", "tr", "zh")


class BlipReader:
    """Reads entries with `image` and `caption` (a text, or a list of texts).

    Split and language come from the file's name (`flickr30k_test_de.json`: test, de). The key is
    the image's file name without its folders, unless two images would then share it.
    """

    name = "blip"
    description = "BLIP and LAVIS, flickr30k_{train,val,test}.json"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read: training files repeat an image's entry."""
        rows = _rows(source, *_named(source))
        return chosen(source, _short_keys(list(grouped(source, images, rows))), split)


def _named(source: Path) -> tuple[str, str]:
    words = source.name.lower().split(".")[0].replace("-", "_").split("_")
    split = next((word for word in words if word in _SPLITS), ALL)
    return split, words[-1] if words[-1] in _LANGUAGES else "en"


def _rows(source: Path, split: str, language: str) -> Iterator[Row]:
    for entry in stream_list(source):
        image = entry.text("image")
        texts = list(_captions(entry))
        for text in texts:
            yield Row(image, Caption(text, language), split)
        if not texts:
            yield Row(image, None, split)


def _captions(entry: Entry) -> Iterator[str]:
    value = entry.get("caption")
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            reason = f"'caption' of {entry.where} is neither a text nor texts but {kind_of(text)}"
            raise SourceError(entry.path, reason)
        yield checked_text(entry.path, text, f"'caption' of {entry.where}")


def _short_keys(samples: list[Sample]) -> Iterator[Sample]:
    names = Counter(PurePosixPath(sample.key).name for sample in samples)
    for sample in samples:
        name = PurePosixPath(sample.key).name
        yield replace(sample, key=name) if names[name] == 1 else sample


READER = BlipReader()
