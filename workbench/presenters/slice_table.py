"""The slices of a run as lines of any width, their order, and every number of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from workbench.presenters.cluster_empty import home_line
from workbench.presenters.compare_numbers import (
    FEW,
    p_value,
    percent,
    points,
    share_interval,
)
from workbench.presenters.rule import BLANK, rule
from workbench.presenters.slices import SELECTED, certain, miss_rate, missed
from workbench.presenters.table_scope import table_scope
from workbench.presenters.text import cut, fit, plain
from workbench.views.compare import Estimate
from workbench.views.line import Line, Span, Tone
from workbench.views.slices import LabelShare, RunSlices, SliceRow
from workbench.views.table_filter import Filtered

SORTS = {"": "property", "lift": "lift", "miss": "miss rate", "size": "size"}
NAME = 24
"""Least cells of a slice's name."""
LONG_NAME = 40
MARGIN = 3
_WORST = (("missed", 7), ("of", 7), ("miss%", 7), ("95%", 10), ("lift", 6), ("of all", 8),
          ("p", 10))  # fmt: skip
_ALL = (("missed", 7), ("of", 7), ("miss%", 7), ("95%", 10), ("rest", 7), ("diff", 7),
        ("diff 95%", 15), ("lift", 6), ("p", 10))  # fmt: skip
_LABEL = (("misses", 7), ("of", 7), ("share%", 8), ("95%", 10))
ROOMY = 72
"""From this width on a title has room for what stands on its right."""
WORSE = "p <= .05, Holm's"
_LAST = ("diff 95%", "rest", "95%", "p", "diff", "of all")
"""Columns in the order in which they give way."""

EXPORTED = (
    *("property", "slice", "queries", "images", "hits", "recall", "recall_low", "recall_high"),
    *("rest", "rest_queries", "difference", "difference_low", "difference_high", "lift"),
    *("coverage", "p", "p_adjusted"),
)


def exported_row(row: SliceRow) -> Mapping[str, object]:
    """Return a slice as a row of a file; shares are fractions."""
    return {
        "property": row.trait,
        "slice": row.name,
        "queries": row.n,
        "images": row.n_images,
        "hits": row.hits,
        **_limits("recall", row.recall),
        "rest": row.rest.value,
        "rest_queries": row.rest_n,
        **_limits("difference", row.difference),
        "lift": row.lift,
        "coverage": row.coverage.value,
        "p": row.p,
        "p_adjusted": row.p_adjusted,
    }


def filtered_slice(row: SliceRow) -> Filtered:
    """Return what a filter sees of a slice; significant ones differ from their rest."""
    sure = ("is:significant",) if certain(row) else ()
    return Filtered(_named(row), (*sure, f"kind:{row.trait.replace(' ', '-')}"))


def slice_scope(found: RunSlices, sort: str, filtered: str, cells: int) -> Line:
    """Return line 2: whose misses over which queries, as on Clusters, the filter, the order."""
    missed = f"rank>{found.k}: {found.misses:,} of {found.n_queries:,}"
    share = f"({percent(1 - found.recall.value)}%)"
    filtered = f"{cut(filtered, max(12, cells // 2))}  " if filtered else ""
    tail = f"sort: {SORTS[sort.lstrip('-')]}{', least first' if sort.startswith('-') else ''} "
    about = (
        f"  {plain(found.dataset)}  miss = {missed} {share}",
        f"  miss = {missed} {share}",
        f"  {missed} {share}",
    )
    return table_scope(found.direction, found.name, about, tail, cells, marked=filtered)


def slice_lines(
    found: RunSlices, sort: str, cells: int, stays: Callable[[SliceRow], bool] = lambda row: True
) -> tuple[Line, ...]:
    """Return the list: what is surely worse than its rest, every slice, the labels of the misses.

    Slices are keyed "worst 3" and "slice 3" by their place in `found`, labels by "label 1".
    """
    return tuple(_lines(found, sort, cells, stays))


def slice_of(found: RunSlices, key: str) -> SliceRow | None:
    """Return the slice of a key; None for a label."""
    kind, _, number = key.partition(" ")
    rows = {"worst": found.worst, "slice": found.slices}.get(kind, ())
    return rows[int(number)] if number.isdigit() and int(number) < len(rows) else None


def label_of(found: RunSlices, key: str) -> LabelShare | None:
    """Return the label of a key; None for a slice."""
    kind, _, number = key.partition(" ")
    if kind != "label" or not number.isdigit() or int(number) >= len(found.labels):
        return None
    return found.labels[int(number)]


def slice_facts(row: SliceRow, found: RunSlices) -> tuple[tuple[str, str], ...]:
    """Return every number of a slice, as names and values."""
    lift = "--" if row.lift is None else f"{row.lift:.2f}, miss rate over that of all queries"
    few = f"{FEW}: under ten images here or in the rest"
    worse = _turned(row.difference)
    return (
        (f"{row.trait}: {row.name}", ""),
        ("missed", f"{_share(miss_rate(row))}, {row.misses:,} of {row.n:,} (rank > {found.k})"),
        ("images", f"{row.n_images:,}"),
        ("of all misses", f"{_share(row.coverage)}, of {found.misses:,}"),
        ("lift", lift),
        ("the rest", f"{_share(missed(row.rest))}, {row.rest_n:,} queries"),
        ("difference", f"{points(worse.value)} points {_points(worse)}"),
        ("p", few if row.p is None else p_value(row.p)),
        ("p, Holm", few if row.p_adjusted is None else f"{p_value(row.p_adjusted)}, "
         f"{found.tested} slices are tested"),
    )  # fmt: skip


def label_facts(row: LabelShare) -> tuple[tuple[str, str], ...]:
    """Return every number of a label, and what it is not."""
    by = "people" if row.decided else "suggestion"
    return (
        (f"{row.category}, by {by}", ""),
        ("misses", f"{row.k:,} of {row.n:,} that have a label"),
        ("share", _share(row.share)),
        ("note", SELECTED),
    )


def no_slice_lines() -> tuple[Line, ...]:
    """Return line 2, then what there has to be before there are slices."""
    return (
        Line((Span(" No run yet", "strong"),)),
        Line(()),
        Line((Span(" Slices are parts of a run's queries: by length, people, colours ..."),)),
        Line(()),
        home_line(),
    )


def _lines(
    found: RunSlices, sort: str, cells: int, stays: Callable[[SliceRow], bool]
) -> Iterator[Line]:
    worst = [(n, row) for n, row in enumerate(found.worst) if certain(row) and stays(row)]
    sure = sum(certain(row) for row in found.worst)
    yield rule(f"{sure} of {found.tested} slices miss more than their rest", cells,
               WORSE if cells >= ROOMY else "")  # fmt: skip
    if worst:
        yield _header(_WORST, cells)
        for n, row in worst:
            yield _line(f"worst {n}", _named(row), _worst_cells(row), _WORST, cells)
    yield BLANK
    yield rule("Every slice against its rest", cells,
               "diff: of miss%; p: Holm's" if cells >= ROOMY else "p: Holm's")  # fmt: skip
    yield _header(_ALL, cells)
    for n, row in _ordered(found.slices, sort):
        if not stays(row):
            continue
        yield _line(f"slice {n}", _named(row), _all_cells(row), _ALL, cells)
    if found.labels:
        yield BLANK
        yield rule("Misses by label; ? is suggested", cells, "not where it fails more often")
        yield _header(_LABEL, cells)
        for n, label in enumerate(found.labels):
            name = f"{label.code}{'' if label.decided else '?'} {plain(label.category)}"
            yield _line(f"label {n}", name, _label_cells(label), _LABEL, cells)


def _ordered(rows: Sequence[SliceRow], sort: str) -> list[tuple[int, SliceRow]]:
    """Order slices by a value, the largest first; by property, as they are, where there is none."""
    numbered = list(enumerate(rows))
    name = sort.lstrip("-")
    if name:
        numbered.sort(key=lambda one: _sort_value(one[1], name), reverse=True)
    return numbered[::-1] if sort.startswith("-") else numbered


def _sort_value(row: SliceRow, sort: str) -> float:
    match sort:
        case "lift":
            return -1.0 if row.lift is None else row.lift
        case "miss":
            return 1 - row.recall.value
        case _:
            return float(row.n)


def _columns(wanted: Sequence[tuple[str, int]], cells: int) -> tuple[int, dict[str, int]]:
    """Return the cells of the name, and those of each column that fits beside it."""
    shown = dict(wanted)
    for name in _LAST:
        if cells - MARGIN - sum(shown.values()) >= NAME:
            break
        shown.pop(name, None)
    return min(LONG_NAME, max(8, cells - MARGIN - sum(shown.values()))), shown


def _header(wanted: Sequence[tuple[str, int]], cells: int) -> Line:
    name, shown = _columns(wanted, cells)
    titles = [_cell("95%" if title.endswith("95%") else title, title, size)
              for title, size in shown.items()]  # fmt: skip
    return Line((Span(" " * MARGIN + fit("slice", name), "dim"), Span("".join(titles), "dim")),
                rule=True)  # fmt: skip


def _line(
    key: str,
    name: str,
    values: Mapping[str, tuple[str, Tone]],
    wanted: Sequence[tuple[str, int]],
    cells: int,
) -> Line:
    room, shown = _columns(wanted, cells)
    spans = [Span(fit(name, room))]
    for title, size in shown.items():
        text, tone = values[title]
        spans.append(Span(_cell(text, title, size), tone))
    return Line(tuple(spans), key=key)


def _worst_cells(row: SliceRow) -> dict[str, tuple[str, Tone]]:
    return {
        "missed": (f"{row.misses:,}", "strong"),
        "of": (f"{row.n:,}", ""),
        "miss%": (percent(1 - row.recall.value), "strong"),
        "95%": (share_interval(miss_rate(row)), "dim"),
        "lift": _lift(row),
        "of all": (f"{percent(row.coverage.value)}%", ""),
        "p": (p_value(row.p_adjusted), "dim"),
    }


def _all_cells(row: SliceRow) -> dict[str, tuple[str, Tone]]:
    tone: Tone = ""
    if certain(row):
        tone = "bad" if row.difference.value < 0 else "good"
    return {
        "missed": (f"{row.misses:,}", ""),
        "of": (f"{row.n:,}", ""),
        "miss%": (percent(1 - row.recall.value), "strong"),
        "95%": (share_interval(miss_rate(row)), "dim"),
        "rest": (percent(1 - row.rest.value), "dim"),
        "diff": (points(-row.difference.value), tone),
        "diff 95%": (_points(_turned(row.difference)), "dim"),
        "lift": _lift(row),
        "p": (p_value(row.p_adjusted) or FEW, "dim"),
    }


def _label_cells(row: LabelShare) -> dict[str, tuple[str, Tone]]:
    return {
        "misses": (f"{row.k:,}", "strong"),
        "of": (f"{row.n:,}", ""),
        "share%": (percent(row.share.value), ""),
        "95%": (share_interval(row.share), "dim"),
    }


def _lift(row: SliceRow) -> tuple[str, Tone]:
    return ("--" if row.lift is None else f"{row.lift:.2f}"), ""


def _named(row: SliceRow) -> str:
    return f"{row.trait}: {row.name}"


def _cell(text: str, title: str, size: int) -> str:
    return fit(f" {text}", size) if title.endswith("95%") else fit(text, size, right=True)


def _share(share: Estimate) -> str:
    return f"{percent(share.value)} % {share_interval(share)}"


def _points(difference: Estimate) -> str:
    if difference.low is None or difference.high is None:
        return FEW
    return f"[{points(difference.low)}, {points(difference.high)}]"


def _turned(difference: Estimate) -> Estimate:
    """Return a difference of hits as one of misses."""
    low, high = difference.low, difference.high
    if low is None or high is None:
        return Estimate(-difference.value)
    return Estimate(-difference.value, -high, -low)


def _limits(name: str, share: Estimate) -> dict[str, float | None]:
    return {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
