"""The label job: ask every labeler about every failure of a run and store what it suggests."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from plugins import registry
from plugins.api import Direction, FailureCase, Labeler, PluginError, Suggestion
from store.records import DIRECTIONS, FailureInput, Run, SuggestionRow
from workbench.compute.context import JobContext

log = logging.getLogger("workbench.jobs")


BLOCK = 2_000
"""Failures after which suggestions are stored: so many at most are lost by a crash."""


def run(context: JobContext) -> Mapping[str, Any]:
    """Suggest categories for the failures of `params["run_id"]`."""
    run = context.workspace.runs.get(int(context.params["run_id"]))
    return {"run_id": run.id, "suggestions": label_run(context, run)}


def label_run(context: JobContext, run: Run) -> int:
    """Ask all installed labelers about a run's failures; returns how many suggestions there are.

    What a labeler of this version has seen, it is not asked again: an interrupted labeling goes on
    at its next block. A labeler that cannot be loaded, or fails, is logged and the others go on.
    """
    total = 0
    for name in registry.names("labelers"):
        try:
            labeler = registry.load("labelers", name)
            for direction in DIRECTIONS:
                total += _label(context, run, direction, labeler)
        except PluginError as error:
            log.warning("%s", error)
    return total


def _label(context: JobContext, run: Run, direction: Direction, labeler: Labeler) -> int:
    suggestions = context.workspace.suggestions
    stage = f"suggesting {labeler.name}, {direction}"
    labeling = (run.id, direction, labeler.name, labeler.version)
    first = suggestions.begin(*labeling)
    total = suggestions.failure_count(run.id, direction)
    done = total - suggestions.failure_count(run.id, direction, first)
    failures = suggestions.failures(run.id, direction, first_query=first)
    context.progress(stage, done, total)
    while block := list(islice(failures, BLOCK)):
        rows: list[SuggestionRow] = []
        for failure in block:
            context.check()
            rows.extend(_suggest(failure, direction, labeler))
        suggestions.add(*labeling, rows, block[-1].query_id)
        done += len(block)
        context.progress(stage, done, total)
    return suggestions.finish(*labeling)


def _suggest(failure: FailureInput, direction: Direction, labeler: Labeler) -> list[SuggestionRow]:
    case = FailureCase(
        direction=direction,
        query=failure.query,
        positives=failure.positives,
        retrieved=failure.retrieved,
        rank=failure.rank,
        margin=failure.margin,
        language=failure.language,
    )
    try:
        return [
            SuggestionRow(failure.query_id, found.category, found.score, evidence(found))
            for found in labeler.label(case)
        ]
    # Foreign code: whatever it raises must not cost the run or the other labelers.
    except Exception as error:
        raise PluginError(
            f"The labeler {labeler.name!r} failed on query {failure.query_id}, {direction}: "
            f"{type(error).__name__}: {error}"
        ) from error


def evidence(suggestion: Suggestion) -> Mapping[str, Any]:
    """Return the part of a suggestion that is stored as JSON."""
    return {"reason": suggestion.reason, "spans": [asdict(span) for span in suggestion.spans]}
