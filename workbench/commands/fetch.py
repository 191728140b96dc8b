"""`workbench fetch`: download the weights of a model, which nothing else ever does."""

from __future__ import annotations

import click

from workbench.commands.examples import examples
from workbench.commands.output import say


@click.command("fetch", epilog=examples("workbench fetch open_clip:ViT-B-32/openai"))
@click.argument("model")
def command(model: str) -> None:
    """Download the weights of MODEL to this machine's cache."""
    from plugins import registry

    registry.fetch_model(model)
    registry.check_model(model)
    say(f"{model} is on this machine now.")
