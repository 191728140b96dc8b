"""`workbench models`: models that were evaluated, and kinds of model that can be."""

from __future__ import annotations

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.output import print_json, print_table, say


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--check", metavar="SPEC", help="Say whether SPEC can be loaded on this machine.")
@pass_context
def command(context: Context, as_json: bool, check: str | None) -> None:
    """List the models of the workspace; --check tries a specification."""
    from plugins import registry

    if check is not None:
        registry.check_model(check)
        say(f"{check} is on this machine.")
        return
    with context.open() as workspace:
        models = workspace.models.all()
    if as_json:
        print_json(models)
        return
    if not models:
        say(
            "No model yet: `workbench evaluate --model plugin:name/weights` adds one; plugins: "
            f"{', '.join(registry.names('models'))}."
        )
        return
    print_table(
        (">id", "model", ">parameters", ">dimensions", "fingerprint"),
        [
            (
                m.id,
                m.spec,
                f"{m.parameters:,}" if m.parameters else "--",
                m.embedding_dim,
                m.fingerprint[:15],
            )
            for m in models
        ],
    )
