"""`workbench models`: models that were evaluated, and what models can do."""

from __future__ import annotations

import dataclasses

import click

from store.records.run import Model
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say


@click.command("models", epilog=examples("workbench models --check open_clip:ViT-B-32/openai"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--check", metavar="SPEC", help="Say whether SPEC can be loaded on this machine.")
@click.option("--examples", is_flag=True, help="List models to try, with what they can do.")
@pass_context
def command(context: Context, as_json: bool, check: str | None, examples: bool) -> None:
    """List the models of the workspace with what they can do: embed, score pairs, caption."""
    from plugins import registry

    if check is not None:
        registry.check_model(check)
        can = abilities(check)
        say(f"{check} is on this machine" + (f"; it can {', '.join(can)}." if can else "."))
        return
    if examples:
        _print_examples(as_json)
        return
    with context.open() as workspace:
        models = workspace.models.all()
    if as_json:
        print_json([{**dataclasses.asdict(m), "can": abilities(m.spec)} for m in models])
        return
    if not models:
        say(
            "No model yet: `workbench evaluate --model plugin:name/weights` adds one; plugins: "
            f"{', '.join(registry.names('models'))}."
        )
        return
    print_table(
        (">id", "model", "can", ">parameters", ">dimensions", "fingerprint"),
        [_row(model) for model in models],
    )


def abilities(spec: str) -> list[str] | None:
    """Say in words what a model can do; None where that cannot be told on this machine."""
    from plugins import registry
    from plugins.api import PluginError

    try:
        found = registry.capabilities(spec)
    except PluginError:  # weights or a plugin that are not here any more
        return None
    return None if found is None else [word for word, kinds in _words().items() if found & kinds]


def _words() -> dict[str, frozenset[type]]:
    from plugins.api import Captioner, ImageTextEncoder, PairScorer, PrecomputedVectors

    return {
        "embed": frozenset({ImageTextEncoder, PrecomputedVectors}),
        "score pairs": frozenset({PairScorer}),
        "caption": frozenset({Captioner}),
    }


def _row(model: Model) -> tuple[object, ...]:
    can = abilities(model.spec)
    return (
        model.id,
        model.spec,
        "--" if can is None else ", ".join(can),
        f"{model.parameters:,}" if model.parameters else "--",
        model.embedding_dim or "--",
        model.fingerprint[:15],
    )


def _print_examples(as_json: bool) -> None:
    from plugins import registry

    found: dict[str, list[str]] = {}
    for word, kinds in _words().items():
        for spec in dict.fromkeys(spec for kind in kinds for spec in registry.models_that(kind)):
            found.setdefault(spec, []).append(word)
    if as_json:
        print_json([{"model": spec, "can": can} for spec, can in found.items()])
    else:
        print_table(("model", "can"), [(spec, ", ".join(can)) for spec, can in found.items()])
