"""What Home, Jobs and Search list, written to files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.workspace import Workspace
from workbench.session.errors import told
from workbench.views.job import JobRow
from workbench.views.search import Found
from workbench.views.verdict import Verdict

if TYPE_CHECKING:
    from workbench.jobs.export_file import ExportResult
    from workbench.session.jobs import SessionJobs


def write_table(
    workspace: Workspace,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    meta: Mapping[str, Any],
    path: Path,
) -> ExportResult:
    """Write rows to a file of the format that its name ends with; raises ExportError.

    The folder of the exports is made where it is not there yet, no other one.
    """
    from workbench.jobs.export_file import write_rows

    if path.parent == workspace.path / "exports":
        with suppress(OSError):  # the file's own error says more
            path.parent.mkdir(exist_ok=True)
    # They are looked at in a spreadsheet more than read by a program, and nobody is asked.
    return write_rows(columns, rows, meta, path, spreadsheet_safe=True)


class SessionTables:
    """Writes lists that are not cases; `command` in what lies beside a file prints the same."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: SessionJobs,
        verdicts: Callable[[int], tuple[Verdict, ...]],
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._verdicts = verdicts

    @told
    def runs(self, path: Path) -> ExportResult:
        """Write all runs with their metrics, newest first as `workbench runs` lists them."""
        from workbench.presenters.tables import RUN_COLUMNS, exported_run

        store = self._workspace.runs
        rows = (
            exported_run(run, store.metrics(run.id), self._verdicts(run.id)) for run in store.all()
        )
        meta = {"command": self._command("runs", "--json")}
        return write_table(self._workspace, RUN_COLUMNS, rows, meta, path)

    @told
    def jobs(self, rows: Sequence[JobRow], filter: str, path: Path) -> ExportResult:
        """Write jobs in the order given; one that was deleted meanwhile is left out."""
        from workbench.presenters.tables import JOB_COLUMNS, exported_job

        # One look at the queue for all of them: to look at each alone would read it as often.
        known = {job.id: job for job in self._jobs.listing()}
        exported = (exported_job(row, known[row.job_id]) for row in rows if row.job_id in known)
        meta = {"filter": filter, "command": self._command("jobs", "--json")}
        return write_table(self._workspace, JOB_COLUMNS, exported, meta, path)

    @told
    def found(self, found: Found, path: Path) -> ExportResult:
        """Write the images of a search, best first, each with all its captions."""
        from workbench.presenters.clipboard import search_command
        from workbench.presenters.tables import FOUND_COLUMNS, exported_image

        datasets, gallery = self._workspace.datasets, found.gallery
        rows = (
            exported_image(
                found, image, [caption.text for caption in datasets.captions_of(image.image_id)]
            )
            for image in found.images
        )
        meta = {
            "run_id": gallery.run_id,
            "dataset": f"{gallery.dataset}/{gallery.split}",
            "model": gallery.model,
            "way": found.way,
            "query": found.query,
            "found": found.n_found,
            "searched": gallery.n_images,
            "command": search_command(
                found, str(self._workspace.path.resolve()), k=len(found.images)
            ),
        }
        return write_table(self._workspace, FOUND_COLUMNS, rows, meta, path)

    def _command(self, *words: str) -> str:
        path = str(self._workspace.path.resolve())
        return shlex.join(["workbench", "--workspace", path, *words])
