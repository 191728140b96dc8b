"""`workbench study`: data sets x models x stages from a file, computed once, told as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from store.workspace import DATABASE
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.commands.study_progress import study_progress
from workbench.commands.study_table import (
    print_csv,
    print_markdown,
    print_rows_json,
    print_study,
)
from workbench.commands.waiting import priority_option
from workbench.session.verdicts import Verdicts
from workbench.studies.errors import StudyError
from workbench.studies.follow import Progress, Watch
from workbench.studies.models import CheckedModels, check_models
from workbench.studies.plan import Step, look
from workbench.studies.results import StudyRow, study_rows
from workbench.studies.run import finish_study, start_study, study_nodes
from workbench.studies.study_file import Study, read_study


@click.command(
    "study",
    epilog=examples(
        "workbench study study.toml --dry-run", "workbench study study.toml --markdown"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the jobs and what is there; queue nothing.")
@priority_option
@click.option("--no-wait", is_flag=True, help="Queue the jobs and print their ids.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; shares are fractions.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every number in a cell of its own.")
@pass_context
def command(
    context: Context,
    file: Path,
    dry_run: bool,
    priority: int,
    no_wait: bool,
    as_json: bool,
    markdown: bool,
    as_csv: bool,
) -> None:
    """Compute what FILE asks for and print one table: models, both directions, both stages.

    FILE names data sets and models (docs/studies.md). What is there is not computed again and what
    failed is tried again, so that the same command goes on after an interruption, which leaves the
    jobs running. A model that fails leaves its row empty, with the reason; the exit code is then 1.
    """
    if as_json + markdown + as_csv > 1:
        raise click.UsageError("Choose one of --json, --markdown and --csv.")
    study = read_study(file)
    checked = check_models(study)
    if dry_run:
        _dry_run(context, study, checked, as_json)
        return
    _tell_problems(checked)
    with context.open(create=True) as workspace:
        steps = start_study(workspace, study, checked, priority=priority)
        if no_wait:
            _tell_queued(steps)
            return
        with watching(file, steps) as watch:
            last, progress = finish_study(
                workspace, study, checked, steps, watch, priority=priority
            )
        rows = study_rows(workspace, study, progress, Verdicts(workspace).of)
    _print(rows, study, as_json=as_json, markdown=markdown, as_csv=as_csv)
    if last == steps:
        tell_unchanged(steps, progress)
    empty = sum(row.problem is not None for row in rows)
    if empty:
        raise StudyError(
            f"{empty} of {len(rows)} rows are not complete: the notes say why; the same command "
            "tries again."
        )


@contextmanager
def watching(file: Path, steps: Sequence[Step]) -> Iterator[Watch]:
    """Show the jobs while they are watched; interrupting leaves them running and says so."""
    try:
        with study_progress(steps) as watch:
            yield watch
    except KeyboardInterrupt:
        say(
            f"The jobs go on in the background: `workbench study {file}` looks at them again, "
            "`workbench jobs` lists them."
        )
        raise


def tell_unchanged(steps: Sequence[Step], progress: Progress) -> None:
    """Say so if all results were there, in these jobs or in runs of earlier ones."""
    done = [progress.jobs[step.node.name] for step in steps if step.wish != "there"]
    if all(job.state == "done" and job.result.get("reused") for job in done):
        say(f"Nothing was computed: the results of all {len(steps)} jobs were there already.")


def _tell_queued(steps: Sequence[Step]) -> None:
    open_jobs = [step.job.id for step in steps if step.job is not None and step.wish != "there"]
    if not open_jobs:
        say("Nothing was queued: all results are there; without --no-wait they are shown.")
    else:
        say(f"{len(open_jobs)} jobs are queued or running: see `workbench jobs`.")
    for job_id in open_jobs:
        click.echo(job_id)


def _tell_problems(checked: CheckedModels) -> None:
    for problem in checked.problems:
        say(f"{problem.label}: {problem.message}")
    fetches = dict.fromkeys(p.fetch for p in checked.problems if p.fetch is not None)
    if fetches:
        say("What is missing can be fetched where there is a network:")
        for line in fetches:
            say(line)


def _dry_run(context: Context, study: Study, checked: CheckedModels, as_json: bool) -> None:
    if (context.workspace / DATABASE).exists():
        with context.open() as workspace:
            steps = look(workspace, study_nodes(workspace, study, checked))
    else:
        steps = look(None, study_nodes(None, study, checked))
    if as_json:
        print_json([_step_object(step) for step in steps])
    else:
        print_table(
            (">", "job", "needs", "state"),
            [
                (at, step.node.name, _needs(step, steps), _state(step))
                for at, step in enumerate(steps, 1)
            ],
            title=f"study {study.name}",
        )
    _tell_problems(checked)
    for data in study.datasets:
        if data.source is not None and not data.source.exists():
            say(f"There is no {data.source}, from which {data.title} would be imported.")
    new = sum(step.wish in ("new", "again") for step in steps)
    under_way = sum(step.wish == "under way" for step in steps)
    if checked.problems:
        say("Nothing would be queued before every model can be used; then:")
    say(f"{new} of {len(steps)} jobs would be queued, {under_way} are under way.")


def _needs(step: Step, steps: Sequence[Step]) -> str:
    at = {other.node.name: number for number, other in enumerate(steps, 1)}
    return ", ".join(str(number) for number in sorted(at[name] for name in step.node.needs))


def _state(step: Step) -> str:
    job = step.job
    if job is None:
        return "to compute"
    words = {"there": "is there", "under way": f"is {job.state}", "again": f"{job.state}, again"}
    return f"job {job.id} {words[step.wish]}"


def _step_object(step: Step) -> Mapping[str, object]:
    return {
        "name": step.node.name,
        "kind": step.node.kind,
        "dataset": step.node.data,
        "model": step.node.model,
        "needs": step.node.needs,
        "job_id": None if step.job is None else step.job.id,
        "state": None if step.job is None else step.job.state,
        "to_do": step.wish,
    }


def _print(
    rows: Sequence[StudyRow], study: Study, *, as_json: bool, markdown: bool, as_csv: bool
) -> None:
    if as_json:
        print_rows_json(rows)
    elif markdown:
        print_markdown(rows, study.directions)
    elif as_csv:
        print_csv(rows, study.directions)
    else:
        print_study(rows, study.directions)
