"""`workbench import-labels`: bring decisions back from an exported file."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import say


@click.command("import-labels", epilog=examples("workbench import-labels errors.csv"))
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--dataset", help="Data set NAME or NAME/SPLIT; the one named in the file otherwise.")
@pass_context
def command(context: Context, source: Path, dataset: str | None) -> None:
    """Import the decisions of an exported CSV or JSONL file.

    Those that are here already are left alone.
    """
    from workbench.jobs.import_labels import import_labels

    with context.open() as workspace:
        result = import_labels(workspace, source, dataset=dataset)
    say(
        f"{result.added:,} decisions imported, {result.present:,} were here already, "
        f"{result.undecided:,} rows carry none."
    )
