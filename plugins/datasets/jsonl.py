"""Anybody's JSON lines: an object a line with `image`, `caption`, `split`, `language`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plugins.api import Caption, Sample, SourceError
from plugins.datasets.samples import ALL, Row, chosen, grouped
from plugins.datasets.text import checked_text, kind_of, opened


class JsonlReader:
    """Reads `caption` as a text or a list of texts (an empty list: an image without captions)."""

    name = "jsonl"
    description = "JSON lines with image, caption (text or list) and optionally split, language"

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield samples once the whole file is read."""
        return chosen(source, grouped(source, images, _rows(source)), split)


def _rows(source: Path) -> Iterator[Row]:
    with opened(source) as file:
        for number, line in file.lines():
            if line.strip():
                yield from _row(source, _parsed(source, line, number), number)


def _parsed(source: Path, line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        reason = f"not valid JSON (column {error.colno}): {error.msg}"
        raise SourceError(source, reason, number) from error
    except (RecursionError, ValueError) as error:
        raise SourceError(
            source, "not usable JSON: nested too deeply or too long", number
        ) from error
    if not isinstance(value, dict):
        raise SourceError(source, f"expected an object, found {kind_of(value)}", number)
    for key in ("image", "caption"):
        if key not in value:
            there = ", ".join(map(str, value))[:200] or "none"
            raise SourceError(source, f"there is no {key!r}; the keys are: {there}", number)
    return value


def _row(source: Path, value: dict[str, Any], number: int) -> Iterator[Row]:
    def text(key: str, default: str) -> str:
        given = value.get(key)
        return default if given is None else checked_text(source, given, repr(key), number)

    image = checked_text(source, value["image"], "'image'", number)
    split, language = text("split", ALL) or ALL, text("language", "en") or "en"
    captions = value["caption"] if isinstance(value["caption"], list) else [value["caption"]]
    for caption in captions:
        checked = checked_text(source, caption, "'caption'", number)
        yield Row(image, Caption(checked, language), split, number)
    if not captions:
        yield Row(image, None, split, number)


READER = JsonlReader()
