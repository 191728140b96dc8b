"""`workbench caption`: let a model describe the images of a data set, in a background worker."""

from __future__ import annotations

import re
from typing import Any

import click

from workbench.commands.captions import summarise_captioning
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
from workbench.compute.errors import JobError


def _clip(context: click.Context, parameter: click.Parameter, value: str) -> int | str:
    """Read the id of a run; the words "auto" and "none" stay as they are."""
    if value in ("auto", "none"):
        return value
    if re.fullmatch("[1-9][0-9]{0,17}", value):
        return int(value)
    raise click.BadParameter(f"{value!r} is neither the id of a run nor 'none'.")


@click.command(
    "caption", epilog=examples("workbench caption --dataset f30k --model blip:./my-blip")
)
@click.option(
    "--dataset",
    required=True,
    help="Data set: NAME or NAME/SPLIT, as `workbench datasets` lists it.",
)
@click.option("--model", required=True, help="Model that can describe images: PLUGIN:NAME.")
@click.option(
    "--method",
    type=click.Choice(["beam", "nucleus"]),
    default="beam",
    show_default=True,
    help="beam: the most likely caption found; nucleus: one that is drawn.",
)
@click.option(
    "--beams",
    default=3,
    show_default=True,
    type=click.IntRange(1, 64),
    help="beam: captions that are followed at a time.",
)
@click.option(
    "--top-p",
    default=0.9,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="nucleus: draw from the likeliest words that have this share.",
)
@click.option("--prompt", default="", help="Words that every caption goes on from.")
@click.option(
    "--min-length", default=5, show_default=True, type=click.IntRange(0, 1000), help="In tokens."
)
@click.option(
    "--max-length", default=30, show_default=True, type=click.IntRange(1, 1000), help="In tokens."
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**63 - 1),
    help="nucleus: seed of what is drawn.",
)
@click.option(
    "--clip",
    metavar="RUN",
    default="auto",
    callback=_clip,
    help="Run whose model measures CLIPScore, or none; otherwise the newest run that can, of "
    "another model than the captioner if there is one.",
)
@device_option
@click.option(
    "--batch-size",
    default="auto",
    show_default=True,
    help="auto or a number; nucleus takes a fixed number, as what is drawn depends on it.",
)
@decoder_option
@priority_option
@no_wait_option
@pass_context
def command(
    context: Context,
    /,
    dataset: str,
    model: str,
    clip: int | str,
    device: str,
    batch_size: str,
    decoder: str,
    priority: int,
    no_wait: bool,
    **options: Any,
) -> None:
    """Caption the images of a data set and measure the captions; prints the captioning's id.

    The captions are compared with the human ones (BLEU, ROUGE-L, CIDEr-D) and with the images
    (CLIPScore, RefCLIPScore, with the vectors of an evaluated model). The work is done by a
    detached worker: interrupting this command leaves it running.
    """
    from plugins import registry
    from plugins.api import Captioner
    from workbench.jobs.caption_clip import check_clip

    if options["min_length"] > options["max_length"]:
        raise click.UsageError("--min-length is above --max-length.")
    if not re.fullmatch("auto|[1-9][0-9]{0,6}", batch_size):
        raise click.UsageError("--batch-size takes 'auto' or a whole number above 0.")
    with context.open() as workspace:
        chosen = workspace.datasets.find(dataset)
        spec = registry.check_model(model)
        able = registry.capabilities(spec)
        if able is not None and Captioner not in able:
            raise JobError(registry.missing_capability(spec, Captioner))
        check_clip(workspace, chosen, clip)
        params = {
            "dataset_id": chosen.id,
            "model": spec,
            "options": options,
            "clip": clip,
            "batch_size": batch_size,
            **({"decoder": decoder} if decoder != "pil" else {}),
        }
        result = compute(
            workspace, "caption", params, device=device, priority=priority, wait=not no_wait
        )
        if result is None:
            return
        captioning_id = result["captioning_id"]
        if result["unreferenced"]:
            say(f"{result['unreferenced']:,} images have no human caption to compare with.")
        if result.get("reused"):
            say(f"Nothing was captioned: captioning {captioning_id} has these captions already.")
        summarise_captioning(workspace, workspace.captionings.get(captioning_id), err=True)
        click.echo(captioning_id)
