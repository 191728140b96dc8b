"""Texts for the clipboard, and the sequence that hands one to the terminal (OSC 52)."""

from __future__ import annotations

import base64
import re
import shlex

from store.records import Case, Direction
from workbench.views.case import CaseSheet
from workbench.views.case_view import CaseView
from workbench.views.copies import Copies
from workbench.views.job import JobRow

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


def _way(direction: Direction) -> list[str]:
    return [] if direction == "t2i" else ["--direction", direction]


def _field(text: str) -> str:
    return " ".join(text.split())
