"""Large JSON files read entry by entry, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plugins.api import SourceError
from plugins.datasets.text import CheckedFile, checked_text, kind_of, opened

_LOCATE_LIMIT_BYTES = 1 << 28
"""Up to this size a broken file is parsed again by `json`, which knows line and column."""


_MOST_OPEN = 1_000
"""So many brackets left open in 64 KB are no captions; parsing time grows with their square."""


class _Shallow:
    """A file for the parser that refuses nesting which no layout has."""

    def __init__(self, file: CheckedFile) -> None:
        self._file = file

    def read(self, size: int = 1 << 16) -> bytes:
        data = self._file.read(size)
        still_open = data.count(b"{") + data.count(b"[") - data.count(b"}") - data.count(b"]")
        if still_open > _MOST_OPEN:
            raise SourceError(self._file.path, "not usable JSON: nested too deeply")
        return data


class Entry:
    """An object in a list of a JSON file, whose faults are reported with its number."""

    def __init__(self, path: Path, value: Mapping[str, Any], where: str) -> None:
        self.path, self.value, self.where = path, value, where

    def get(self, key: str) -> Any:
        """Return a value that must be there."""
        if key not in self.value:
            raise SourceError(self.path, f"{self.where} has no {key!r}")
        return self.value[key]

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        return checked_text(self.path, self.get(key), f"{key!r} of {self.where}")

    def entries(self, key: str) -> Iterator[Entry]:
        """Yield the objects of a list that must be there."""
        value = self.get(key)
        if not isinstance(value, list):
            reason = f"{key!r} of {self.where} is not a list but {kind_of(value)}"
            raise SourceError(self.path, reason)
        for number, item in enumerate(value):
            yield _entry(self.path, item, f"{key}[{number}] of {self.where}")


def _entry(path: Path, value: object, where: str) -> Entry:
    if not isinstance(value, dict):
        raise SourceError(path, f"{where} is not an object but {kind_of(value)}")
    return Entry(path, value, where)


def stream_list(path: Path) -> Iterator[Entry]:
    """Yield the objects of a file that is one list."""
    _expect(path, "[", "a list of objects")
    yield from _stream(path, "item", "entry {}")


def stream_member(path: Path, key: str) -> Iterator[Entry]:
    """Yield the objects of the list `key` of a file that is one object."""
    _expect(path, "{", f"an object with a list {key!r}")
    count = 0
    for entry in _stream(path, f"{key}.item", key + "[{}]"):
        count += 1
        yield entry
    if not count:
        _require_list(path, key)


def _stream(path: Path, prefix: str, where: str) -> Iterator[Entry]:
    import ijson

    with opened(path) as file:
        items = ijson.items(_Shallow(file), prefix, use_float=True)
        number = 0
        while True:
            try:
                value = next(items, _END)
            except (ijson.JSONError, RecursionError, ValueError) as error:
                raise _located(path, error) from error
            if value is _END:
                return
            yield _entry(path, value, where.format(number))
            number += 1


_END = object()


def _expect(path: Path, bracket: str, what: str) -> None:
    """Check how the file begins, before a parser that would find nothing and say nothing."""
    with opened(path) as file:
        first = _first_character(file)
    if first == "":
        raise SourceError(path, "the file is empty")
    if first == bracket:
        return
    found = {"[": "a list", "{": "an object"}.get(first, f"{first!r}")
    raise SourceError(
        path, f"expected JSON with {what}; the file begins with {found}: has it another reader?"
    )


def _first_character(file: CheckedFile) -> str:
    while data := file.read():
        if text := data.decode("utf-8", "replace").lstrip():
            return text[0]
    return ""


def _require_list(path: Path, key: str) -> None:
    """Tell an empty list from a missing key, once nothing was found."""
    import ijson

    keys: list[str] = []
    with opened(path) as file:
        for prefix, event, value in ijson.parse(file):
            if prefix == "" and event == "map_key":
                keys.append(value)
            elif prefix == key and event == "start_array":
                return
    known = ", ".join(keys[:10]) or "none"
    raise SourceError(path, f"there is no list {key!r} in the object; its keys: {known}")


def _located(path: Path, error: Exception) -> SourceError:
    """Find line and column of a syntax error; the streaming parser knows neither."""
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else "broken"
    try:
        if path.stat().st_size <= _LOCATE_LIMIT_BYTES:
            with opened(path) as file:
                json.loads(b"".join(iter(file.read, b"")))
    except json.JSONDecodeError as located:
        reason = f"not valid JSON (column {located.colno}): {located.msg}"
        return SourceError(path, reason, located.lineno)
    except RecursionError:
        return SourceError(path, "not usable JSON: nested too deeply")
    return SourceError(path, f"not valid JSON: {first_line}")
