"""In which parts of the protocol two runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.records.run import Run
from workbench.presenters.run_names import short_model
from workbench.presenters.text import plain
from workbench.views.compare import ProtocolDifference

ORDER = (
    "stage",
    "rerank",
    "image_size",
    "resampling",
    "resize_mode",
    "mean",
    "std",
    "activation",
    "prompt",
    "lower_case",
    "text_cleaning",
    "context_length",
    "truncated_captions",
    "precision",
)
"""What moves numbers most stands first; what a plugin adds follows by name."""

_SAME_DATA = frozenset({"dataset", "split", "images", "captions_per_image"})
_NOT_COMPARED = frozenset({"model", "tokenizer", "k"})
# What is compared, what a hash says that nobody can read, how many hits are kept.
_LAST = ("code_version",)
_WORDS = {"rerank": "re-ranking", "lower_case": "lower-casing"}


def protocol_differences(a: Run, b: Run) -> tuple[ProtocolDifference, ...]:
    """Return the parts of the protocol in which two runs on the same data differ."""
    parts_a, parts_b = ({"stage": run.stage, **run.protocol} for run in (a, b))
    left_out = {*ORDER, *_LAST, *_SAME_DATA, *_NOT_COMPARED}
    names = [*ORDER, *sorted({*parts_a, *parts_b} - left_out), *_LAST]
    written = ((name, part(parts_a, name), part(parts_b, name)) for name in names)
    return tuple(
        ProtocolDifference(plain(_WORDS.get(name, name.replace("_", " "))), in_a, in_b)
        for name, in_a, in_b in written
        if in_a != in_b
    )


def part(protocol: Mapping[str, Any], name: str) -> str:
    """Write a part of a protocol: "none" where it is empty, "not stated" where it is missing."""
    if name not in protocol:
        return "none" if name == "rerank" else "not stated"
    value = protocol[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "none"
    if name == "rerank" and isinstance(value, Mapping):
        score = value.get("score", "score not stated")
        scorer = short_model(str(value.get("scorer_spec", "?")))
        return plain(f"first {value.get('k', '?')} by {scorer}, {score}")
    if isinstance(value, (list, tuple)):
        return plain(", ".join(str(item) for item in value))
    return plain(str(value))
