"""`workbench import`: check a data set and store it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from workbench.commands.context import Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, progress_bar, say


@click.command(
    "import",
    epilog=examples(
        "workbench import captions.csv --reader csv --images photos --name mine",
        "workbench import dataset_flickr30k.json --reader karpathy --images f30k-images",
    ),
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--reader",
    required=True,
    help="Layout of SOURCE: karpathy, blip, flickr30k_token, flickr30k_csv, flickr8k, coco, "
    "csv, jsonl.",
)
@click.option("--images", type=click.Path(path_type=Path), help="Folder of the images.")
@click.option("--split", help="Import only this split (every split otherwise).")
@click.option("--name", help="Name of the data set (the file's name otherwise).")
@click.option("--licence", default="", help="Licence of the data, kept with it.")
@click.option("--json", "as_json", is_flag=True, help="Print the data sets as JSON.")
@pass_context
def command(
    context: Context,
    source: Path,
    reader: str,
    images: Path | None,
    split: str | None,
    name: str | None,
    licence: str,
    as_json: bool,
) -> None:
    """Check and import a data set: captions, and the images where --images is given.

    Images and captions with problems are counted and named; what is usable is imported, with the
    problem kept beside it.
    """
    from workbench.compute.context import JobContext
    from workbench.jobs.import_dataset import import_dataset

    with context.open(create=True) as workspace, progress_bar() as report:
        datasets, found = import_dataset(
            JobContext(workspace, {}, report),
            source=source,
            reader_name=reader,
            images=images,
            split=split,
            name=name,
            licence=licence,
        )
        for line in found.lines():
            say(line)
        if found.problems:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            log = workspace.jobs_dir / f"import-{datasets[0].id}-{stamp}.log"
            log.write_text(
                "".join(f"{line}\n" for line in found.lines(None)),
                encoding="utf-8",
                errors="backslashreplace",
            )
            say(f"All of them are named in {log}.")
    for dataset in datasets:
        say(
            f"{dataset.name}/{dataset.split}: {dataset.n_images:,} images, "
            f"{dataset.n_captions:,} captions, {dataset.n_problems:,} images with problems"
        )
    if as_json:
        print_json(datasets)
