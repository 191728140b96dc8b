"""The lines that say what the numbers on screen count, and the sentences about decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from store.filter import BUILT_IN_CATEGORIES
from store.records.case import Case
from store.records.decision import Decision
from store.records.run import Run
from workbench.presenters.text import cut, plain, width
from workbench.taxonomy import Taxonomy
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span

NOTE_CHARACTERS = 400
CATEGORY = re.compile(r"\b((?:cat|label|hint):)([\w,]+)")
OTHER_RANK = re.compile(r"\brank@([0-9]{1,9})")


SORTS = {
    "rank": "rank, best first",
    "-rank": "rank, worst first",
    "margin": "margin, worst first",
    "-margin": "margin, best first",
    "id": "id",
    "-id": "id, highest first",
    "time": "time, oldest first",
    "-time": "time, newest first",
    "suggestion": "suggestion, least sure first",
    "-suggestion": "suggestion, surest first",
    "cluster": "cluster",
    "-cluster": "cluster, last first",
}
MODEL_CELLS = 12
"""What a filter leaves to a model's name where the line is full."""


def scope_line(
    run: Run,
    names: Mapping[int, str],
    view: CaseView,
    counts: tuple[int, int],
    mode: str,
    cells: int,
) -> Line:
    """Return line 2: the run, its data, the filter with n of total; right: mode and sort.

    Where it is too long the order goes without "first" and "sort:", then the data set is cut and
    left out, then the model and the filter are cut. A rank in another run is explained in place of
    the data set, where there is room for all of it.
    """
    shown, total = counts
    model = names[run.id]
    count = f" ({shown:,} of {total:,})"
    words = plain(view.filter) or "none"
    split = f"{plain(run.dataset)}/{plain(run.split)}"
    sort = f"{mode}  sort: ".lstrip() + f"{sort_name(view.sort)} "
    room = cells - width(f" {view.direction}    filter: {count}  {sort}")
    for more in ("first ", "sort: "):
        if more in sort and room < width(f"{words}{model}  {split}"):
            sort = sort.replace(more, "")
            room += width(more)
    if width(f"{words}{model}") > room:
        words = coded(words)
    words = cut(words, max(8, room - min(MODEL_CELLS, width(model))))
    room -= width(words)
    model = cut(model, room) if room >= 4 else ""
    room -= width(model) + 2
    said = explained(view.filter, names)
    split, tail = ("", f"  {said}") if said and width(said) <= room - 2 else (split, "")
    spans = [Span(f" {view.direction}", "strong")]
    spans += [Span(f"  {model}")] if model else []
    spans += [Span(f"  {cut(split, room)}")] if split and room >= 6 else []
    spans += [Span("  filter: ", "dim"), Span(words, "accent"), Span(count, "strong")]
    spans += [Span(tail, "dim")] if tail else []
    gap = cells - sum(width(span.text) for span in spans) - width(sort)
    return Line((*spans, Span(" " * max(0, gap)), Span(sort, "dim")))


def coded(words: str) -> str:
    """Write the built-in categories of a filter by their codes: "!cat:COR"."""
    codes = {name: code.upper() for code, name in BUILT_IN_CATEGORIES.items() if code != name}

    def code(found: re.Match[str]) -> str:
        return found[1] + ",".join(codes.get(name, name) for name in found[2].split(","))

    return CATEGORY.sub(code, words)


def explained(words: str, names: Mapping[int, str]) -> str:
    """Say which run a rank in another run is of: "rank@3 is the rank in blip-tiny itm"."""
    runs = dict.fromkeys(map(int, OTHER_RANK.findall(words)))
    return "; ".join(f"rank@{run} is the rank in {names[run]}" for run in runs if run in names)


def triage_line(
    view: CaseView,
    place: tuple[int, int],
    left: int,
    facts: tuple[str, str, str],
    mode: str,
    cells: int,
) -> Line:
    """Return line 1 of Triage: which case of how many, how many are left, the filter.

    `facts` is how long those will take, and one of them, "" if that is not known yet, and whose
    decisions count. Where the line is full the mode is shortened, "single" left out, and the rate.
    """
    at, total = place
    takes, each, whose = facts
    words = plain(view.filter)
    head = f"  {at:,} of {total:,}"
    for pace in (f"{takes}, {each}" if each else takes, takes):
        tail = f"  {view.direction}  {mode}  ? help "
        remains = f"{left:,} undecided {whose}" if whose else f"{left:,} left"
        shown = "  " + " ".join(filter(None, (remains, pace))) + "  "
        for part in ("", "-label", "  single"):
            tail = tail.replace(part, "")
            room = cells - width(f" Triage{head}{shown}{tail}")
            if width(words) <= room:
                break
        if width(words) <= room:
            break
    if room < 0:  # the last line names the key of help as well
        shown, tail = shown.rstrip(), tail.replace("  ? help", "")
        room = cells - width(f" Triage{head}{shown}{tail}")
    words = cut(words, max(0, room))
    gap = " " * max(0, room - width(words))
    return Line(
        (
            Span(" Triage", "accent"),
            Span(head, "strong"),
            Span(shown),
            Span(words, "dim"),
            Span(gap),
            Span(tail, "dim"),
        )
    )


def annotators_line(labels: Mapping[str, Sequence[str]], taxonomy: Taxonomy, cells: int) -> Line:
    """Return what every annotator says of a case; nothing is known of it when blind."""
    if not labels:
        return Line((Span(" labels of others are hidden (--blind)", "dim"),))
    spans = [Span(" labels: ", "dim")]
    for who, categories in labels.items():
        codes = " ".join(map(taxonomy.code, categories))
        spans += [Span(f"{plain(who)} "), Span(f"{codes}   ", "strong")]
    while len(spans) > 3 and sum(width(span.text) for span in spans) > cells:
        spans = spans[:-2]
    return Line(tuple(spans))


def sort_name(sort: str) -> str:
    """Write a sort with its way: "id", "rank, worst first"."""
    name = sort.removeprefix("-")
    return SORTS.get(sort) or (f"{name}, highest first" if sort != name else name)


def clock_time(at: str) -> str:
    """Write a stored time (UTC, ISO 8601) as the hours here: 12:04:31."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return plain(at[-8:])


def saved_sentence(
    decisions: Sequence[Decision],
    taxonomy: Taxonomy,
    changed: Sequence[str] = ("categories",),
    was: str = "",
) -> str:
    """Say what has just been committed and how to take it back.

    `changed` names the fields, `was` what was replaced.
    """
    if not decisions:
        return "Nothing was changed."
    last = decisions[-1]
    if "note" in changed:
        what = "note" if last.note else "empty note"
    elif "star" in changed:
        what = "star" if last.star else "no star"
    else:
        what = decided(last, taxonomy)
    who = str(last.query_id) if len(decisions) == 1 else f"{len(decisions):,} cases"
    what = f"{what}, {was}," if was else what
    return f"{who} -> {what} saved {clock_time(last.at)} ({shown_key('undo')} undo)"


def replaced_words(cases: Sequence[Case], me: str, taxonomy: Taxonomy) -> str:
    """Say whose labels a new one replaces in the list: "was CNT by root"; "" for none's."""
    others = [case for case in cases if case.categories and case.annotator not in (None, me)]
    if not others:
        return ""
    if len(cases) > 1:
        return f"{len(others):,} of them were labelled by others"
    codes = " ".join(map(taxonomy.code, others[0].categories))
    return f"was {codes} by {plain(others[0].annotator or '')}"


def kept_words(cases: Sequence[Case], change: Mapping[str, Any]) -> str:
    """Say what of others still shows after one's own star or label was taken away; "" for none."""
    if change.get("star") is False:
        kept, what = [case for case in cases if case.star], "star"
    elif change.get("verdict") == "undecided":
        kept, what = [case for case in cases if case.verdict != "undecided"], "decision"
    else:
        return ""
    if not kept:
        return ""
    who = kept[0].annotator if len(cases) == 1 and what == "decision" else None
    return f"the {what} of {plain(who) if who else 'others'} stays"


def decided(decision: Decision, taxonomy: Taxonomy) -> str:
    """Write a decision in a word: the codes, "skipped", "no label", "undone" or "redone"."""
    if decision.undoes is not None:
        return "redone" if decision.redoes else "undone"
    if decision.categories:
        return " ".join(taxonomy.code(name) for name in decision.categories)
    return "skipped" if decision.verdict == "skipped" else "no label"


def history_row(decision: Decision, taxonomy: Taxonomy) -> HistoryRow:
    """Present a decision as a line of the history."""
    what = decided(decision, taxonomy)
    return HistoryRow(
        decision_id=decision.id,
        query_id=decision.query_id,
        direction=decision.direction,
        dataset_id=decision.dataset_id,
        time=clock_time(decision.at),
        who=plain(decision.annotator),
        what=f"{what} *" if decision.star else what,
        note=plain(decision.note[:NOTE_CHARACTERS]),
    )
