"""`workbench report`: a run or several as one page for those who do not have the terminal."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.directions import directions_option
from workbench.commands.examples import examples
from workbench.commands.failures import by_option
from workbench.commands.output import progress_bar, say


@click.command("report", epilog=examples("workbench report 1 3 --out report.html"))
@click.argument("run_ids", metavar="RUN [OTHER]...", type=RUN_ID, nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write: .html for one page with everything in it, .md with pictures beside it.",
)
@directions_option()
@click.option(
    "--k", default=1, show_default=True, type=click.IntRange(1, 10_000), help="A hit: rank <= K."
)
@click.option(
    "--where",
    "--filter",
    "where",
    metavar="FILTER",
    default="rank>1",
    show_default=True,
    help="Which cases may be examples.",
)
@click.option(
    "--examples",
    default=3,
    show_default=True,
    type=click.IntRange(0, 1000),
    help="At most so many cases of a category in a direction.",
)
@click.option(
    "--title", default="", help="Title of the page; the models and the data set otherwise."
)
@by_option
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@pass_context
def command(
    context: Context,
    run_ids: tuple[int, ...],
    out: Path,
    directions: tuple[Direction, ...],
    k: int,
    where: str,
    examples: int,
    title: str,
    by: str | None,
    force: bool,
) -> None:
    """Write what is known about runs as one page to send: scores, failures, examples, protocol.

    Further runs are compared with the first one, whose cases are the examples. The page asks
    nothing of a network and runs no script; its numbers are in it for programs as well.
    """
    from workbench.reports.contents import read_report
    from workbench.reports.source import ReportRequest
    from workbench.reports.writing import check_target, write_report

    check_target(out, force=force)
    request = ReportRequest(
        run_ids=run_ids,
        directions=directions,
        k=k,
        where=where,
        examples=examples,
        title=title,
        by=context.whose(by),
        annotator=context.who(),
        blind=context.blind,
        command=shlex.join(["workbench", *sys.argv[1:]]),
    )
    with context.open() as workspace, progress_bar() as progress:
        report = read_report(workspace, request, progress)
        written = write_report(report, out, force=force)
    say(f"{out}: {written / 1e6:.1f} MB.")
