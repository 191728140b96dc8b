"""A study from its file to the end of its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.workspace import Workspace
from workbench.studies.errors import StudyError, StudyFileError
from workbench.studies.follow import Progress, Watch, follow
from workbench.studies.graph import Node, build_graph
from workbench.studies.models import CheckedModels
from workbench.studies.plan import Step, queue_study
from workbench.studies.study_file import Study
from workbench.workers import queue


def start_study(
    workspace: Workspace, study: Study, checked: CheckedModels, *, priority: int = 0
) -> tuple[Step, ...]:
    """Queue what is not there yet; raises StudyError, with nothing queued, if a model cannot be."""
    if checked.problems:
        models = dict.fromkeys(problem.label for problem in checked.problems)
        wrong = any(problem.wrong_use for problem in checked.problems)
        raise (StudyFileError if wrong else StudyError)(
            f"{len(models)} of {len(study.models)} models cannot be used on this machine "
            f"({', '.join(models)}): nothing was queued."
        )
    nodes = study_nodes(workspace, study, checked)
    return queue_study(workspace, study.name, nodes, priority=priority)


def study_nodes(
    workspace: Workspace | None, study: Study, checked: CheckedModels
) -> tuple[Node, ...]:
    """Return the jobs of a study; raises StudyError or NotFound for an unknown data set."""
    ids: dict[str, int] = {}
    for data in study.datasets:
        if data.source is not None:
            continue
        if workspace is None:
            raise StudyError(
                f"The study takes {data.title} from the workspace, and there is none yet: import "
                "it, or give its source in the file."
            )
        ids[data.title] = workspace.datasets.find(data.name, data.split).id
    return build_graph(study, checked, ids)


def finish_study(
    workspace: Workspace,
    study: Study,
    checked: CheckedModels,
    steps: Sequence[Step],
    watch: Watch,
    *,
    priority: int = 0,
) -> tuple[tuple[Step, ...], Progress]:
    """Watch until nothing more will happen; returns the last steps and how they ended.

    Captions do not fail with the model that was to measure them: the next one does it then.
    """
    steps = tuple(steps)
    while True:
        seen = follow(workspace, steps, watch)
        left = _still_measuring(study, checked, steps, seen)
        if left == checked.embeds:
            return steps, seen
        for step in steps:
            if step.node.kind == "caption" and step.node.name in seen.stuck:
                queue.cancel(workspace, seen.jobs[step.node.name].id)
        checked = replace(checked, embeds=left)
        nodes = study_nodes(workspace, study, checked)
        steps = queue_study(workspace, study.name, nodes, retry=False, priority=priority)


def _still_measuring(
    study: Study, checked: CheckedModels, steps: Sequence[Step], seen: Progress
) -> frozenset[str]:
    """Return who can measure CLIPScore: without those whose failure keeps captions waiting."""
    if study.clip is not None:
        return checked.embeds
    names = {step.node.name for step in steps if step.node.kind == "caption"}
    obstacles = {job.id for name, job in seen.stuck.items() if name in names}
    fallen = {
        step.node.model
        for step in steps
        if step.node.kind == "evaluate" and seen.jobs[step.node.name].id in obstacles
    }
    return checked.embeds - fallen
