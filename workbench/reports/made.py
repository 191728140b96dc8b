"""How the numbers were made: data, published results, protocols, commands and versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.errors import NotFound
from store.records.run import Run
from workbench.presenters.compare_protocol import part
from workbench.presenters.facts import size, stated
from workbench.presenters.home import names_of
from workbench.presenters.job_command import job_command
from workbench.presenters.verdict import (
    ROW,
    cause_cells,
    published,
    source_sentence,
    verdict_rows,
    verdict_sentence,
)
from workbench.presenters.when import duration
from workbench.reports.source import Source
from workbench.views.report import Block, Paragraph, Section, Table
from workbench.views.verdict import Verdict

CAUSES = ("usual cause", "", "size", "seen in")


def published_section(source: Source) -> Section | None:
    """Return every run beside the published results of its model; None where there are none."""
    blocks: list[Block] = []
    data = []
    for run in source.runs:
        for verdict in source.compare.verdicts(run.id):
            blocks += _verdict(source, run, verdict)
            data.append({"run_id": run.id, "within": verdict.within, "verdict": verdict})
    if not blocks:
        return None
    return Section("published", "Against published results", tuple(blocks), {"runs": data})


def made_section(source: Source) -> Section:
    """Return the data sets, what each run cost, its command and versions, and all protocols."""
    blocks: list[Block] = [_datasets(source)]
    jobs = {run.id: _origin(source, run) for run in source.runs}
    columns = ("", *(source.label(run) for run in source.runs))
    facts = [_facts(source, run, jobs[run.id]) for run in source.runs]
    names = list(dict.fromkeys(name for one in facts for name in one))
    rows = tuple((name, *(one.get(name, "--") for one in facts)) for name in names)
    blocks.append(Table("How the runs were made", columns, rows))
    blocks.append(_protocols(source, columns))
    data = [{"run_id": run.id, "protocol": run.protocol, "efficiency": run.efficiency}
            for run in source.runs]  # fmt: skip
    return Section("protocol", "How it was made", tuple(blocks), {"runs": data})


def _verdict(source: Source, run: Run, verdict: Verdict) -> list[Block]:
    title = f"{source.label(run)} against {published(verdict)}"
    rows = tuple(verdict_rows(verdict.values))
    blocks: list[Block] = [
        Paragraph(f"{source.label(run)}: {verdict_sentence(verdict)}."),
        Table(title, ROW, rows, source_sentence(verdict)),
    ]
    causes = tuple(map(cause_cells, verdict.causes))
    return [*blocks, Table("Usual causes", CAUSES, causes)] if causes else blocks


def _datasets(source: Source) -> Table:
    ids = dict.fromkeys(run.dataset_id for run in source.runs)
    found = [source.workspace.datasets.get(dataset_id) for dataset_id in ids]
    unusable: dict[int, int] = {}
    for run in source.runs:  # an image can go bad between two runs
        left_out = run.protocol.get("unusable_images", 0)
        unusable[run.dataset_id] = max(left_out, unusable.get(run.dataset_id, 0))
    rows = tuple(
        (
            f"{one.name}/{one.split}",
            f"{one.n_images:,}",
            f"{one.n_captions:,}",
            f"{unusable[one.id]:,}",
            one.licence or "not stated",
            one.fingerprint,
        )
        for one in found
    )
    columns = ("data set", ">images", ">captions", ">unusable images", "licence", "fingerprint")
    return Table("Data", columns, rows)


def _origin(source: Source, run: Run) -> tuple[str | None, Mapping[str, Any]]:
    """Return the command that makes a run again and where it was made; nothing for lost jobs."""
    if run.job_id is None:
        return None, {}
    try:
        job = source.workspace.jobs.get(run.job_id)
    except NotFound:
        return None, {}
    names = names_of(source.workspace.datasets.all())
    command = job_command(job, source.workspace.path.resolve().name, names)
    return command or job.origin.get("command"), job.origin


def _facts(source: Source, run: Run, made: tuple[str | None, Mapping[str, Any]]) -> dict[str, str]:
    command, origin = made
    packages = origin.get("packages") or {}
    commit = f"{origin.get('commit')}{' with changes' if origin.get('changed') else ''}"
    after = f", after run {run.first_run_id}" if run.first_run_id else ""
    facts = {
        "model": run.model,
        "stage": f"{run.stage}{after}",
        "made": run.created_at,
        "command": command or "--",
        "workbench": stated(origin.get("code_version")),
        "commit": commit if origin.get("commit") else "not under git",
        "python": stated(origin.get("python")),
        **{name: stated(version) for name, version in packages.items() if version},
        "device": stated(run.efficiency.get("device_name", run.efficiency.get("device"))),
        "took": duration(run.seconds),
        "images/s": _rate(run.images_per_s),
        "captions/s": _rate(run.captions_per_s),
        "pairs/s": _rate(run.pairs_per_s),
        "peak memory": size(run.peak_memory_bytes),
    }
    return facts


def _protocols(source: Source, columns: tuple[str, ...]) -> Table:
    names = sorted({name for run in source.runs for name in run.protocol})
    rows = tuple(
        (name.replace("_", " "), *(part(run.protocol, name) for run in source.runs))
        for name in names
    )
    return Table("Protocol", columns, rows)


def _rate(per_s: float | None) -> str:
    return "--" if per_s is None else f"{per_s:,.1f}"
