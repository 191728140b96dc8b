"""What exporters share: plain values, safe text, and errors of the disk."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from plugins.api import PluginError

BLOCK_ROWS = 10_000
"""Rows that are held in memory at a time."""


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Report a full disk or a missing folder in one sentence."""
    try:
        yield
    except OSError as error:
        raise PluginError(f"{path} cannot be written: {error.strerror or error}.") from error


def plain(value: object) -> Any:
    """Reduce a value to None, bool, int, float, str, lists and string-keyed dictionaries.

    Numbers of NumPy become Python's; what is none of these becomes its text.
    """
    if value is None or isinstance(value, bool):
        return value
    # Subclasses (np.float64, IntEnum, StrEnum) have representations of their own.
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind.__str__(value) if kind is str else kind(value)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)


def finite(value: Any) -> Any:
    """Replace NaN and infinities, which JSON does not know, by None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return value


def as_json(value: Any) -> str:
    """Write a plain value as JSON; half characters stay as escapes."""
    return storable(json.dumps(finite(value), ensure_ascii=False, allow_nan=False))


def storable(text: str) -> str:
    r"""Make a text encodable: half characters (lone surrogates) become `\udxxx`."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def cell(value: object, shown: Callable[[str], str]) -> str:
    """Write a value as the cell of a table: None is empty, lists and objects are JSON.

    Floats read back as the same number; `shown` changes texts alone, as -0.25 is no formula.
    """
    reduced = plain(value)
    if reduced is None:
        return ""
    if isinstance(reduced, bool):
        return "true" if reduced else "false"
    if isinstance(reduced, (int, float)):
        return repr(reduced)
    return shown(storable(reduced) if isinstance(reduced, str) else as_json(reduced))
