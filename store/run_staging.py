"""Brings the ranks and hits of a run into temporary tables, before they are stored at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat

import numpy as np

from store.connections import Connection
from store.errors import StoreError
from store.records.run import RankTable

RANK_COLUMNS = (
    "direction, query_id, rank, positive_id, positive_score, top_id, top_score, margin, r_precision"
)
HIT_COLUMNS = "direction, query_id, position, item_id, score"
_BLOCK = 20_000


def bring(staged: Connection, tables: Iterable[RankTable]) -> None:
    """Fill the temporary tables new_ranks and new_hits; raises StoreError for bad numbers."""
    staged.execute(f"CREATE TEMP TABLE new_ranks ({RANK_COLUMNS})")
    staged.execute(f"CREATE TEMP TABLE new_hits ({HIT_COLUMNS})")
    for ranks in map(_in_query_order, tables):
        for start in range(0, len(ranks.query_id), _BLOCK):
            block = slice(start, start + _BLOCK)
            staged.execute("BEGIN")
            _stage_ranks(staged, ranks, block)
            _stage_hits(staged, ranks, block)
            staged.execute("COMMIT")


def _in_query_order(ranks: RankTable) -> RankTable:
    """Check a table and return it ordered by query: rows then go to the end of the tree."""
    names = [name for name in RankTable.__slots__ if name != "direction"]
    columns = {name: np.asarray(getattr(ranks, name)) for name in names}
    if len({len(column) for column in columns.values()}) > 1:
        raise StoreError(f"the {ranks.direction} columns of the run differ in length")
    has_top = columns["top_id"] >= 0
    bad = ~np.isfinite(columns["positive_score"])
    bad |= has_top & ~(np.isfinite(columns["top_score"]) & np.isfinite(columns["margin"]))
    if bad.any():
        query_id = int(columns["query_id"][bad.argmax()])
        raise StoreError(f"the {ranks.direction} scores of query {query_id} are not numbers")
    columns["top_score"] = np.where(has_top, columns["top_score"], np.nan)
    columns["margin"] = np.where(has_top, columns["margin"], np.inf)
    if not (np.diff(columns["query_id"]) > 0).all():
        order = np.argsort(columns["query_id"], kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
    return RankTable(direction=ranks.direction, **columns)


def _stage_ranks(staged: Connection, ranks: RankTable, block: slice) -> None:
    names = RANK_COLUMNS.split(", ")[1:]
    staged.executemany(
        "INSERT INTO temp.new_ranks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        zip(
            repeat(ranks.direction),
            *(getattr(ranks, name)[block].tolist() for name in names),
            strict=False,
        ),
    )


def _stage_hits(staged: Connection, ranks: RankTable, block: slice) -> None:
    items = ranks.hit_ids[block]  # (n, k)
    row, column = np.nonzero(items >= 0)
    staged.executemany(
        "INSERT INTO temp.new_hits VALUES (?, ?, ?, ?, ?)",
        zip(
            repeat(ranks.direction),
            ranks.query_id[block][row].tolist(),
            (column + 1).tolist(),
            items[row, column].tolist(),
            ranks.hit_scores[block][row, column].tolist(),
            strict=False,
        ),
    )
