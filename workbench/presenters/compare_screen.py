"""The blocks of the Compare screen: scores with quadrants, what B fixes, titles, details."""

from __future__ import annotations

from collections.abc import Sequence

from store.records.case import Case
from workbench.presenters.case_scope import sort_name
from workbench.presenters.compare import (
    BIASED,
    QUADRANTS,
    RESAMPLED,
    fixed_lines,
    fixed_title,
    quadrant_lines,
    quadrant_title,
    run_name,
    score_lines,
    significance_line,
    verdict_lines,
)
from workbench.presenters.compare_numbers import (
    FEW,
    change,
    change_interval,
    p_value,
    percent,
    share_interval,
    with_interval,
)
from workbench.presenters.scores import score
from workbench.presenters.text import cut, plain, width
from workbench.presenters.verdict import verdict_sentence
from workbench.presenters.wrap import wrapped
from workbench.views.case import CaseSheet, HitView
from workbench.views.compare import Comparison, FixedCategory
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span
from workbench.views.place import ComparePlace, QuadrantName

Facts = tuple[tuple[str, str], ...]
Seen = tuple[Case, CaseSheet]
"""A case as one run sees it."""

QUADRANT_OF: dict[tuple[bool, bool], QuadrantName] = {
    (False, True): "only_b",
    (True, False): "only_a",
    (False, False): "neither",
    (True, True): "both",
}
"""Whether A and B hit, and what the quadrant is called."""

NO_PAIR = (
    "Compare needs two finished runs on the same data set.",
    "{new} evaluates another model here; {home} imports a data set first where there is none.",
    "workbench evaluate --dataset NAME --model SPEC --rerank 128 makes two runs at once: "
    "before and after the first 128 of every query are re-ranked.",
)


def score_block(comparison: Comparison, now: QuadrantName, rows: int) -> tuple[Line, ...]:
    """Return scores, McNemar's p and the quadrants; the quadrants alone in few rows."""
    quadrants = quadrant_lines(comparison, now)
    every = (*score_lines(comparison), significance_line(comparison), *quadrants)
    return every if len(every) <= rows else quadrants


def fixed_block(comparison: Comparison, cells: int, rows: int) -> tuple[Line, ...]:
    """Return how many of A's misses B fixes by category, then what the stars mean."""
    lines = fixed_lines(comparison, cells)
    notes = [RESAMPLED, BIASED]
    if any(row.p_adjusted is not None for row in comparison.categories):
        notes.append("broken: B misses what A hits; p: McNemar, adjusted by Holm.")
    found = [Line((Span(_fixed_title(comparison, cells), "dim"),)), *lines]
    blocks = [[Line((Span(f" {row}", "dim"),)) for row in wrapped(n, cells - 2)] for n in notes]
    for block in (*blocks, verdict_lines(comparison, cells)):
        if len(found) + len(block) <= rows:
            found += block
    return tuple(found[:rows])


def list_title(comparison: Comparison, place: ComparePlace, n: int) -> tuple[str, str]:
    """Return the rule over the list: the quadrant, its filter and count; how it is sorted."""
    title = quadrant_title(comparison, place.quadrant)
    if comparison.k > 1:
        title += f"  hit: rank <= {comparison.k}"
    if place.words:
        title += f"  filter: {plain(place.words)} ({n:,})"
    rank = "rank B," if place.of_b else "rank A,"
    return title, f"sort: {sort_name(place.sort).replace('rank,', rank)}"


def opening(place: ComparePlace) -> str:
    """Say that a comparison is being made."""
    return f"Comparing run {place.a} and run {place.b}, {place.direction} .."


def no_pair_lines(reason: str, cells: int) -> tuple[Line, ...]:
    """Say why nothing is compared and what to do."""
    lines = [Line(())]
    keys = {"new": shown_key("new_evaluation"), "home": shown_key("go_home")}
    why = [text.format(**keys) for text in NO_PAIR]
    for text in (reason, f"{shown_key('choose_run')} chooses other runs.") if reason else why:
        lines += [Line((Span(f" {row}"),)) for row in wrapped(text, cells - 2)]
        lines.append(Line(()))
    return tuple(lines)


def hit_of(sheet: CaseSheet, step: int) -> HitView | None:
    """Return the retrieved item that is stepped to."""
    return sheet.hits[min(step, len(sheet.hits) - 1)] if sheet.hits else None


def same_item(one: HitView | None, other: HitView | None) -> bool:
    """Say whether both runs retrieved the same item."""
    if one is None or other is None:
        return False
    return (one.key, one.text.text) == (other.key, other.text.text)


def pair_title(pair: tuple[Seen, Seen] | None, step: int, cells: int) -> str:
    """Say which case it is and what both runs retrieved for it, shorter in few cells."""
    if pair is None:
        return ""
    (case, sheet), (case_b, sheet_b) = pair
    side_a = side_title("A", case, sheet, step, None)
    side_b = side_title("B", case_b, sheet_b, step, hit_of(sheet, step))
    title = f"{case.query_id}  {side_a}   {side_b}"
    return title if width(title) <= cells - 6 else title.replace(f" top-{step + 1}", "")


def side_title(side: str, case: Case, sheet: CaseSheet, step: int, other: HitView | None) -> str:
    """Say what a run retrieved: "A top-1 4752938 .341 (true .279)", "B top-1 = TRUE .618"."""
    hit = hit_of(sheet, step)
    if hit is None:
        return f"{side} nothing"
    head = f"{side} top-{hit.position}"
    if hit.positive:
        return f"{head} = TRUE {hit.score}"
    name = "= A's" if side == "B" and same_item(hit, other) else cut(hit.key, 16)
    return f"{head} {name} {hit.score} (true {score(case.positive_score)})"


def protocol_facts(comparison: Comparison) -> Facts:
    """Return which runs are compared and in what their protocols differ."""
    a, b = comparison.a, comparison.b
    how = f"{comparison.direction}, {comparison.n_queries:,} queries of {plain(a.dataset)}"
    facts = [("Runs", ""), ("A", run_name(a)), ("B", run_name(b)), ("compared", how)]
    facts += [("The runs differ in", "")] if comparison.differences else [("Same protocol", "")]
    facts += [(one.name, f"A {one.a}   B {one.b}") for one in comparison.differences]
    return tuple(facts)


def number_facts(comparison: Comparison) -> Facts:
    """Return scores with intervals, quadrants, what B fixes, and the verdicts."""
    facts = [(f"Scores ({RESAMPLED[2:]}, seed {comparison.seed})", "")]
    for one in comparison.scores:
        values = f"A {with_interval(one.name, one.a)}   B {with_interval(one.name, one.b)}"
        difference = f"{change(one.name, one.difference.value)} "
        difference += change_interval(one.name, one.difference)
        facts.append((one.name, f"{values}   B-A {difference}"))
    exact = "exact, queries taken as independent"
    facts.append(("McNemar", f"{p_value(comparison.p)} on hits within {comparison.k}, {exact}"))
    facts += [(QUADRANTS[one.name], f"{one.n:,}") for one in comparison.quadrants]
    facts.append((fixed_title(comparison), ""))
    facts += [(plain(row.category), _fixed(row)) for row in comparison.categories]
    facts += [("A's clusters fixed by B", "")] if comparison.clusters else []
    for row in comparison.clusters:
        share = f"{percent(row.share.value, 0)} % {share_interval(row.share)}"
        facts.append((f"{row.cluster} {plain(row.name)}", f"{row.fixed:,} of {row.n:,}, {share}"))
    facts.append(("read with care", BIASED))
    sides = (("A", comparison.verdicts_a), ("B", comparison.verdicts_b))
    verdicts = [(side, verdict_sentence(one)) for side, found in sides for one in found]
    if verdicts:
        facts += [("Published results", ""), *verdicts]
    return tuple(facts)


def case_facts(cases: Sequence[Seen], sheet: CaseSheet) -> Facts:
    """Return a case as run A and run B see it, uncut; `sheet` is that which a label is for."""
    facts = [(f"Case {sheet.title}", ""), ("query", sheet.query.text)]
    facts += [("also said", text) for text in sheet.siblings]
    facts += [(f"{one.who} says", one.text) for one in sheet.said]
    for side, (own, seen) in zip("AB", cases, strict=False):
        hit = hit_of(seen, 0)
        facts.append((f"rank {side}", f"{own.rank:,}   {side_title(side, own, seen, 0, None)}"))
        if hit is not None and not hit.positive:
            facts += [(f"{side}'s top-1 says", text) for text in (hit.text.text, *hit.more)]
            facts += [(f"{one.who} says of it", one.text) for one in hit.said]
    if sheet.suggestion is not None:
        found = sheet.suggestion
        facts.append(("suggested", f"{found.code} {found.score} {found.reason}".strip()))
    facts += [("label", sheet.label)] if sheet.label else []
    facts += [("note", sheet.note)] if sheet.note else []
    return tuple(facts)


def _fixed_title(comparison: Comparison, cells: int) -> str:
    """Say what the rows count, in fewer words where there is little room."""
    full = f" {fixed_title(comparison)}"
    if width(full) <= cells:
        return full
    rows = comparison.categories
    decided = bool(rows) and all(row.decided for row in rows)
    return " A's decided misses fixed by B" if decided else " A's misses B fixes (? suggested)"


def _fixed(row: FixedCategory) -> str:
    by = "" if row.decided else " by suggestion"
    share = f"{percent(row.share.value, 0)} % {share_interval(row.share)}"
    text = f"{row.fixed:,} of {row.n:,}{by}, {FEW if row.few else share}; B broke {row.broken:,}"
    if row.p_adjusted is None:
        return text
    low = row.p_adjusted < 0.05
    word = "more than chance" if low else "may be chance"
    return f"{text}; {p_value(row.p_adjusted)} after Holm: {word}"
