"""The token file of Flickr30K and Flickr8k: `name.jpg#i<TAB>caption`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.samples import Row, chosen, grouped
from plugins.datasets.text import checked_text, opened

LINE = re.compile(r"(?P<image>[^\t]+)#(?P<number>\d+)\t(?P<caption>.*)", re.DOTALL)
"""A line of the layout, without its line end."""


class TokenReader:
    """Reads `results_20130124.token` and `Flickr8k.token.txt`; there are no splits."""

    name = "flickr30k_token"
    description = "Flickr30K and Flickr8k token file, name.jpg#0<TAB>caption"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read."""
        return chosen(source, grouped(source, images, _rows(source)), split)


def _rows(source: Path) -> Iterator[Row]:
    with opened(source) as file:
        for number, line in file.lines():
            text = line.rstrip("\r\n")
            if not text.strip():
                continue
            match = LINE.fullmatch(text)
            if match is None:
                raise SourceError(source, "expected name.jpg#0, a tab and a caption", number)
            caption = Caption(checked_text(source, match["caption"], "the caption", number))
            yield Row(match["image"], caption, line=number)


READER = TokenReader()
