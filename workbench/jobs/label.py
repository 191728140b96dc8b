"""The label job: ask every labeler about every failure of a run and store what it suggests."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any

from plugins import registry
from plugins.api import Direction, FailureCase, Labeler, PluginError, Suggestion
from store.records.direction import DIRECTIONS
from store.records.run import Run
from store.records.suggestion import FailureInput, SuggestionRow
from workbench.compute.context import JobContext
from workbench.compute.readings import read_here, reading_of

log = logging.getLogger("workbench.jobs")


BLOCK = 2_000
"""Failures after which suggestions are stored: so many at most are lost by a crash."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """How many suggestions a run has, and what the labelers that broke off said."""

    suggestions: int
    errors: tuple[str, ...]


def run(context: JobContext) -> Mapping[str, Any]:
    """Suggest categories for the failures of `params["run_id"]`."""
    run = context.workspace.runs.get(int(context.params["run_id"]))
    done = label_run(context, run)
    result: dict[str, Any] = {"run_id": run.id, "suggestions": done.suggestions}
    return result | ({"errors": list(done.errors)} if done.errors else {})


def label_run(context: JobContext, run: Run) -> Labelled:
    """Ask all installed labelers about a run's failures, then read the captions of its data set.

    What a labeler of this version has seen, it is not asked again: an interrupted labeling goes on
    at its next block. A labeler that cannot be loaded, or fails, is logged and told in the result,
    and the others go on.
    """
    labelers: dict[str, Labeler] = {}
    errors: list[str] = []
    for name in registry.names("labelers"):
        try:
            labelers[name] = registry.load("labelers", name)
        except PluginError as error:
            _note(errors, error)
    total = 0
    for direction in DIRECTIONS:
        total += _label(context, run, direction, labelers, errors)
    # Slices and their filters need them: here nobody waits, in the face they would.
    told = partial(context.progress, "reading captions")
    reading_of(context.workspace, run.dataset_id, partial(read_here, told=told))
    return Labelled(total, tuple(errors))


def _note(errors: list[str], error: PluginError) -> None:
    log.warning("%s", error)
    errors.append(str(error))


def _label(
    context: JobContext,
    run: Run,
    direction: Direction,
    labelers: dict[str, Labeler],
    errors: list[str],
) -> int:
    """Ask about one direction, all labelers about a block before the next one.

    Labelers that share an analysis then make it once a failure. One that fails is taken out.
    """
    suggestions = context.workspace.suggestions
    first = {
        name: suggestions.begin(run.id, direction, labeler.name, labeler.version)
        for name, labeler in labelers.items()
    }
    start = min(first.values(), default=0)
    total = suggestions.failure_count(run.id, direction)
    done = total - suggestions.failure_count(run.id, direction, start)
    failures = suggestions.failures(run.id, direction, first_query=start)
    stage = f"suggesting, {direction}"
    context.progress(stage, done, total)
    while labelers and (block := list(islice(failures, BLOCK))):
        for name, labeler in list(labelers.items()):
            new = [failure for failure in block if failure.query_id >= first[name]]
            try:
                _store(context, run, direction, labeler, new)
            except PluginError as error:
                _note(errors, error)
                del labelers[name]
        done += len(block)
        context.progress(stage, done, total)
    return sum(
        suggestions.finish(run.id, direction, labeler.name, labeler.version)
        for labeler in labelers.values()
    )


def _store(
    context: JobContext,
    run: Run,
    direction: Direction,
    labeler: Labeler,
    failures: Sequence[FailureInput],
) -> None:
    rows: list[SuggestionRow] = []
    for failure in failures:
        context.check()
        rows.extend(_suggest(failure, direction, labeler))
    if failures:
        context.workspace.suggestions.add(
            run.id, direction, labeler.name, labeler.version, rows, failures[-1].query_id
        )


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
