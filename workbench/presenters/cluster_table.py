"""The table of clusters at any width, its order, and the line that says what it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from workbench.presenters.compare_numbers import percent, share_interval
from workbench.presenters.rule import remark
from workbench.presenters.table_scope import table_scope
from workbench.presenters.text import cut, fit, plain
from workbench.taxonomy import Taxonomy
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.compare import FEW, Estimate
from workbench.views.line import Line, Span, Tone
from workbench.views.table_filter import Filtered

SORTS = {
    "size": "size",
    "lift": "lift",
    "miss": "miss rate",
    "unlabelled": "most unlabelled",
}
MARGIN = 3
NAME = 18
"""Least cells of a name."""
WHOLE_NAME = 30
"""Cells of a name before the last columns are given room."""
NAMES_SAID = "~ = words found in the cluster, * = star. Such names explain nothing."
_NARROW = ("#", "n", "miss%", "of all", "lift")
_WIDTHS = {
    "#": 6,
    "n": 7,
    "miss%": 7,
    "miss 95%": 10,
    "of all": 8,
    "all 95%": 10,
    "lift": 6,
    "lift 95%": 13,
    "coher.": 8,
    "labelled": 12,
    "top label": 11,
}
_ADDED = ("labelled", "top label", "coher.", "lift 95%", "miss 95%", "all 95%")
"""Columns in the order in which they are given room."""


def ordered(table: ClusterTable, sort: str) -> tuple[ClusterRow, ...]:
    """Return the clusters in an order: largest value first, "-size" the other way, or "near 3"."""
    name, _, number = sort.partition(" ")
    if name == "near":
        return _nearest_first(table, int(number))
    found = sorted(table.rows, key=lambda row: _sort_value(row, sort.lstrip("-")), reverse=True)
    return tuple(reversed(found)) if sort.startswith("-") else tuple(found)


def sort_title(sort: str) -> str:
    """Say how the clusters are ordered."""
    if sort.startswith("near"):
        return f"nearest to {sort.partition(' ')[2]}"
    name = SORTS.get(sort.lstrip("-"), sort)
    return f"{name}, least first" if sort.startswith("-") else name


def filtered_cluster(row: ClusterRow) -> Filtered:
    """Return what a filter sees of a cluster."""
    traits = (
        ("starred", row.star),
        ("named", row.named),
        ("merged", len(row.parts) > 1),
        ("unlabelled", row.decided < row.facts.size),
    )
    text = " ".join((str(row.number), plain(row.name), *map(plain, row.facts.words)))
    return Filtered(text, tuple(f"is:{name}" for name, has in traits if has))


def cluster_scope(table: ClusterTable, sort: str, n_marked: int, filtered: str, cells: int) -> Line:
    """Return line 2: whose misses these are, how clustered, filtered and ordered."""
    facts = table.facts
    share = percent(facts.n_misses / facts.n_queries)
    misses = f"{facts.n_misses:,} of {facts.n_queries:,}"
    marked = f"{cut(filtered, max(12, cells // 2))}  " if filtered else ""
    marked += f"{n_marked} marked  " if n_marked else ""
    about = (
        f"  {plain(table.dataset)}  miss = rank>{facts.at_k}: {misses} ({share}%)"
        f"  k={table.k} {table.features} seed {table.seed}",
        f"  miss = rank>{facts.at_k}: {misses} ({share}%)  k={table.k} {table.features}",
        f"  rank>{facts.at_k}: {misses} ({share}%)  k={table.k}",
        f"  rank>{facts.at_k}: {misses}",
    )
    where = f"  where {plain(facts.where)}" if facts.where else ""
    tail = f"sort: {sort_title(sort)} "
    return table_scope(table.direction, table.name, about, tail, cells, where=where, marked=marked)


def cluster_header(cells: int) -> Line:
    """Return the names of the columns; those of intervals are short."""
    names = [
        Span(_cell("95%" if name.endswith("95%") else name, name, size), "dim")
        for name, size in _columns(cells)
    ]
    return Line((Span(" " * MARGIN), *names), rule=True)


def cluster_lines(
    rows: Iterable[ClusterRow],
    taxonomy: Taxonomy,
    overall: float,
    marks: Collection[int],
    cells: int,
) -> tuple[Line, ...]:
    """Return a line a cluster, keyed by its number, then what the signs of its name mean.

    `overall` is the miss rate of all queries, of which lifts are multiples.
    """
    columns = _columns(cells)
    lines = tuple(
        Line(
            tuple(
                Span(_cell(text, name, size), tone)
                for name, size in columns
                for text, tone in (_value(row, name, taxonomy, overall, marks),)
            ),
            key=str(row.number),
        )
        for row in rows
    )
    return (*lines, remark(NAMES_SAID, cells)) if lines else ()


def lift_tone(lift: float | None) -> Tone:
    """Tell clusters that fail often from those that fail seldom."""
    if lift is None:
        return ""
    return "bad" if lift >= 1.5 else "warn" if lift > 1.1 else "good" if lift < 0.8 else ""


def shown_name(row: ClusterRow) -> str:
    """Write the name, with a `~` before a list of words that nobody chose."""
    return plain(row.name) if row.named else f"~ {plain(row.name)}"


def lift_interval(row: ClusterRow, overall: float) -> str:
    """Write the limits of a lift: those of the miss rate over that of all queries."""
    rate = row.facts.miss_rate
    if rate is None:
        return ""
    if rate.low is None or rate.high is None:
        return "few"
    return f"[{rate.low / overall:.1f}, {rate.high / overall:.1f}]"


def top_label(row: ClusterRow, taxonomy: Taxonomy) -> str:
    """Write the most frequent label: "CNT 84%".

    Under `FEW` labelled cases it is the most frequent suggestion, "CNT? 40%", and without
    suggestions a count: "CNT 1 of 3".
    """
    hints = {name: n for name, n in row.hints.items() if name}
    counts = row.labels if of_people(row) else hints
    if not counts:
        return "--"
    name, n = max(counts.items(), key=lambda one: one[1])
    code = taxonomy.code(name)
    if not of_people(row):
        return f"{code}? {percent(n / row.facts.size, 0)}%"
    if row.decided < FEW:
        return f"{code} {n} of {row.decided}"
    return f"{code} {percent(n / row.decided, 0)}%"


def of_people(row: ClusterRow) -> bool:
    """Say whether a cluster's labels are told by people: enough of them, or no suggestion."""
    return bool(row.labels) and (row.decided >= FEW or not any(row.hints))


def _columns(cells: int) -> Sequence[tuple[str, int]]:
    """Return (name, cells) of the columns that fit beside the name, which takes the rest."""
    room = cells - MARGIN - NAME - sum(_WIDTHS[name] for name in _NARROW)
    shown = set(_NARROW)
    for name in _ADDED:
        if room - (WHOLE_NAME - NAME) >= _WIDTHS[name]:
            shown.add(name)
            room -= _WIDTHS[name]
    columns = [(name, size) for name, size in _WIDTHS.items() if name in shown]
    return (columns[0], ("name", NAME + max(0, room)), *columns[1:])


def _value(
    row: ClusterRow, name: str, taxonomy: Taxonomy, overall: float, marks: Collection[int]
) -> tuple[str, Tone]:
    """Return the text of a column and its tone."""
    facts = row.facts
    match name:
        case "#":
            marked = row.number in marks
            more = ".." if len(row.parts) > 1 else ""
            number = f"{'+' if marked else ''}{row.number}{more}{'*' if row.star else ''}"
            return number, "accent" if marked or row.star else "dim"
        case "name":
            return shown_name(row), "strong" if row.named else ""
        case "n":
            return f"{facts.size:,}", "strong"
        case "miss%":
            return percent(facts.miss_rate.value if facts.miss_rate else None), ""
        case "miss 95%":
            return _interval(facts.miss_rate), "dim"
        case "of all":
            return f"{percent(facts.share.value)}%", ""
        case "all 95%":
            return _interval(facts.share), "dim"
        case "lift":
            lift = facts.lift
            return "--" if lift is None else f"{lift:.2f}", lift_tone(lift)
        case "lift 95%":
            return lift_interval(row, overall), "dim"
        case "coher.":
            return f"{facts.coherence:.2f}".removeprefix("0"), ""
        case "labelled":
            return f"{row.decided:,}/{facts.size:,}", "dim"
        case _:
            return top_label(row, taxonomy), "" if of_people(row) else "dim"


def _cell(text: str, name: str, size: int) -> str:
    if name == "name":
        return fit(text, size)
    if name == "#":
        return f"{cut(text, size - 1):<{size}}"
    if name.endswith("95%"):
        return fit(f" {text}", size)
    return fit(text, size, right=True)


def _interval(share: Estimate | None) -> str:
    return "" if share is None else share_interval(share)


def _sort_value(row: ClusterRow, sort: str) -> float:
    facts = row.facts
    match sort:
        case "lift":
            return -1.0 if facts.lift is None else facts.lift
        case "miss":
            return -1.0 if facts.miss_rate is None else facts.miss_rate.value
        case "unlabelled":
            return float(facts.size - row.decided)
        case _:
            return float(facts.size)


def _nearest_first(table: ClusterTable, number: int) -> tuple[ClusterRow, ...]:
    row = table.row(number)
    if row is None:
        return table.rows
    found = [row, *filter(None, map(table.row, row.facts.near)), *table.rows]
    return tuple({one.number: one for one in reversed(found)}[n] for n in _once(found))


def _once(rows: Iterable[ClusterRow]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(row.number for row in rows))
