"""The label job: ask every labeler about every failure of a run and store what it suggests."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from plugins import registry
from plugins.api import Direction, FailureCase, Labeler, PluginError, Suggestion
from store.records import DIRECTIONS, Run, SuggestionRow
from workbench.compute.context import JobContext

log = logging.getLogger("workbench.jobs")


def run(context: JobContext) -> Mapping[str, Any]:
    """Suggest categories for the failures of `params["run_id"]`."""
    run = context.workspace.runs.get(int(context.params["run_id"]))
    return {"run_id": run.id, "suggestions": label_run(context, run)}


def label_run(context: JobContext, run: Run, *, only_missing: bool = False) -> int:
    """Store the suggestions of all installed labelers for a run's failures; returns how many.

    With `only_missing`, a labeler whose current version has been over the run is left out.
    A labeler that cannot be loaded, or fails, is logged and the others go on.
    """
    total = 0
    for name in registry.names("labelers"):
        try:
            labeler = registry.load("labelers", name)
            for direction in DIRECTIONS:
                total += _label(context, run, direction, labeler, only_missing)
        except PluginError as error:
            log.warning("%s", error)
    return total


def _label(
    context: JobContext, run: Run, direction: Direction, labeler: Labeler, only_missing: bool
) -> int:
    suggestions = context.workspace.suggestions
    if only_missing and suggestions.version(run.id, direction, labeler.name) == labeler.version:
        return 0
    rows = _suggestions(context, run, direction, labeler)
    return suggestions.replace(run.id, direction, labeler.name, labeler.version, rows)


def _suggestions(
    context: JobContext, run: Run, direction: Direction, labeler: Labeler
) -> Iterator[SuggestionRow]:
    cases = context.workspace.suggestions.failures(run.id, direction)
    for done, raw in enumerate(cases, start=1):
        case = FailureCase(
            direction=direction,
            query=raw.query,
            positives=raw.positives,
            retrieved=raw.retrieved,
            rank=raw.rank,
            margin=raw.margin,
            language=raw.language,
        )
        try:
            found = labeler.label(case)
        # Foreign code: whatever it raises must not cost the run or the other labelers.
        except Exception as error:
            raise PluginError(
                f"The labeler {labeler.name!r} failed on query {raw.query_id}, {direction}: "
                f"{type(error).__name__}: {error}"
            ) from error
        for suggestion in found:
            yield SuggestionRow(
                raw.query_id, suggestion.category, suggestion.score, evidence(suggestion)
            )
        if done % 100 == 0:
            context.progress(f"suggesting {labeler.name}, {direction}", done, 0)


def evidence(suggestion: Suggestion) -> Mapping[str, Any]:
    """Return the part of a suggestion that is stored as JSON."""
    return {"reason": suggestion.reason, "spans": [asdict(span) for span in suggestion.spans]}
