"""How far the jobs of a study are: bars on a terminal, a line for each change when piped."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from store.records.job import Job
from workbench.commands.output import say
from workbench.presenters.text import plain
from workbench.presenters.when import duration
from workbench.studies.follow import Progress, Watch
from workbench.studies.plan import Step
from workbench.workers.observed import fate


@contextmanager
def study_progress(steps: Sequence[Step]) -> Iterator[Watch]:
    """Yield what shows each look at the jobs, on stderr, and says once of each that it is held."""
    if not sys.stderr.isatty():
        show_lines, held = _Lines(steps), _Held()

        def lines(seen: Progress) -> None:
            show_lines(seen)
            for line in held.news(seen):
                say(line)

        yield lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars
    from rich.table import Column

    columns = (
        TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        BarColumn(bar_width=12),
        TextColumn("{task.fields[figures]}", justify="right", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True, expand=True) as bars:
        names = {step.node.name: _short(step, steps) for step in steps}
        whole = bars.add_task("study", total=None, figures="")
        tasks: dict[str, TaskID] = {}
        held = _Held()

        def show(seen: Progress) -> None:
            for line in held.news(seen):  # above the bars
                bars.console.print(plain(line), markup=False, highlight=False)
            bars.update(whole, description=summary(seen), completed=seen.done, total=len(seen.jobs))
            for name in [name for name in tasks if name not in seen.running]:
                bars.remove_task(tasks.pop(name))
            for name, job in seen.running.items():
                if name not in tasks:
                    tasks[name] = bars.add_task("", total=None, figures="")
                bars.update(
                    tasks[name],
                    description=plain(f"{names[name]}: {job.stage or 'starting'}"),
                    completed=job.done,
                    total=job.total or None,
                    figures=_figures(job),
                )

        yield show


def summary(seen: Progress) -> str:
    """Say in a line how far a study is."""
    parts = [f"{seen.done} of {len(seen.jobs)} done"]
    counts = {
        "running": len(seen.running),
        "waiting": seen.waiting,
        "not done": sum(seen.settled(name) for name in seen.jobs) - seen.done,
    }
    return ", ".join([*parts, *(f"{n} {what}" for what, n in counts.items() if n)])


def _figures(job: Job) -> str:
    if not job.total:
        return ""
    figures = f"{job.done:,}/{job.total:,}"
    if not job.per_s:
        return figures
    left = duration((job.total - job.done) / job.per_s)
    rate = f"{job.per_s:,.0f}" if job.per_s >= 10 else f"{job.per_s:.2g}"
    return f"{figures} {rate}/s {left}"


def _short(step: Step, steps: Sequence[Step]) -> str:
    """Name a job by its model, and by its data where there are several."""
    node = step.node
    several = len({other.node.data for other in steps}) > 1
    if node.model is None:
        return node.data
    return f"{node.model} on {node.data}" if several else node.model


class _Held:
    """Tells which jobs are held since it was last asked."""

    def __init__(self) -> None:
        self._told: set[int] = set()

    def news(self, seen: Progress) -> Iterator[str]:
        """Yield a line for each job that is held and was not before."""
        held = {job.id: name for name, job in seen.held.items()}
        for job_id in sorted(held.keys() - self._told):
            yield (
                f"{held[job_id]} is held and waited for: `workbench jobs release {job_id}` lets it "
                "start."
            )
        self._told = set(held)


class _Lines:
    """A line when a job starts and one when it ends; what was there before is not told."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._known = {step.node.name: "done" for step in steps if step.wish == "there"}

    def __call__(self, seen: Progress) -> None:
        for name, job in seen.jobs.items():
            before = self._known.get(name)
            if before == job.state or job.state in ("queued", "waiting"):
                continue
            self._known[name] = job.state
            if job.state == "running":
                say(f"{name} (job {job.id}) ...")
            else:
                error = f": {job.error}" if job.error else ""
                state = "done" if job.state == "done" else fate(job)
                say(f"{name} (job {job.id}) {state}{error}; {summary(seen)}")
