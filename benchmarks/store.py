"""The workspace at the size of Flickr30K: writing a run, reading lists, storing decisions.

Every timing is a median over random places and the worst of them. Other work on the machine shows
in the worst values, so each is given with the median beside it.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import machine, replace_section, table
from store.cases import cursor
from store.filter import parse
from store.records.case import Case
from store.records.dataset import Dataset, NewCaption, NewImage
from store.records.decision import NewDecision
from store.records.direction import Direction
from store.records.run import RankTable
from store.records.suggestion import SuggestionRow
from store.workspace import Workspace
from workbench.jobs.label import BLOCK
from workbench.session.compare import SessionCompare
from workbench.taxonomy import load_taxonomy

CATEGORIES = (
    *("counting", "attributes", "coreference", "abstract", "fine_grained", "data_fault"),
    "other",
)
SHARES = (0.3, 0.3, 0.15, 0.1, 0.1, 0.049, 0.001)
LISTS = (
    ("", "rank"),
    ("", "-margin"),
    ("rank>10", "rank"),
    ("rank>10", "margin"),
    ("rank>10 cat:counting", "margin"),
    ("rank>10 cat:other", "rank"),
    ("rank>10 hint:attributes", "-rank"),
    ("status:decided", "rank"),
    ("status:undecided rank>10", "margin"),
    ("!star rank<=50", "-rank"),
    ("len>15", "margin"),
    ("word7", "rank"),
    ("word200 rank>10", "margin"),
    ('"word3 word5"', "rank"),
    ("", "time"),
    ("rank>1 rank@2<=1", "rank"),
    ("rank>10 rank@2<=1", "margin"),
)
PREFACE = """\
## Workspace

A run with {ranks:,} ranks and {hits:,} hits, {suggestions:,} suggestions and {decisions:,} \
decisions; {total:,} rank rows in the database ({megabytes:.0f} MB).
Run 2 has other ranks: `rank@2` looks each query up there.
Page: 50 cases with their texts, labels and scores, at {places} random places of the list."""


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=31_783)
    parser.add_argument("--runs", type=int, default=11, help="runs in the workspace")
    parser.add_argument("--decisions", type=int, default=5_000)
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--write", type=Path, help="document whose store section is replaced")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Workspace(folder) as workspace:
        text = measure(workspace, arguments)
    print(text)
    if arguments.write:
        replace_section(arguments.write, "store", text)


def measure(workspace: Workspace, arguments: argparse.Namespace) -> str:
    """The section: what was written, lists, commits."""
    load = os.getloadavg()
    rng = np.random.default_rng(0)
    writes: list[list[str]] = []

    def timed(name: str, work: Callable[[], object]) -> None:
        took = seconds(work)
        writes.append([name, f"{took:.2f} s" if took > 0.1 else f"{took * 1e3:.1f} ms"])

    timed("import of the data set", lambda: add_dataset(workspace, arguments.images))
    dataset = workspace.datasets.all()[0]
    tables = rank_tables(workspace, dataset, rng)
    timed("run: ranks, top-10 hits, one transaction", lambda: add_run(workspace, dataset, tables))
    others = rank_tables(workspace, dataset, np.random.default_rng(2))
    for number in range(1, arguments.runs):
        add_run(workspace, dataset, others if number == 1 else tables, number)
    run_id = 1
    timed(
        "failures read for a labeler", lambda: list(workspace.suggestions.failures(run_id, "t2i"))
    )
    suggested = suggestions(workspace, run_id, rng)
    timed(
        f"{len(suggested):,} suggestions, a transaction for each {BLOCK:,}",
        lambda: suggest(workspace, run_id, suggested),
    )
    ids = workspace.cases.ids(run_id, "t2i")
    cases = workspace.cases.rows(run_id, "t2i", rng.permutation(ids)[: arguments.decisions])
    commits = decide(workspace, dataset, cases)
    compared = SessionCompare(workspace, load_taxonomy(workspace.path))
    timed(
        f"compare two runs on {len(ids):,} queries, 1,000 paired resamples, the first time",
        lambda: compared.compare(run_id, 2),
    )
    timed("the same again, for another quadrant", lambda: compared.compare(run_id, 2))
    timed("backup", workspace.backup)
    timed("open the workspace again", lambda: Workspace(workspace.path).jobs.all())
    lists = [
        list_row(workspace, run_id, text, order, arguments.places, rng) for text, order in LISTS
    ]
    preface = PREFACE.format(
        ranks=sum(len(ranks.query_id) for ranks in tables),
        hits=sum(ranks.hit_ids.size for ranks in tables),
        suggestions=len(suggested),
        decisions=len(commits),
        total=workspace.read().execute("SELECT count(*) FROM ranks").fetchone()[0],
        megabytes=(workspace.path / "workbench.db").stat().st_size / 1e6,
        places=arguments.places,
    )
    head = ("filter", "order", "cases", "all ids", "page, median", "page, worst", "counts")
    commit = statistics.quantiles(commits, n=100)
    return "\n".join(
        [
            preface,
            "",
            table(("write", "time"), writes),
            "",
            table(head, lists),
            "",
            f"Decision on disk (WAL, synchronous=FULL): median {commit[49] * 1e3:.2f} ms, "
            f"p99 {commit[98] * 1e3:.2f} ms.",
            "",
            machine("numpy", "sqlite-utils") + f", SQLite {sqlite3.sqlite_version}, "
            f"load average {load[0]:.1f} at the start and {os.getloadavg()[0]:.1f} at the end",
        ]
    )


def list_row(
    workspace: Workspace, run_id: int, text: str, order: str, places: int, rng: np.random.Generator
) -> list[str]:
    """Time of all ids, of pages at random places, and of the counts of one list."""
    where = parse(text)
    read = workspace.cases
    ids_s = min(seconds(lambda: read.ids(run_id, "t2i", where, order)) for _ in range(3))
    ids = read.ids(run_id, "t2i", where, order)
    pages = []
    for query_id in rng.choice(ids, places):
        after = cursor(read.rows(run_id, "t2i", [query_id])[0], order)
        start = time.perf_counter()
        read.page(run_id, "t2i", where, order, after, 50)
        pages.append(time.perf_counter() - start)
    counts_s = min(seconds(lambda: read.counts(run_id, "t2i", where)) for _ in range(3))
    return [
        f"`{text}`" if text else "none",
        order,
        f"{len(ids):,}",
        f"{ids_s * 1e3:.0f} ms",
        f"{statistics.median(pages) * 1e3:.1f} ms",
        f"{max(pages) * 1e3:.1f} ms",
        f"{counts_s * 1e3:.0f} ms",
    ]


def add_dataset(workspace: Workspace, n_images: int) -> Dataset:
    """Images with five captions each, words as unevenly frequent as in a language."""
    rng = np.random.default_rng(1)

    def images() -> Iterator[NewImage]:
        for number in range(n_images):
            words = rng.zipf(1.3, (5, 20)).clip(max=20_000)
            lengths = rng.integers(6, 20, 5)
            captions = tuple(
                NewCaption(" ".join(f"word{w}" for w in row[:length]))
                for row, length in zip(words, lengths, strict=True)
            )
            yield NewImage(f"{number}.jpg", Path(f"/p/{number}.jpg"), 500, 375, None, captions)

    return workspace.datasets.add(
        name="large",
        split="all",
        reader="csv",
        source="/p",
        images_root=Path("/p"),
        licence="",
        fingerprint="f",
        images=images(),
    )


def rank_tables(
    workspace: Workspace, dataset: Dataset, rng: np.random.Generator
) -> list[RankTable]:
    """Ranks with a long tail, ten hits each, in both directions."""
    order = workspace.datasets.order(dataset.id)
    own = order.image_ids[order.caption_image]
    first = np.searchsorted(order.caption_image, np.arange(len(order.image_ids)))
    sides: tuple[tuple[Direction, NDArray[Any], NDArray[Any], NDArray[Any]], ...] = (
        ("t2i", order.caption_ids, own, order.image_ids),
        ("i2t", order.image_ids, order.caption_ids[first], order.caption_ids),
    )
    return [
        RankTable(
            direction=direction,
            query_id=queries,
            rank=rng.pareto(0.5, len(queries)).clip(1, 30_000).astype(np.int64),
            positive_id=positives,
            positive_score=rng.random(len(queries)),
            top_id=rng.choice(items, len(queries)),
            top_score=rng.random(len(queries)),
            margin=rng.standard_normal(len(queries)),
            r_precision=rng.random(len(queries)),
            hit_ids=rng.choice(items, (len(queries), 10)),
            hit_scores=rng.random((len(queries), 10)),
        )
        for direction, queries, positives, items in sides
    ]


def add_run(
    workspace: Workspace, dataset: Dataset, tables: list[RankTable], number: int = 0
) -> None:
    """Store a run."""
    model = workspace.models.put(
        spec=f"vectors:{number}",
        plugin="vectors",
        name=str(number),
        weights="",
        fingerprint="m",
        parameters=None,
        embedding_dim=512,
    )
    workspace.runs.add(
        dataset_id=dataset.id,
        model_id=model.id,
        stage="itc",
        protocol={},
        job_id=None,
        seconds=1.0,
        images_per_s=None,
        captions_per_s=None,
        peak_memory_bytes=None,
        metrics=(),
        tables=tables,
    )


def suggestions(workspace: Workspace, run_id: int, rng: np.random.Generator) -> list[SuggestionRow]:
    """One suggestion for every failure."""
    failed = workspace.cases.ids(run_id, "t2i", parse("rank>1"), "id")
    names = rng.choice(len(CATEGORIES), len(failed), p=SHARES)
    scores = rng.random(len(failed))
    return [
        SuggestionRow(int(query), CATEGORIES[name], float(score), {"words": ["two", "three"]})
        for query, name, score in zip(failed, names, scores, strict=True)
    ]


def suggest(workspace: Workspace, run_id: int, rows: list[SuggestionRow]) -> None:
    """Store suggestions as the label job does, a transaction a block."""
    store = workspace.suggestions
    store.begin(run_id, "t2i", "rules", "1")
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        store.add(run_id, "t2i", "rules", "1", block, block[-1].query_id)
    store.finish(run_id, "t2i", "rules", "1")


def decide(workspace: Workspace, dataset: Dataset, cases: list[Case]) -> list[float]:
    """Store decisions one at a time; the time of each."""
    times = []
    for number, case in enumerate(cases):
        new = NewDecision(
            dataset_id=dataset.id,
            direction=case.direction,
            query_id=case.query_id,
            top_id=case.top_id,
            annotator="mh",
            categories=(CATEGORIES[number % 7],),
            verdict="labelled",
            star=number % 10 == 0,
            run_id=case.run_id,
        )
        times.append(seconds(partial(workspace.decisions.add, new)))
    return times


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
