"""Texts for the clipboard, and the sequence that hands one to the terminal (OSC 52)."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable

from store.records.case import Case
from store.records.direction import Direction
from workbench.views.case import CaseSheet
from workbench.views.case_view import CaseView
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.copies import Copies
from workbench.views.job import JobRow
from workbench.views.search import Found, FoundImage
from workbench.views.slices import RunSlices

LIMIT = 56_000
"""Bytes that are sent; base64 of more than about 75,000 is dropped by several terminals."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    """Return a text without control characters; tabs and line ends stay."""
    return _CONTROL.sub("", text)


def osc52(text: str, *, tmux: bool) -> str:
    """Return the sequence that fills the clipboard; within tmux in both of its forms.

    The plain one needs `set-clipboard on` there, the wrapped one `allow-passthrough on`.
    """
    plain = f"\x1b]52;c;{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}\x07"
    return f"{plain}\x1bPtmux;\x1b{plain}\x1b\\" if tmux else plain


def case_copies(case: Case, sheet: CaseSheet, view: CaseView, workspace: str) -> Copies:
    """Return what can be copied of a case."""
    base = ["workbench", "--workspace", workspace]
    where = ["--run", str(view.run_id), *_way(view.direction)]
    fields = (case.query_id, case.rank, case.margin, ";".join(case.categories), case.query)
    return Copies(
        id=str(case.query_id),
        text=case.query if view.direction == "t2i" else sheet.query.text,
        path=str(sheet.true.path or ""),
        row="\t".join("" if one is None else _field(str(one)) for one in (*fields, case.top_text)),
        link=shlex.join([*base, "case", str(case.query_id), *where]),
        view=shlex.join([*base, "cases", view.filter, *where]),
    )


def job_copies(row: JobRow, command: str, log: str, workspace: str) -> Copies:
    """Return what can be copied of a job; its text is the command that asks for it again."""
    fields = (str(row.job_id), row.what, row.words, row.device, row.took, row.remark)
    return Copies(
        id=str(row.job_id),
        text=command,
        path=log,
        row="\t".join(map(_field, fields)),
        link=shlex.join(["workbench", "--workspace", workspace, "job", str(row.job_id)]),
    )


def workspace_copies(workspace: str) -> Copies:
    """Return what can be copied of a workspace: its path, and the command that opens it."""
    return Copies(path=workspace, link=shlex.join(["workbench", "--workspace", workspace]))


def plot_copies(view: CaseView, kind: str, told: str, workspace: str) -> Copies:
    """Return the values of a mark as they are told, and the command that prints the plot."""
    command = ["workbench", "--workspace", workspace, "plot", str(view.run_id), kind]
    where = ["--where", view.filter] if view.filter else []
    parts = (_field(part) for part in re.split(r"\s{2,}", told.strip()))
    return Copies(row="\t".join(parts), view=shlex.join([*command, *_way(view.direction), *where]))


def search_copies(found: Found, image: FoundImage, workspace: str) -> Copies:
    """Return what can be copied of an image that was found."""
    cosine = "" if image.score is None else f"{image.score:.4f}"
    fields = (str(image.position), image.key, cosine, image.caption)
    return Copies(
        id=image.key,
        text=image.caption,
        path=str(image.path or ""),
        row="\t".join(map(_field, fields)),
        view=search_command(found, workspace),
    )


def search_command(found: Found, workspace: str, *, k: int | None = None) -> str:
    """Return the command that prints what was found; `k` is how many images, None for its own."""
    command = ["workbench", "--workspace", workspace, "search", str(found.gallery.run_id)]
    ways = {"image": ["--like", found.query], "words": ["--text", found.query]}
    many = ["--k", str(k)] if k else []
    return shlex.join([*command, *many, *ways.get(found.way, [found.query])])


def cluster_copies(table: ClusterTable, row: ClusterRow, workspace: str) -> Copies:
    """Return what can be copied of a cluster: its name and words, its numbers, its cases."""
    base = ["workbench", "--workspace", workspace]
    run, way = str(table.run_id), _way(table.direction)
    facts = row.facts
    words = " ".join(facts.words)
    numbers = (row.number, row.name, facts.size, facts.queries, facts.lift, row.decided, words)
    return Copies(
        id=str(row.number),
        text=row.name if row.name == words else f"{row.name}: {words}",
        row="\t".join("" if one is None else _field(str(one)) for one in numbers),
        link=shlex.join([*base, "cases", row.filter, "--run", run, *way]),
        view=shlex.join([*base, "clusters", run, *way]),
    )


def slice_copies(found: RunSlices, name: str, values: Iterable[object], workspace: str) -> Copies:
    """Return what can be copied of a slice: its name, its numbers, the command for all slices."""
    command = ["workbench", "--workspace", workspace, "slices", str(found.run_id)]
    how = ["--direction", found.direction, "--k", str(found.k)]
    return Copies(
        text=name,
        row="\t".join("" if one is None else _field(str(one)) for one in values),
        view=shlex.join([*command, *how]),
    )


def _way(direction: Direction) -> list[str]:
    return [] if direction == "t2i" else ["--direction", direction]


def _field(text: str) -> str:
    return " ".join(text.split())
