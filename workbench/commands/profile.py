"""`workbench profile`: how fast a model is on this machine, and what it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import click

from plugins.api import Precision
from workbench.commands.examples import examples
from workbench.commands.output import print_json, print_table, progress_bar
from workbench.commands.waiting import device_option

if TYPE_CHECKING:
    from workbench.compute.profile import Cell, Profile

COLUMNS = ("what", "precision", ">batch", ">items/s", ">p50 ms", ">p95 ms", ">GPU memory", "note")


@click.command(
    "profile", epilog=examples("workbench profile open_clip:ViT-B-32/openai --batch-sizes 1,8")
)
@click.argument("model")
@device_option
@click.option("--batch-sizes", default="1,8,32", show_default=True, help="Numbers, by commas.")
@click.option(
    "--precisions",
    default="fp32,bf16,fp16",
    show_default=True,
    help="Of fp32, bf16 and fp16, by commas.",
)
@click.option(
    "--seconds",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0.1, 600),
    help="Time for each number; a single call if that takes longer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    model: str, device: str, batch_sizes: str, precisions: str, seconds: float, as_json: bool
) -> None:
    """Measure latency and throughput of MODEL with made-up images and captions.

    A call with a batch of 1 tells the latency. The model runs in this process.
    """
    from plugins import registry
    from workbench.compute.devices import resolve_device
    from workbench.compute.profile import profile

    if not re.fullmatch(r"[1-9]\d{0,4}(,[1-9]\d{0,4})*", batch_sizes):
        raise click.UsageError("--batch-sizes takes whole numbers above 0, as in 1,8,32.")
    wanted = precisions.split(",")
    if set(wanted) - set(get_args(Precision)):
        raise click.UsageError(f"--precisions takes {', '.join(get_args(Precision))}, by commas.")
    spec = registry.check_model(model)
    with progress_bar() as report:
        found = profile(
            spec,
            resolve_device(device),
            [int(size) for size in batch_sizes.split(",")],
            [precision for precision in get_args(Precision) if precision in wanted],
            budget_s=seconds,
            report=report,
        )
    if as_json:
        print_json([found])
        return
    print_table(("model", found.model), _facts(found))
    print_table(COLUMNS, [_row(cell) for cell in found.cells])


def _facts(found: Profile) -> list[tuple[str, str]]:
    counts = [
        f"{count:,.2f} an {what}" if what == "image" else f"{count:,.2f} a {what}"
        for what, count in found.gflops.items()
    ]
    return [
        ("device", f"{found.device} ({found.device_name})"),
        ("parameters", f"{found.parameters:,}" if found.parameters else "--"),
        ("GFLOPs", ", ".join(counts) or "--"),
        ("weights on disk", _megabytes(found.weights_bytes)),
        ("peak memory of the process", _megabytes(found.peak_host_bytes)),
    ]


def _row(cell: Cell) -> tuple[object, ...]:
    return (
        cell.what,
        cell.precision,
        cell.batch_size,
        _number(cell.per_s),
        _number(cell.p50_ms),
        _number(cell.p95_ms),
        _megabytes(cell.peak_device_bytes),
        cell.problem or "",
    )


def _number(value: float | None) -> str:
    return "--" if value is None else f"{value:,.1f}"


def _megabytes(size: int | None) -> str:
    return "--" if size is None else f"{size / 1e6:,.0f} MB"
