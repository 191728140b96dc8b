"""`workbench evaluate`: rank a data set with a model, in a background worker."""

from __future__ import annotations

import re
from typing import Any

import click

from store.workspace import Workspace
from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import say
from workbench.commands.waiting import (
    compute,
    decoder_option,
    device_option,
    no_wait_option,
    priority_option,
)
from workbench.compute.engines import ENGINES, engine_parameters


@click.command(
    "evaluate",
    epilog=examples(
        "workbench evaluate --dataset f30k --model open_clip:ViT-B-32/openai",
        "workbench evaluate --dataset f30k --model blip:./my-blip --rerank 128",
    ),
)
@click.option(
    "--dataset",
    required=True,
    help="Data set: NAME or NAME/SPLIT, as `workbench datasets` lists it.",
)
@click.option(
    "--model", required=True, help="Model: PLUGIN:NAME; `workbench models --examples` lists some."
)
@click.option(
    "--rerank",
    metavar="K",
    type=click.IntRange(1, 100_000),
    help="Re-rank the first K of every query by a model that looks at image and caption together.",
)
@click.option(
    "--rerank-model",
    metavar="SPEC",
    help="Model that re-ranks, if not the first one does; K is then 128 unless given.",
)
@device_option
@click.option(
    "--batch-size",
    default="auto",
    show_default=True,
    help="Images or captions at a time: auto or a number.",
)
@click.option(
    "--top-k",
    default=10,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Retrieved items that are kept for every query.",
)
@decoder_option
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="local",
    show_default=True,
    help="Who computes: one process of this machine, or the workers of a Ray cluster.",
)
@click.option(
    "--address",
    metavar="HOST:PORT",
    help="Ray cluster to use (or auto); without it one is started on this machine.",
)
@priority_option
@no_wait_option
@pass_context
def command(
    context: Context,
    dataset: str,
    model: str,
    rerank: int | None,
    rerank_model: str | None,
    device: str,
    batch_size: str,
    decoder: str,
    top_k: int,
    engine: str,
    address: str | None,
    priority: int,
    no_wait: bool,
) -> None:
    """Embed a data set with a model, rank both directions and store the run; prints its id.

    With --rerank there are two runs, before and after; the id of the second is printed. The work is
    done by a detached worker: interrupting this command leaves it running.
    """
    if not re.fullmatch("auto|[1-9][0-9]{0,6}", batch_size):
        raise click.UsageError("--batch-size takes 'auto' or a whole number above 0.")
    if address is not None and engine != "ray":
        raise click.UsageError("--address goes with --engine ray.")
    with context.open() as workspace:
        params = {
            "dataset_id": workspace.datasets.find(dataset).id,
            **_models(model, rerank, rerank_model),
            "batch_size": batch_size,
            **({"decoder": decoder} if decoder != "pil" else {}),
            "k": top_k,
            **engine_parameters(engine, address),
        }
        result = compute(
            workspace, "evaluate", params, device=device, priority=priority, wait=not no_wait
        )
        if result is not None:
            _tell(workspace, result)
            click.echo(result["run_id"])


def _models(model: str, rerank: int | None, rerank_model: str | None) -> dict[str, Any]:
    """Return the job's parameters about models; raises what would fail once the job runs."""
    from plugins import registry
    from plugins.api import ImageTextEncoder, PairScorer, PrecomputedVectors

    spec = registry.check_model(model)
    registry.check_capability(spec, ImageTextEncoder, PrecomputedVectors)
    if rerank is None and rerank_model is None:
        return {"model": spec}
    scorer = registry.check_model(rerank_model) if rerank_model is not None else spec
    registry.check_capability(scorer, PairScorer)
    return {"model": spec, "rerank": rerank, "rerank_model": scorer}


def _tell(workspace: Workspace, result: dict[str, Any]) -> None:
    """Show the run, or the runs of both stages and what the second one gained."""
    from workbench.commands.runs import summarise_run

    run_id, first_id = result["run_id"], result["itc_run_id"]
    run_ids = [run_id] if first_id == run_id else [first_id, run_id]
    for error in result.get("errors", ()):
        say(error)
    if result.get("reused"):
        names = " and ".join(f"run {number}" for number in run_ids)
        say(f"Nothing was computed: {names} has these results already.")
    for number in run_ids:
        summarise_run(workspace, workspace.runs.get(number), err=True)
    if first_id != run_id:
        say(f"Re-ranking changes {_gain(workspace, first_id, run_id)}.")


def _gain(workspace: Workspace, first_id: int, second_id: int) -> str:
    """Say how R@1 differs between two stages of the same queries."""
    from workbench.studies.results import rerank_gain

    found = []
    for direction, change in rerank_gain(workspace, first_id, second_id).items():
        interval = "too few images for an interval"
        if change.low is not None and change.high is not None:
            interval = f"95 % interval {100 * change.low:+.2f} to {100 * change.high:+.2f}"
        found.append(f"{direction} R@1 by {100 * change.value:+.2f} points ({interval})")
    return ", ".join(found)
