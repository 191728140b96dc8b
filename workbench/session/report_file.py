"""Writes a report of runs as the command does: in a process of its own, which outlives the face."""

from __future__ import annotations

import asyncio
import re
import shlex
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from workbench.compute.processes import PYTHON
from workbench.session.door import Session
from workbench.session.errors import SessionError

ENDINGS = (".html", ".md")


def report_path(session: Session, run_ids: Sequence[int]) -> Path:
    """Propose a file that says which runs it is about and when it was written."""
    runs = "-".join(map(str, run_ids))
    stamp = datetime.fromtimestamp(session.clock()).astimezone().strftime("%Y%m%d-%H%M%S")
    name = f"report-run{'s' if len(run_ids) > 1 else ''}-{runs}-{stamp}.html"
    return session.cases.exports_dir / name


def report_command(session: Session, run_ids: Sequence[int], path: Path) -> str:
    """Return the command that writes a report, quoted for a shell."""
    return shlex.join(["workbench", *_words(session, run_ids, path)])


async def write_report(session: Session, run_ids: Sequence[int], path: Path) -> None:
    """Write a report and return when it is there; raises SessionError.

    If the face ends before, the page is written all the same.
    """
    if path.parent == session.cases.exports_dir:
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            *PYTHON,
            "workbench",
            *_words(session, run_ids, path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        if await process.wait():
            said.seek(0)
            lines = said.read().decode(errors="replace").split("\n")
            told = [line for one in lines if (line := re.sub(r".*\r", "", one).strip())]
            reason = told[-1].removeprefix("Error: ") if told else "its process was ended."
            raise SessionError(f"No report: {reason}")


def _words(session: Session, run_ids: Sequence[int], path: Path) -> list[str]:
    who = ["--annotator", session.annotator, "--blind"] if session.blind else []
    runs = map(str, run_ids)
    return ["--workspace", str(session.path), *who, "report", *runs, "--out", str(path)]
