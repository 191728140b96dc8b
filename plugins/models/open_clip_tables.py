"""Architectures and weight tags of the installed open_clip, without importing torch.

Importing open_clip takes seconds and hundreds of megabytes, too much for a check that runs before
a job is queued. Its architectures are JSON files, and its table of tags is one module of plain
dictionaries, which is evaluated here without that module's imports.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from plugins.api import PluginError

Tags = Mapping[str, Mapping[str, Any]]
"""Tags of an architecture: where its weights are and how they want their pictures."""


@cache
def architectures() -> dict[str, Path]:
    """Return the names of all architectures with their configuration files."""
    files = sorted((_package() / "model_configs").glob("*.json"))
    return {file.stem: file for file in files}


def architecture_config(name: str) -> dict[str, Any]:
    """Return the configuration of an architecture."""
    config: dict[str, Any] = json.loads(architectures()[name].read_text(encoding="utf-8"))
    return config


def tags(architecture: str) -> Tags:
    """Return the pretrained tags of an architecture."""
    return _table().get(architecture, {})


def clean_tag(tag: str) -> str:
    """Spell a tag as the table does."""
    return tag.lower().replace("-", "_")


@cache
def _package() -> Path:
    spec = importlib.util.find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise PluginError("open_clip is not installed: pip install open_clip_torch.")
    return Path(spec.origin).parent


@cache
def _table() -> Mapping[str, Tags]:
    try:
        return _evaluated(_package())
    except (OSError, SyntaxError, LookupError, NameError, TypeError, AttributeError):
        # Another version may have arranged its module differently: then pay for the import.
        from open_clip import pretrained

        table: Mapping[str, Tags] = pretrained._PRETRAINED
        return table


def _evaluated(package: Path) -> Mapping[str, Tags]:
    namespace: dict[str, Any] = {"copy": copy}
    for module in ("constants.py", "pretrained.py"):
        path = package / module
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tree.body = [node for node in tree.body if not isinstance(node, _IMPORTING)]
        # Compiled code inherits this module's `annotations` feature: theirs stay text, too.
        exec(compile(tree, str(path), "exec"), namespace)
    table: Mapping[str, Tags] = namespace["_PRETRAINED"]
    return table


_IMPORTING = (ast.Import, ast.ImportFrom, ast.Try)
