"""Tables of a TOML file, read with their keys and types checked."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.studies.errors import StudyFileError


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand behind a key; `wanted` says it in words."""

    kinds: tuple[type, ...]
    wanted: str
    least: int | None = None
    choices: tuple[str, ...] = ()

    def fits(self, value: object) -> bool:
        """Say whether a value may stand there; a truth value is no number."""
        if isinstance(value, bool) and bool not in self.kinds:
            return False
        if not isinstance(value, self.kinds) or value == "":
            return False
        if self.choices and value not in self.choices:
            return False
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return not (number and self.least is not None and value < self.least)  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file; `where` names both for messages."""

    where: str
    values: Mapping[str, Any]

    def check(self, keys: Mapping[str, Key]) -> None:
        """Raise StudyFileError for a key that there is not, or a value that does not fit."""
        for name, value in self.values.items():
            if name not in keys:
                raise self.wrong(f"there is no {name!r}{near(name, list(keys))}")
            if not keys[name].fits(value):
                raise self.wrong(f"{name} has to be {keys[name].wanted}, not {value!r}")

    def need(self, name: str) -> Any:
        """Return a value; raises StudyFileError without."""
        if name not in self.values:
            raise self.wrong(f"{name} is missing")
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or the default."""
        return self.values.get(name, default)

    def wrong(self, problem: str) -> StudyFileError:
        """Return an error about this table."""
        return StudyFileError(f"{self.where}: {problem}.")


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: single tables and lists of tables."""

    path: Path
    values: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path, tables: Sequence[str]) -> Document:
        """Read a file that may hold `tables`; raises StudyFileError."""
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise StudyFileError(
                f"{path} cannot be read: {error.strerror}; name a study file (TOML)."
            ) from error
        except ValueError as error:  # TOMLDecodeError says in which line; or it is not UTF-8
            raise StudyFileError(f"{path} is not TOML: {error}.") from error
        for name in values:
            if name not in tables:
                raise StudyFileError(f"{path}: there is no {name!r}{near(name, tables)}.")
        return cls(path, values)

    def table(self, name: str) -> Table:
        """Return a table, an empty one if the file has none."""
        where, found = f"{self.path}, [{name}]", self.values.get(name, {})
        if not isinstance(found, dict):
            raise StudyFileError(f"{where}: write it as a table, [{name}].")
        return Table(where, found)

    def tables(self, name: str) -> list[Table]:
        """Return a list of tables; raises StudyFileError if it is empty."""
        found = self.values.get(name, [])
        where = f"{self.path}, [[{name}]]"
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise StudyFileError(f"{where}: write each as a table of its own, [[{name}]].")
        if not found:
            raise StudyFileError(f"{where}: there is none, and a study needs one or more.")
        return [Table(f"{where} number {at}", row) for at, row in enumerate(found, 1)]


def near(name: str, known: Sequence[str]) -> str:
    """Say which name was perhaps meant, and which there are."""
    found = difflib.get_close_matches(name, known, n=1)
    hint = f" (did you mean {found[0]!r}?)" if found else ""
    return f"{hint}; there are {', '.join(known)}"
