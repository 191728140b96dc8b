"""`workbench label-pairs`: suggest categories for any list of pairs."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say


@click.command("label-pairs", epilog=examples("workbench label-pairs pairs.csv labelled.csv"))
@click.argument("source", metavar="IN.csv", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT.csv", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="Keep spreadsheets from running cells as formulas."
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def command(source: Path, target: Path, force: bool, spreadsheet_safe: bool, as_json: bool) -> None:
    """Ask all labelers about pairs of a caption and what was retrieved for it.

    IN.csv has the columns `query` and `retrieved`, and may have `positive` (captions of the true
    image) and `language`; several captions of a side stand one a line in a cell. OUT.csv has all
    its columns and `category`, `score`, `evidence` of the best suggestion, and all `suggestions`.
    With a column `expected` the scores are printed.
    """
    from workbench.jobs.label_pairs import label_pairs

    written, judged = label_pairs(
        source, target, say, force=force, spreadsheet_safe=spreadsheet_safe
    )
    say(f"{written.rows:,} rows in {written.path}.")
    if judged is None or not judged.queries:
        if as_json:
            print_json([])
        return
    import numpy as np

    from workbench.analysis.agreement import agreement
    from workbench.presenters import agreement as shown

    # Pairs of one query are not independent.
    numbers = {query: n for n, query in enumerate(dict.fromkeys(judged.queries))}
    found = agreement(
        judged.expected, judged.suggested, cluster=np.array([numbers[q] for q in judged.queries])
    )
    if as_json:
        print_json([shown.agreement_object(found)])
        return
    print_table(shown.COLUMNS, shown.category_cells(found))
    heads = ("expected", *(f">{name}" for name in found.names))
    print_table(heads, shown.confusion_cells(found), "suggested, of what was expected")
    say(shown.summary(found))
