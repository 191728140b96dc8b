"""Where the work on a list of cases stands, for the next start."""

from __future__ import annotations

from workbench.presenters.facts import list_facts
from workbench.presenters.label_panel import progress
from workbench.presenters.text import plain
from workbench.presenters.when import ago
from workbench.session.door import Session
from workbench.session.errors import SessionError
from workbench.views.case_view import CaseView
from workbench.views.home import ResumeRow


def resume_row(session: Session, view: CaseView | None) -> ResumeRow | None:
    """Return how far the list that was looked at last is; None once it is gone or was never one."""
    if view is None:
        return None
    try:
        run = session.library.run(view.run_id)
        counts = session.cases.counts(view)
    except SessionError:
        return None
    newest = session.labels.history(1)
    when = ago(newest[0].at, session.clock()) if newest else ""
    name = session.library.names(run.dataset_id)[run.id]
    far = progress(counts, session.taxonomy, session.cases.whose(run.dataset_id))
    return ResumeRow(
        plain(f"{name} {view.direction} {view.filter}"),
        counts.decided,
        counts.total,
        when,
        list_facts(run, name, view, far, when),
    )
