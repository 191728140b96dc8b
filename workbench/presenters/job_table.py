"""The table of jobs at any width, and the line that counts them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from workbench.presenters.jobs import TONES
from workbench.presenters.text import DOTS, cut, cut_middle, fit, width
from workbench.views.job import JobRow
from workbench.views.line import Line, Span, Tone
from workbench.views.table_filter import Filtered

STATES = ("running", "stopping", "queued", "waiting", "failed", "lost", "cancelled", "done")
"""In the order in which they are counted."""

PATH = 24
"""Cells of a path in a sentence that has to be shortened."""

_MARGIN = 3
_SHORT_SINCE = 8


def job_lines(rows: Sequence[JobRow], cells: int, marked: Collection[int] = ()) -> tuple[Line, ...]:
    """Return the rows of the table, each in at most `cells` cells; marked ones have a `*`."""
    columns = _columns(rows, cells)
    return tuple(
        Line(
            tuple(_span(row, name, size, row.job_id in marked) for name, size in columns),
            key=str(row.job_id),
        )
        for row in rows
    )


def job_header(rows: Sequence[JobRow], cells: int) -> Line:
    """Return the names of the columns."""
    names = [Span(_cell(name, size), "dim") for name, size in _columns(rows, cells)]
    return Line((Span(" " * _MARGIN), *names), rule=True)


def summary(
    rows: Sequence[JobRow], cells: int, n_marked: int = 0, narrowed: Sequence[str] = ()
) -> Line:
    """Return a rule with how many jobs there are in which state, and how they are `narrowed`."""
    if not rows:
        return _ruled([Span(" no jobs yet", "dim")], cells)
    counts = [
        (f"{count} {state}", TONES[state])
        for state in STATES
        if (count := sum(row.state == state for row in rows))
    ]
    counts[:0] = [(text, "accent") for text in narrowed]
    if n_marked:
        counts.insert(0, (f"{n_marked} marked", "accent"))
    total = f" {len(rows)} {'job' if len(rows) == 1 else 'jobs'}"
    for gap in ("   ", "  ", " "):
        spans = [Span(total, "strong"), *(Span(gap + text, tone) for text, tone in counts)]
        if sum(width(span.text) for span in spans) <= cells - 4:
            return _ruled(spans, cells)
    kept = list(counts)
    while kept and width(total) + sum(len(text) + 1 for text, _ in kept) > cells - 7:
        kept.pop()
    few = (Span(f" {text}", tone) for text, tone in kept)
    return _ruled([Span(total, "strong"), *few, Span(f" {DOTS}")], cells)


SORTS = {"": "queue", "id": "id", "time": "time", "kind": "kind", "device": "device",
         "state": "state"}  # fmt: skip
"""Orders of the table, and what they are called."""


def ordered_jobs(rows: Sequence[JobRow], sort: str) -> tuple[JobRow, ...]:
    """Return the jobs in an order: "" as they run, "-id" the other way round."""
    name = sort.lstrip("-")
    shown = list(rows)
    if name in ("id", "time"):
        shown.sort(key=lambda row: (row.at, row.job_id) if name == "time" else ("", row.job_id))
        shown.reverse()
    elif name == "state":
        shown.sort(key=lambda row: STATES.index(row.state) if row.state in STATES else len(STATES))
    elif name:
        shown.sort(key=lambda row: str(getattr(row, name)))
    return tuple(reversed(shown)) if sort.startswith("-") else tuple(shown)


def filtered_job(row: JobRow) -> Filtered:
    """Return what a filter sees of a job."""
    device = (f"device:{row.device.replace(' ', '-')}",) if row.device else ()
    text = f"{row.job_id} {row.what} {row.words} {row.study} {row.remark}"
    return Filtered(text, (f"state:{row.state}", f"kind:{row.kind}", *device))


def remark_of(row: JobRow) -> str:
    """Return what there is to say about a job: its result or failure, while it runs its stage."""
    return row.remark if row.finished else row.remark or row.stage


def brief(sentence: str, cells: int) -> str:
    """Return a sentence in at most `cells` cells; its paths are left out before its reason."""
    if width(sentence) <= cells:
        return sentence
    words = sentence.split(" ")
    shorter = " ".join(_shortened(word, PATH) for word in words)
    if width(shorter) <= cells:
        return shorter
    return cut(" ".join(_shortened(word, 0) for word in words), cells)


def _ruled(spans: Sequence[Span], cells: int) -> Line:
    used = sum(width(span.text) for span in spans) + 3
    return Line((Span("──", "dim"), *spans, Span(f" {'─' * max(0, cells - used)}", "dim")))


def _columns(rows: Sequence[JobRow], cells: int) -> tuple[tuple[str, int], ...]:
    """Return (name, cells) of the columns; `what` takes what it needs, `remark` the rest.

    The widths hang on the screen and on which jobs there are, hardly on their states: a table whose
    columns move while jobs go on cannot be read.
    """
    longest = max((width(row.what) for row in rows), default=8) + 2
    id_cells = max((len(str(row.job_id)) for row in rows), default=1) + 3
    state = 21 if cells < 100 else 24
    columns = [("state", state), ("done", 5), ("eta", 6 if cells < 100 else 7)]
    if cells >= 72:
        columns += [("device", 9 if cells < 100 else 10), ("since", _since_cells(rows, cells))]
    if cells >= 100:
        columns.insert(2, ("rate", 10))
        columns.append(("took", 7))
        if any(row.attempts > 1 for row in rows):
            columns.append(("tries", 7))
    left = cells - _MARGIN - id_cells - sum(size for _, size in columns)
    if study := _study_cells(rows, left - longest):
        columns.append(("study", study))
        left -= study
    what = max(12, min(left, longest))
    remark = [("remark", left - what)] if left - what >= 20 else []
    return (("id", id_cells), ("what", what), *columns, *remark)


def _since_cells(rows: Sequence[JobRow], cells: int) -> int:
    if cells < 100:
        return _SHORT_SINCE
    return max((len(row.since) for row in rows), default=8) + 1


def _study_cells(rows: Sequence[JobRow], left: int) -> int:
    names = max((width(row.study) for row in rows), default=0)
    return min(names, 20) + 2 if names and left >= min(names, 20) + 2 else 0


def _cell(text: str, size: int, name: str = "") -> str:
    name = name or text
    if name in ("done", "rate", "eta", "took", "tries"):
        return fit(text, size, right=True)
    if name == "id":
        return fit(text, size - 2, right=True) + "  "
    if name == "since":
        return fit(text, size)
    if name == "device":
        return " " * (size - 8) + fit(text, 7) + " "
    if name in ("remark", "study"):
        return "  " + fit(text, size - 2)
    return fit(text, size - 1) + " "


def _span(row: JobRow, name: str, size: int, marked: bool) -> Span:
    text, tone = _value(row, name, size, marked)
    return Span(_cell(text, size, name), tone)


def _value(row: JobRow, name: str, size: int, marked: bool) -> tuple[str, Tone]:
    """Return the text of a column and its tone."""
    match name:
        case "id":
            return f"{'*' if marked else ''}{row.job_id}", "accent" if marked else "dim"
        case "what":
            return (row.what if width(row.what) < size else row.short), ""
        case "state":
            return row.words, row.tone
        case "remark":
            return brief(remark_of(row), max(0, size - 2)), "bad" if row.overdue else "dim"
        case "since":
            return (row.since if len(row.since) <= size else row.since.rpartition(" ")[0]), "dim"
        case "tries":
            return (str(row.attempts) if row.attempts > 1 else ""), "dim"
        case "done" | "rate" | "eta":
            return getattr(row, name), ""
        case _:
            return getattr(row, name), "dim"


def _shortened(word: str, cells: int) -> str:
    if "/" not in word or width(word) <= cells:
        return word
    return cut_middle(word, cells) if cells else DOTS
