"""`workbench agreement`: the machine against people, and people against each other."""

from __future__ import annotations

import click

from store.records.direction import DIRECTIONS
from store.workspace import Workspace
from workbench.commands.context import RUN_ID, Context, pass_context
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, say
from workbench.presenters import agreement as shown
from workbench.session.agreement import Pairing, pairings
from workbench.taxonomy import load_taxonomy


@click.command(
    "agreement",
    epilog=examples("workbench agreement 1", "workbench agreement --dataset f30k --queue"),
)
@click.argument("run_id", metavar="[RUN]", type=RUN_ID, required=False)
@click.option("--dataset", help="All labelled cases of a data set, NAME or NAME/SPLIT.")
@click.option("--queue", is_flag=True, help="List the cases whose annotators disagree.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context, run_id: int | None, dataset: str | None, queue: bool, as_json: bool
) -> None:
    """Say how well labels agree: the machine with every annotator, and annotators in pairs.

    Current labels count, in the cases of RUN or of a data set. Two labels of several categories
    agree if they share one. Who saw the suggestion while deciding tends to agree with it: label
    with --blind for a fair figure. The filter word `disputed` lists the same cases as --queue
    anywhere; a new label by either annotator settles one, or the decision of a third in Adjudicate
    (`g a` in the workbench).
    """
    if (run_id is None) == (dataset is None):
        raise click.UsageError("Give a run, or --dataset NAME.")
    if context.blind:
        raise click.UsageError("agreement shows other people's labels: leave out --blind.")
    with context.open() as workspace:
        found, rows = _read(workspace, run_id, dataset)
    if as_json:
        print_json(rows if queue else [_object(one) for one in found])
    elif queue:
        _print_queue(rows)
    elif not found:
        say("No case is labelled yet: label some in the workbench, or `import-labels`.")
    else:
        for one in found:
            _print(one)


def _read(
    workspace: Workspace, run_id: int | None, dataset: str | None
) -> tuple[list[Pairing], list[dict[str, object]]]:
    names = [category.name for category in load_taxonomy(workspace.path).categories]
    if run_id is not None:
        dataset_id = workspace.runs.get(run_id).dataset_id
    else:
        dataset_id = workspace.datasets.find(str(dataset)).id
    found: list[Pairing] = []
    rows: list[dict[str, object]] = []
    for direction in DIRECTIONS:
        cases = workspace.judgements.labelled(dataset_id, direction, run_id)
        found += pairings(cases, direction, names)
        disputed = workspace.judgements.disputed(dataset_id, direction)
        labels: dict[tuple[int, int], dict[str, list[str]]] = {}
        for case in cases:
            own = labels.setdefault((case.query_id, case.top_id), {})
            own[case.annotator] = list(case.categories)
        rows += [
            {"direction": direction, "query_id": key[0], "top_id": key[1], "labels": own}
            for key, own in labels.items()
            if key in disputed
        ]
    return found, rows


def _object(one: Pairing) -> dict[str, object]:
    pair = {"direction": one.direction, "truth": one.truth, "given": one.given}
    return {**pair, **shown.agreement_object(one.found)}


def _print(one: Pairing) -> None:
    title = f"{one.direction}: {one.given} against {one.truth} (true)"
    print_table(shown.COLUMNS, shown.category_cells(one.found), title)
    heads = (f"labels of {one.truth}", *(f">{name}" for name in one.found.names))
    print_table(heads, shown.confusion_cells(one.found))
    say(shown.summary(one.found))


def _print_queue(rows: list[dict[str, object]]) -> None:
    if not rows:
        say("No two annotators disagree about a case.")
        return
    print_table(
        ("direction", ">query", ">retrieved", "labels"),
        [(r["direction"], r["query_id"], r["top_id"], _labels(r["labels"])) for r in rows],
    )


def _labels(labels: object) -> str:
    assert isinstance(labels, dict)
    return "; ".join(f"{who}: {' '.join(names)}" for who, names in labels.items())
