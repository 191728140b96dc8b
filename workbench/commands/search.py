"""`workbench search`: the images that a sentence finds in a run's vectors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.presenters.pictures import stem
from workbench.presenters.run_names import short_model
from workbench.presenters.scores import score
from workbench.presenters.search import above, remarks, searched, title, unread_words, verdict
from workbench.session.search import SessionSearch
from workbench.views.search import Found


@click.command(
    "search",
    epilog=examples(
        'workbench search 1 "two dogs in the snow"',
        "workbench search 1 --like 36979.jpg",
        'workbench search 1 --text "umbrella"',
    ),
)
@click.argument("run_id", metavar="RUN", type=RUN_ID)
@click.argument("sentence", required=False)
@click.option("--like", metavar="IMAGE", help="Find images like this one (its name or id).")
@click.option("--text", is_flag=True, help="Find the words in captions instead.")
@click.option(
    "--k", default=10, show_default=True, type=click.IntRange(1, 1_000), help="How many images."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context,
    run_id: int,
    sentence: str | None,
    like: str | None,
    text: bool,
    k: int,
    as_json: bool,
) -> None:
    """Find images in a run's vectors: by a sentence, by another image, by words of captions.

    A sentence is embedded by the run's own model. Each cosine is shown with the share of the run's
    true pairs of caption and image that score less: under 10 % is a weak find.
    """
    if (sentence is None) == (like is None) or (like is not None and text):
        raise click.UsageError("Give a sentence, or --like IMAGE without --text.")
    with context.open() as workspace:
        search = SessionSearch(workspace)
        try:
            found = _find(search, run_id, sentence, like, text, k)
        finally:
            search.close()
    if as_json:
        print_json([found_object(found)])
        return
    print_found(found)


def found_object(found: Found) -> dict[str, Any]:
    """Describe a search for programs; shares are fractions."""
    return {**asdict(found), "weak": found.weak}


def print_found(found: Found) -> None:
    """Print the images, and before them what is to be known of their scores."""
    for remark in remarks(found):
        say(remark)
    columns, rows = ["image", "caption"], []
    for image in found.images:
        cells = [stem(image.key), image.caption]
        if found.way == "meaning":
            cells.insert(0, above(image))
        if found.way != "words":
            cells.insert(0, score(image.score))
        rows.append((str(image.position), *cells))
    if found.way == "meaning":
        columns.insert(0, ">true pairs below")
    if found.way != "words":
        columns.insert(0, ">cosine")
    gallery = found.gallery
    print_table(
        (">", *columns),
        rows,
        title=f"run {gallery.run_id}, {short_model(gallery.model)}, {gallery.dataset}/"
        f"{gallery.split}: {title(found)}",
    )
    if said := verdict(found):
        click.echo(said)
    if gallery.n_unread and found.way != "words":
        say(f"Searched: {searched(gallery)}{unread_words(gallery)}.")


def _find(
    search: SessionSearch,
    run_id: int,
    sentence: str | None,
    like: str | None,
    text: bool,
    k: int,
) -> Found:
    if like is not None:
        return search.like(run_id, search.image_named(run_id, like), k)
    assert sentence is not None
    return search.by_words(run_id, sentence, k) if text else search.by_sentence(run_id, sentence, k)
