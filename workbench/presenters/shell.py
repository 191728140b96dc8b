"""The lines around every screen: tabs, status, keys, and the badge of the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workbench.presenters.text import cut, width
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span
from workbench.views.pulse import Pulse

if TYPE_CHECKING:
    from workbench.views.job import Progress

TABS: tuple[tuple[str, str], ...] = (
    ("home", "Home"),
    ("cases", "Cases"),
    ("clusters", "Clusters"),
    ("slices", "Slices"),
    ("compare", "Compare"),
    ("plots", "Plots"),
    ("jobs", "Jobs"),
    ("search", "Search"),
)

SHORT = 4
"""Letters of the other tabs where the whole names do not fit."""


def tab_line(active: str, host: str, badge: str, cells: int, note: str = "") -> Line:
    """Return line 1: tabs left; a note ("read-only"), host, jobs and how to get help right.

    The host gives way first, then the names of the tabs that are not shown, then the last of them.
    """
    badge = noted(note, badge)
    spans = [Span(" ")]
    for name, title in tab_titles(active, badge, cells):
        here = name == active
        spans.append(Span(f"[{title}]" if here else f" {title} ", "accent" if here else "dim"))
    left = cells - sum(width(span.text) for span in spans) - width(badge) - 1
    ask = f"   {_ask()} " if left > width(_ask()) + 4 else f"  {_ask()}"
    left -= width(ask)
    shown = cut(host, left - 3) if left - 3 >= min(width(host), 8) else ""
    right = [Span(f"{shown}   " if shown else "", "dim"), Span(badge, "strong"), Span(ask, "dim")]
    gap = cells - sum(width(span.text) for span in (*spans, *right))
    return Line((*spans, Span(" " * max(0, gap)), *right))


def noted(note: str, badge: str) -> str:
    """Return the badge with what is to be known before it: neither ever gives way."""
    return f"{note}  {badge}" if note else badge


def tab_titles(active: str, badge: str, cells: int) -> tuple[tuple[str, str], ...]:
    """Return the tabs as they fit beside the badge and how to get help.

    Where there is need the names of the others are shortened, then the last of them are left out.
    """
    room = cells - width(badge) - width(_ask()) - (4 if active == TABS[-1][0] else 3)
    if _cells(TABS) <= room:
        return TABS
    tabs = tuple((name, title if name == active else title[:SHORT]) for name, title in TABS)
    while _cells(tabs) > room and len(tabs) > 1:
        last = next(tab for tab in reversed(tabs) if tab[0] != active)
        tabs = tuple(tab for tab in tabs if tab != last)
    return tabs


def _cells(tabs: Iterable[tuple[str, str]]) -> int:
    return sum(len(title) + 2 for _, title in tabs)


def _ask() -> str:
    return f"{shown_key('help')} help"


def key_line(hints: Iterable[tuple[str, str]], cells: int, *, end: bool = True) -> Line:
    """Return the last line: as many whole hints as fit, at its `end` always `? all`."""
    spans: list[Span] = [Span(" ")]
    help_key = shown_key("help")
    left = cells - 1 - (len(f"{help_key} all ") if end else 0)
    for key, label in hints:
        need = width(key) + width(label) + 3
        if need > left:
            continue
        spans += [Span(key, "strong"), Span(f" {label}  ", "dim")]
        left -= need
    return Line((*spans, Span(help_key, "strong"), Span(" all", "dim")) if end else tuple(spans))


def badge(pulse: Pulse, news: str = "") -> str:
    """Return what line 1 says of the jobs: what runs, else what ended last, else none."""
    running = [job for job in pulse.jobs if job.state == "running"]
    waiting = len(pulse.jobs) - len(running)
    if running:
        more = len(pulse.jobs) - 1
        return f"job {_share(running[0])}" + (f" +{more}" if more else "")
    if waiting:
        return f"{waiting} {'job waits' if waiting == 1 else 'jobs wait'}"
    return news or "0 jobs"


def ended_news(ended: Sequence[tuple[int, str, str, int | None]]) -> str:
    """Return the badge for jobs that have just ended: "run 12 done", "job 7 failed"."""
    if not ended:
        return ""
    job_id, _, state, run_id = max(ended)
    if state == "done" and run_id is not None:
        return f"run {run_id} done"
    return f"job {job_id} {state}"


def ended_run(ended: Sequence[tuple[int, str, str, int | None]]) -> int | None:
    """Return the newest run that jobs which have just ended made."""
    runs = [run_id for _, _, state, run_id in ended if state == "done" and run_id is not None]
    return max(runs, default=None)


def opens_result(kind: str, run_id: int | None) -> str:
    """Say which key shows what a job of a kind has made: clusters, or its run."""
    if kind == "cluster":
        return f"{shown_key('go_clusters')} shows the clusters"
    return f"{shown_key('go_cases')} opens the failures of run {run_id}"


def ended_sentence(
    ended: Sequence[tuple[int, str, str, int | None]], *, offered: bool = True, screen: str = "home"
) -> str:
    """Return the status line for jobs that have just ended, with what to press next.

    `offered` says whether going to Cases shows the new run, `screen` is the tab that is shown.
    """
    if not ended:
        return ""
    if len(ended) > 1:
        names = ", ".join(f"{job_id} {state}" for job_id, _, state, _ in sorted(ended)[:6])
        more = ", .." if len(ended) > 6 else ""
        return f"{len(ended)} jobs ended ({names}{more}): {shown_key('go_jobs')} shows them."
    job_id, kind, state, run_id = max(ended)
    if state == "done" and kind == "cluster" and screen != "clusters":
        return f"Job {job_id} is done: {opens_result(kind, run_id)}."
    if state == "done" and run_id is not None and kind != "cluster":
        opens = f"{shown_key('choose_run')} chooses run {run_id}"
        return f"Job {job_id} is done: {opens_result(kind, run_id) if offered else opens}."
    if state == "done":
        return f"Job {job_id} ({kind}) is done."
    return f"Job {job_id} ({kind}) {_past(state)}: {shown_key('go_jobs')} shows its log."


def _past(state: str) -> str:
    return {"failed": "failed", "lost": "was lost", "cancelled": "was cancelled"}.get(state, state)


def _share(job: Progress) -> str:
    return f"{int(job.share * 100)}%" if job.share is not None else "starts"
