"""The failure categories: names, codes, keys, colours and guidelines, read from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any


class TaxonomyError(Exception):
    """A taxonomy file cannot be used: which file, which category and why."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of failure and how it is shown."""

    name: str
    code: str
    key: str
    colour: str
    guideline: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The categories in the order they are shown; `version` is stored with every decision."""

    version: str
    categories: tuple[Category, ...]

    def by_name(self, name: str) -> Category | None:
        """Find a category by its name."""
        return next((c for c in self.categories if c.name == name), None)

    def by_key(self, key: str) -> Category | None:
        """Find a category by the key that sets it."""
        return next((c for c in self.categories if c.key == key), None)

    def code(self, name: str | None) -> str:
        """Return the code of a category, "--" for none, and an unknown name cut to three."""
        if name is None:
            return "--"
        category = self.by_name(name)
        return category.code if category else name[:3].upper()

    def names(self) -> Mapping[str, str]:
        """Map every lower-case code and name to the name, as filters need it."""
        return {word.lower(): c.name for c in self.categories for word in (c.code, c.name)}


def load_taxonomy(workspace: Path | None = None) -> Taxonomy:
    """Read the workspace's own taxonomy.toml if it has one, else the built-in one."""
    own = workspace / "taxonomy.toml" if workspace is not None else None
    if own is not None and own.is_file():
        return parse_taxonomy(own.read_bytes(), str(own))
    builtin = resources.files("workbench") / "taxonomy.toml"
    return parse_taxonomy(builtin.read_bytes(), "taxonomy.toml")


def parse_taxonomy(data: bytes, source: str) -> Taxonomy:
    """Check and build a taxonomy; raises TaxonomyError naming `source`."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
        categories = tuple(_category(entry, source) for entry in table["category"])
        version = str(table.get("version", "1"))
    except KeyError as error:
        raise TaxonomyError(f"{source}: a category lacks {error}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise TaxonomyError(f"{source}: not a taxonomy file: {error}.") from error
    for field in ("name", "code", "key"):
        values = [getattr(c, field) for c in categories]
        twice = {v for v in values if values.count(v) > 1}
        if twice:
            raise TaxonomyError(f"{source}: {field} {sorted(twice)[0]!r} is used twice.")
    for category in categories:
        if not re.fullmatch(r"\w+", category.name):
            raise TaxonomyError(
                f"{source}: the name {category.name!r} may hold letters, digits and _ only."
            )
        if category.key not in set("0123456789x"):
            raise TaxonomyError(
                f"{source}: key {category.key!r} of {category.name} must be a digit or 'x'."
            )
    return Taxonomy(version, categories)


def _category(entry: Mapping[str, Any], source: str) -> Category:
    """Build a category; raises TaxonomyError for what is no text."""
    texts = {field: entry[field] for field in ("name", "code", "key", "colour", "guideline")}
    for field, value in texts.items():
        if not isinstance(value, str):
            raise TaxonomyError(
                f"{source}: {field} = {value!r} of a category is no text: put it in quotes."
            )
    examples = entry.get("examples", [])
    if not (isinstance(examples, list) and all(isinstance(one, str) for one in examples)):
        raise TaxonomyError(
            f"{source}: the examples of {texts['name']} are no list of texts: write "
            '["one", "another"].'
        )
    texts["guideline"] = " ".join(texts["guideline"].split())
    return Category(**texts, examples=tuple(examples))
