"""What a reader should know first, in sentences made from the numbers of the sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.presenters.compare import run_name
from workbench.presenters.compare_numbers import change, change_interval, p_value, percent
from workbench.presenters.compare_numbers import share_interval as interval
from workbench.presenters.slices import certain, slice_name
from workbench.reports.source import DIRECTION_NAMES, Source, sentence
from workbench.views.compare import FEW, Comparison, Estimate
from workbench.views.report import Bar, Block, Paragraph, Scale, Section, Table
from workbench.views.slices import RunSlices

FINDS = {"t2i": ("captions", "image"), "i2t": ("images", "caption")}
DIFFERENCES = ("run", ">points of R@1", "95 %", ">newly found", ">newly missed", "McNemar")
AGAINST = "Newly found: within rank {} by this run only; newly missed: by {} only."


def summary_section(source: Source, sections: Sequence[Section]) -> Section:
    """Say what the first run finds, what it misses and where, and how further runs differ."""
    data = {section.anchor: section.data for section in sections}
    sliced: Sequence[RunSlices] = data["slices"]["runs"]
    pairs: Sequence[Comparison] = data.get("comparisons", {}).get("pairs", ())
    sentences = [
        " ".join(_run(source, found)) for found in sliced if found.run_id == source.first.id
    ]
    compared = {comparison.b.run_id for comparison in pairs}
    if len(compared) == 1:
        sentences += [_pair(comparison) for comparison in pairs]
    blocks: list[Block] = [*map(Paragraph, sentences)]
    if len(compared) > 1:
        blocks += [
            _differences(source, [one for one in pairs if one.direction == direction])
            for direction in source.request.directions
        ]
    return Section("summary", "In short", tuple(blocks))


def _run(source: Source, found: RunSlices) -> Iterator[str]:
    queries, answer = FINDS[found.direction]
    within = "first" if found.k == 1 else f"among the first {found.k}"
    yield (
        f"{source.label(source.first)} finds the right {answer} {within} for "
        f"{percent(found.recall.value)} % {interval(found.recall)} of {found.n_queries:,} "
        f"{queries}."
    )
    if not found.misses:
        yield "It misses none."
    row = next(filter(certain, found.worst), None)
    if row is not None:
        yield (
            f"Its worst slice is \u201c{slice_name(row)}\u201d: {percent(1 - row.recall.value)} % "
            f"of {row.n:,} are missed, {row.lift or 1:.2f} times the share of all."
        )
    decided = [row for row in found.labels if row.decided and row.n >= FEW]
    if labels := decided or [row for row in found.labels if not row.decided and row.n >= FEW]:
        most, *others = sorted(labels, key=lambda one: -one.k)
        if others and others[0].k == most.k:
            return
        whose = "people decided on" if most.decided else "have a suggestion of the machine"
        yield (
            f"Among the {most.n:,} misses that {whose} the commonest category is "
            f"{source.category(most.code)}: {most.k:,}, {percent(most.share.value)} % "
            f"{interval(most.share)}."
        )


def _differences(source: Source, pairs: Sequence[Comparison]) -> Table:
    """Return what further runs change in a direction, a row each."""
    scores = [next(one for one in pair.scores if one.name == "R@1") for pair in pairs]
    names = {run.id: source.label(run) for run in source.runs}
    rows = tuple(
        (
            names[pair.b.run_id],
            change(score.name, score.difference.value),
            change_interval(score.name, score.difference),
            f"{pair.quadrant('only_b').n:,}",
            f"{pair.quadrant('only_a').n:,}",
            p_value(pair.p),
        )
        for pair, score in zip(pairs, scores, strict=True)
    )
    reach = max(
        0.01,
        *(abs(limit) for score in scores for limit in _limits(score.difference)),
    )
    title = f"{sentence(DIRECTION_NAMES[pairs[0].direction])}, against {names[pairs[0].a.run_id]}"
    bars = tuple(
        Bar(one.difference.value, one.difference.low, one.difference.high) for one in scores
    )
    note = AGAINST.format(pairs[0].k, names[pairs[0].a.run_id])
    return Table(title, DIFFERENCES, rows, note, bars, Scale(-reach, reach, 0.0))


def _limits(difference: Estimate) -> list[float]:
    ends = (difference.value, difference.low, difference.high)
    return [end for end in ends if end is not None]


def _pair(comparison: Comparison) -> str:
    score = next(one for one in comparison.scores if one.name == "R@1")
    gained, lost = (comparison.quadrant(name).n for name in ("only_b", "only_a"))
    a, b = run_name(comparison.a), run_name(comparison.b)
    return (
        f"{sentence(DIRECTION_NAMES[comparison.direction])}: {b} differs from {a} by "
        f"{change(score.name, score.difference.value)} points "
        f"{change_interval(score.name, score.difference)} of R@1. Within rank {comparison.k} it "
        f"finds {gained:,} queries that {a} misses, and misses {lost:,} that {a} finds "
        f"({p_value(comparison.p)})."
    )
