"""`workbench captions`: what models wrote for the images of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from store.records.captioning import Captioning, CaptionMetric
from store.workspace import Workspace
from workbench.commands.context import CAPTIONING_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.captions import METRICS, metric_rows, number

LISTED = ("BLEU-4", "CIDEr-D", "CLIPScore")
"""Numbers in the list; all are in `--json`, and shown by `workbench caption`."""


@click.command("captions", epilog=examples("workbench captions 1 --out captions.csv"))
@click.argument("captioning_id", metavar="[ID]", type=CAPTIONING_ID, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write the captions to.")
@click.option("--format", "file_format", help="csv, jsonl or parquet; the file's ending otherwise.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.option(
    "--spreadsheet-safe", is_flag=True, help="Keep spreadsheets from running cells as formulas."
)
@pass_context
def command(
    context: Context,
    captioning_id: int | None,
    as_json: bool,
    out: Path | None,
    file_format: str | None,
    force: bool,
    spreadsheet_safe: bool,
) -> None:
    """List the captionings, newest first; with an ID its captions beside the human ones."""
    if captioning_id is None:
        if out is not None:
            raise click.UsageError("--out writes the captions of one captioning: give its ID.")
        with context.open() as workspace:
            _list(workspace, as_json)
        return
    from workbench.jobs.caption_rows import caption_rows, export_captions

    with context.open() as workspace:
        captioning = workspace.captionings.get(captioning_id)
        if out is None:
            _print(list(caption_rows(workspace, captioning)), captioning, as_json)
            return
        result = export_captions(
            workspace,
            captioning,
            out,
            format=file_format,
            force=force,
            spreadsheet_safe=spreadsheet_safe,
        )
    say(f"{result.rows:,} rows in {result.path}; how they were made is in {result.meta_path}.")


def captioning_object(captioning: Captioning, metrics: list[CaptionMetric]) -> dict[str, Any]:
    """Describe a captioning for programs; shares are fractions.

    CLIPScore and RefCLIPScore may be there more than once, each with the run of its vectors.
    """
    return {
        "id": captioning.id,
        "dataset": captioning.dataset,
        "split": captioning.split,
        "model": captioning.model,
        "status": captioning.status,
        "done": captioning.done,
        "options": captioning.options,
        "metrics": metrics,
        "protocol": captioning.protocol,
        "job_id": captioning.job_id,
        "seconds": captioning.seconds,
        "images_per_s": captioning.images_per_s,
        "peak_memory_bytes": captioning.peak_memory_bytes,
        "efficiency": captioning.efficiency,
        "created_at": captioning.created_at,
    }


def summarise_captioning(workspace: Workspace, captioning: Captioning, *, err: bool) -> None:
    """Print a captioning's metrics with their intervals."""
    print_table(
        METRICS,
        metric_rows(workspace.captionings.metrics(captioning.id)),
        title=f"captioning {captioning.id}: {captioning.model} on "
        f"{captioning.dataset}/{captioning.split}",
        err=err,
    )


def _list(workspace: Workspace, as_json: bool) -> None:
    found = [(c, workspace.captionings.metrics(c.id)) for c in workspace.captionings.all()]
    if as_json:
        print_json([captioning_object(captioning, metrics) for captioning, metrics in found])
        return
    if not found:
        say("No captioning yet: `workbench caption` makes one.")
        return
    print_table(
        (">id", "data set", "model", "method", "status", ">captions", *(f">{n}" for n in LISTED)),
        [
            (
                captioning.id,
                f"{captioning.dataset}/{captioning.split}",
                captioning.model,
                captioning.options.get("method", ""),
                captioning.status,
                f"{captioning.done:,}",
                *_numbers(metrics),
            )
            for captioning, metrics in found
        ],
    )


def _numbers(metrics: list[CaptionMetric]) -> list[str]:
    """Of several CLIPs the one of the newest run is listed, as metrics are ordered by run."""
    values = {metric.name: metric for metric in metrics}
    return [number(name, values[name].value) if name in values else "--" for name in LISTED]


def _print(rows: list[dict[str, Any]], captioning: Captioning, as_json: bool) -> None:
    from workbench.jobs.caption_rows import SCORES

    if as_json:
        print_json(rows)
        return
    if captioning.status != "done":
        say(f"Captioning {captioning.id} is not finished: {captioning.done:,} captions so far.")
    shown = [name for name in SCORES if any(row[name] is not None for row in rows)]
    print_table(
        ("image", "caption", *(f">{name}" for name in shown), "human captions"),
        [
            (
                row["image_key"],
                row["caption"],
                *("--" if row[name] is None else number(name, row[name]) for name in shown),
                row["human_captions"].replace("\n", " / "),
            )
            for row in rows
        ],
    )
