"""The table of models: quality beside cost, as cells of text."""

from __future__ import annotations

from workbench.presenters.compare_numbers import percent
from workbench.presenters.text import plain
from workbench.views.compare import ModelRow

COLUMNS = (
    "",
    ">run",
    "model",
    "stage",
    ">t2i R@1",
    ">R@5",
    ">R@10",
    ">i2t R@1",
    ">R@5",
    ">R@10",
    ">r_mean",
    ">params M",
    ">GFLOPs",
    ">images/s",
    ">captions/s",
    ">pairs/s",
    ">memory",
    ">disk",
)
PARETO = "*"
LEGEND = "* no other run here is as good for less; p GFLOPs as published"
COSTS = {
    "gflops": "GFLOPs of an image, a caption and its re-ranked pairs",
    "parameters": "parameters",
    "seconds": "seconds for the whole data set",
}


def model_cells(row: ModelRow, *, short: bool = False) -> tuple[str, ...]:
    """Return a row of the table; "--" where something was not measured."""
    stage = row.stage if row.rerank is None else f"{row.stage} {row.rerank}"
    return (
        PARETO if row.pareto else "",
        str(row.run_id),
        row.name if short else plain(row.model),
        stage,
        *(percent(share) for share in (*row.t2i, *row.i2t, row.r_mean)),
        "--" if row.parameters is None else f"{row.parameters / 1e6:,.1f}",
        _gflops(row),
        *(_rate(per_s) for per_s in (row.images_per_s, row.captions_per_s, row.pairs_per_s)),
        _size(row.peak_memory_bytes),
        _size(row.disk_bytes),
    )


def _gflops(row: ModelRow) -> str:
    if row.gflops is None:
        return "--"
    text = f"{row.gflops:,.1f}" if row.gflops >= 1 else f"{row.gflops:.3g}"
    return f"{text} p" if row.gflops_published else text


def _rate(per_s: float | None) -> str:
    return "--" if per_s is None else f"{per_s:,.0f}" if per_s >= 10 else f"{per_s:.2g}"


def _size(n_bytes: int | None) -> str:
    if n_bytes is None:
        return "--"
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.0f} MiB"
