"""Finds plugins by name: built-ins and others alike come through entry points.

`names` imports nothing and `load` imports one plugin. A broken plugin is an error for whoever
asks for it by name and a line in `describe` for everybody else.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, cast, overload

from plugins.api import (
    CapabilityLister,
    Captioner,
    DatasetReader,
    Exporter,
    ImageTextEncoder,
    Labeler,
    Model,
    ModelPlugin,
    PairScorer,
    PluginError,
    PrecomputedVectors,
    SpecError,
    WeightsFetcher,
)

Kind = Literal["models", "datasets", "labelers", "exporters"]

KINDS: tuple[Kind, ...] = ("models", "datasets", "labelers", "exporters")
"""The kinds of plugin; the entry-point group of a kind is `workbench.<kind>`."""

_TITLES: dict[Kind, str] = {
    "models": "model plugin",
    "datasets": "dataset reader",
    "labelers": "labeler",
    "exporters": "exporter",
}
_PROTOCOLS: dict[Kind, type] = {
    "models": ModelPlugin,
    "datasets": DatasetReader,
    "labelers": Labeler,
    "exporters": Exporter,
}
_MEMBERS: dict[Kind, tuple[str, ...]] = {
    "models": ("name", "description", "check", "load"),
    "datasets": ("name", "description", "read"),
    "labelers": ("name", "version", "label"),
    "exporters": ("name", "suffix", "write"),
}

_ABILITIES: dict[type, str] = {
    ImageTextEncoder: "embed images and captions",
    PrecomputedVectors: "give stored vectors",
    PairScorer: "score pairs",
    Captioner: "write captions",
}


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """An installed plugin as a list shows it; `problem` says why it cannot be used."""

    name: str
    description: str
    package: str
    problem: str | None = None


def names(kind: Kind) -> list[str]:
    """Return the names of the installed plugins of a kind, sorted; imports none of them."""
    return sorted(_found(kind))


def describe(kind: Kind) -> list[PluginInfo]:
    """Return all installed plugins of a kind, broken ones with their problem."""
    return [_info(kind, entry) for _, entry in sorted(_found(kind).items())]


@overload
def load(kind: Literal["models"], name: str) -> ModelPlugin: ...
@overload
def load(kind: Literal["datasets"], name: str) -> DatasetReader: ...
@overload
def load(kind: Literal["labelers"], name: str) -> Labeler: ...
@overload
def load(kind: Literal["exporters"], name: str) -> Exporter: ...
def load(kind: Kind, name: str) -> object:
    """Import the plugin of a name; SpecError if there is none, PluginError if it is broken."""
    found = _found(kind)
    if name not in found:
        raise SpecError(_unknown(kind, name, sorted(found)))
    return _import(kind, found[name])


def load_model(spec: str, device: str) -> Model:
    """Load the model of a specification `plugin:weights` onto a device."""
    plugin, weights = _split(spec)
    return load("models", plugin).load(weights, device)


def check_model(spec: str) -> str:
    """Raise SpecError, WeightsMissing or another PluginError if `load_model` would.

    Returns the specification as it means the same in any folder.
    """
    plugin, weights = _split(spec)
    return f"{plugin}:{load('models', plugin).check(weights)}"


def fetch_model(spec: str) -> None:
    """Download what a specification needs; PluginError if its plugin cannot, or it fails."""
    plugin, weights = _split(spec)
    found = load("models", plugin)
    if not isinstance(found, WeightsFetcher):
        raise PluginError(f"Models of {plugin} are files of your own: there is nothing to fetch.")
    found.fetch(weights)


def capabilities(spec: str) -> frozenset[type] | None:
    """Return the protocols that a model would satisfy; None if its plugin does not say.

    Raises what `check_model` raises, and imports no model library.
    """
    plugin, weights = _split(spec)
    found = load("models", plugin)
    return found.capabilities(weights) if isinstance(found, CapabilityLister) else None


def models_that(capability: type) -> list[str]:
    """Return specifications to try for a capability, from the `examples` of the plugins."""
    found = []
    for name in names("models"):
        try:
            plugin = load("models", name)
        except PluginError:
            continue
        for example in getattr(plugin, "examples", {}).get(capability, ()):
            found.append(f"{name}:{example}")
    return found


def check_capability(spec: str, *ways: type) -> None:
    """Raise PluginError if a model is known, without loading it, to have no such capability."""
    able = capabilities(spec)
    if able is not None and not able.intersection(ways):
        raise PluginError(missing_capability(spec, ways[0]))


def missing_capability(spec: str, capability: type) -> str:
    """Say in one sentence that a model lacks a capability, and which models have it."""
    ability = _ABILITIES.get(capability, f"do what {capability.__name__} asks for")
    others = ", ".join(models_that(capability))
    return f"{spec} cannot {ability}; models that can: {others or 'none is installed'}."


def _split(spec: str) -> tuple[str, str]:
    plugin, colon, weights = spec.partition(":")
    installed = names("models")
    if not colon or not weights:
        raise SpecError(
            f"{spec!r} is not a model specification: expected PLUGIN:WEIGHTS, as in "
            f"open_clip:ViT-B-32/openai; plugins: {', '.join(installed)}."
        )
    if plugin not in installed:
        raise SpecError(_unknown("models", plugin, installed))
    return plugin, weights


def _found(kind: Kind) -> dict[str, EntryPoint]:
    """Entry points by name; where two packages claim a name, the built-in keeps it."""
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=f"workbench.{kind}"):
        if entry.name not in found or _built_in(entry):
            found[entry.name] = entry
    return found


def _built_in(entry: EntryPoint) -> bool:
    return entry.module.startswith(f"{__package__}.")


def _unknown(kind: Kind, name: str, installed: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, installed, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    listed = ", ".join(installed) or "none"
    return f"There is no {_TITLES[kind]} {name!r}{hint}; installed: {listed}."


def _import(kind: Kind, entry: EntryPoint) -> object:
    label = f"The {_TITLES[kind]} {entry.name!r} of {_package(entry)}"
    try:
        plugin = entry.load()
    # Foreign code runs here and may fail in any way; whoever asked must hear of it in one line.
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or "no reason given"
        raise PluginError(
            f"{label} cannot be loaded ({entry.value}): {type(error).__name__}: {reason}."
        ) from error
    if isinstance(plugin, type):
        raise PluginError(f"{label} is a class ({entry.value}): the entry must name an object.")
    if not isinstance(plugin, _PROTOCOLS[kind]):
        missing = [member for member in _MEMBERS[kind] if not hasattr(plugin, member)]
        raise PluginError(f"{label} is not usable ({entry.value}): no {', '.join(missing)}.")
    return plugin


def _info(kind: Kind, entry: EntryPoint) -> PluginInfo:
    try:
        plugin = cast(Any, _import(kind, entry))
    except PluginError as error:
        return PluginInfo(entry.name, "", _package(entry), str(error))
    return PluginInfo(entry.name, _description(plugin), _package(entry))


def _description(plugin: Any) -> str:
    """Labelers and exporters need no description: then the first line of their docstring."""
    text = getattr(plugin, "description", None) or type(plugin).__doc__ or ""
    return str(text).strip().partition("\n")[0]


def _package(entry: EntryPoint) -> str:
    if entry.dist is None:
        return "an unknown package"
    return f"{entry.dist.name} {entry.dist.version}"
