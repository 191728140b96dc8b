"""What models wrote for the images, measured."""

from __future__ import annotations

from typing import Any

from workbench.presenters.captions import METRICS, metric_rows
from workbench.presenters.run_names import short_model
from workbench.reports.source import Source
from workbench.views.report import Section, Table


def captions_section(source: Source) -> Section | None:
    """Return the numbers of the finished captionings of the runs' data; None without any."""
    datasets = {run.dataset_id for run in source.runs}
    tables = []
    data: list[dict[str, Any]] = []
    for captioning in reversed(source.workspace.captionings.all()):
        if captioning.dataset_id not in datasets or captioning.status != "done":
            continue
        metrics = source.workspace.captionings.metrics(captioning.id)
        title = (
            f"Captioning {captioning.id}: {short_model(captioning.model)} on "
            f"{captioning.dataset}/{captioning.split}, {captioning.done:,} captions"
        )
        tables.append(Table(title, METRICS, tuple(metric_rows(metrics))))
        data.append({"id": captioning.id, "model": captioning.model, "metrics": metrics})
    if not tables:
        return None
    return Section("captions", "Generated captions", tuple(tables), {"captionings": data})
