"""A whole report from a workspace, section by section."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from store.clock import utc_now
from store.workspace import Workspace
from workbench.reports.captions import captions_section
from workbench.reports.clusters import clusters_section
from workbench.reports.compared import compared_section
from workbench.reports.costs import costs_section
from workbench.reports.examples import examples_section
from workbench.reports.labels import labels_section
from workbench.reports.made import made_section, published_section
from workbench.reports.missing import missing_section
from workbench.reports.probes import probes_section
from workbench.reports.scores import scores_section
from workbench.reports.slices import slices_section
from workbench.reports.source import ReportRequest, Source
from workbench.reports.summary import summary_section
from workbench.views.report import Report, Section

SECTIONS: tuple[Callable[[Source], Section | None], ...] = (
    scores_section,
    compared_section,
    costs_section,
    examples_section,
    slices_section,
    clusters_section,
    probes_section,
    labels_section,
    missing_section,
    captions_section,
    published_section,
    made_section,
)


def read_report(
    workspace: Workspace,
    request: ReportRequest,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Report:
    """Read everything that a report shows; raises StoreError or SessionError.

    Takes about half a minute for two runs of 158,915 queries.
    """
    source = Source(workspace, request)
    sections = []
    for done, make in enumerate(SECTIONS):
        progress("reading", done, len(SECTIONS))
        section = make(source)
        if section is not None:
            sections.append(section)
    models = ", ".join(dict.fromkeys(source.name(run) for run in source.runs))
    datasets = ", ".join(dict.fromkeys(f"{run.dataset}/{run.split}" for run in source.runs))
    return Report(
        title=request.title or f"{models} on {datasets}",
        subtitle=f"Image-text retrieval on {datasets}: what fails, and why",
        made_at=utc_now(),
        command=request.command,
        version=version("retrieval-workbench"),
        sections=(summary_section(source, sections), *sections),
    )
