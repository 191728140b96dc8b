"""`workbench datasets`: what has been imported."""

from __future__ import annotations

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.output import print_json, print_table, say


@click.command("datasets")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, as_json: bool) -> None:
    """List the data sets of the workspace."""
    with context.open() as workspace:
        datasets = workspace.datasets.all()
    if as_json:
        print_json(datasets)
        return
    if not datasets:
        say("No data set yet: `workbench import` adds one, `workbench demo` brings a sample.")
        return
    print_table(
        (">id", "name", "split", ">images", ">captions", ">problems", "reader", "imported"),
        [
            (
                d.id,
                d.name,
                d.split,
                f"{d.n_images:,}",
                f"{d.n_captions:,}",
                f"{d.n_problems:,}",
                d.reader,
                d.imported_at,
            )
            for d in datasets
        ],
    )
