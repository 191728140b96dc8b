"""`workbench export`: write the cases of a view to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.records.direction import Direction
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.failures import by_option, direction_option, sort_option
from workbench.commands.output import progress_bar, say

if TYPE_CHECKING:
    from workbench.jobs.export import What


@click.command(
    "export",
    epilog=examples(
        "workbench export 1 --where 'rank>10' --out errors.csv",
        "workbench export 1 --what decisions --out decisions.tsv",
    ),
)
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@direction_option
@click.option(
    "--where", default="", metavar="FILTER", help="Filter as in `failures`; every query otherwise."
)
@sort_option
@by_option
@click.option(
    "--what",
    default="cases",
    show_default=True,
    type=click.Choice(["cases", "decisions", "summary"]),
    help="A row a case, a row a decision about them, or how many have each category.",
)
@click.option(
    "--columns",
    metavar="GROUP,..",
    help="Groups of columns of cases: texts, images, scores, suggestion, decision, cluster, ranks "
    "(in the other runs on the data set); all otherwise.",
)
@click.option(
    "--format", "file_format", help="csv, tsv, jsonl, md or parquet; the file's ending otherwise."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="Keep spreadsheets from running cells as formulas."
)
@click.option(
    "--bom", is_flag=True, help="Begin CSV and TSV with a byte order mark, for spreadsheets."
)
@pass_context
def command(
    context: Context,
    run_id: int,
    out: Path,
    direction: Direction,
    where: str,
    sort: str,
    by: str | None,
    what: What,
    columns: str | None,
    file_format: str | None,
    force: bool,
    spreadsheet_safe: bool,
    bom: bool,
) -> None:
    """Export cases with their labels, and the run's protocol in a .meta.json beside the file."""
    from workbench.jobs.export import GROUPS, ExportRequest, export_cases

    _refuse_idle(what)
    groups = tuple(GROUPS) if columns is None else tuple(filter(None, columns.split(",")))
    if unknown := [name for name in groups if name not in GROUPS]:
        raise click.BadParameter(f"there is no group {unknown[0]!r}: {', '.join(GROUPS)}")
    request = ExportRequest(
        run_id, direction, where, sort, context.whose(by), context.blind, what, groups
    )
    with context.open() as workspace, progress_bar() as report:
        result = export_cases(
            workspace,
            request,
            out,
            format=file_format,
            force=force,
            spreadsheet_safe=spreadsheet_safe,
            bom=bom,
            progress=lambda done, total: report("writing", done, total),
        )
    say(f"{result.rows:,} rows in {result.path}; how they were made is in {result.meta_path}.")


def _refuse_idle(what: What) -> None:
    """Refuse options that say which columns and what order rows of cases have, of other rows."""
    given = click.get_current_context().get_parameter_source
    for name in ("columns", "sort") if what != "cases" else ():
        if given(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name} is for cases: leave it out with --what {what}.")
