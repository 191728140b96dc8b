"""What can compute here, as line 2 of Jobs: every GPU with who holds it, the workers."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.presenters.text import cut, fit, width
from workbench.views.devices import DevicesView, GpuView
from workbench.views.line import Line, Span, Tone

WIDE = 140
"""From this width on every GPU has a line of its own."""

MOST_LINES = 8
_BAR, _HISTORY = 20, 40
_BLOCKS = " ▁▂▃▄▅▆▇█"
_GAP = "    "


def device_lines(view: DevicesView, cells: int, *, tall: bool) -> tuple[Line, ...]:
    """Return one line, or on a wide and tall screen a line for each GPU with its last minutes."""
    if tall and cells >= WIDE and 0 < len(view.gpus) < MOST_LINES:
        return (*(_gpu_line(gpu, cells) for gpu in view.gpus), Line((Span(" "), *_workers(view))))
    return (_first_that_fits(view, cells),)


def _first_that_fits(view: DevicesView, cells: int) -> Line:
    """Return the fullest form that fits the width."""
    line = Line(())
    for spans in _forms(view):
        line = Line((Span(" "), *spans))
        if width(line.text) < cells:
            return line
    return Line((Span(cut(line.text, cells)),))


def _forms(view: DevicesView) -> Iterator[list[Span]]:
    if not view.gpus:
        noun = "core" if view.cores == 1 else "cores"
        place = Span(f"no GPU: processor, {view.cores} {noun}")
        yield [place, Span(_GAP), *_workers(view)]
        yield [place]
        return
    each = [span for gpu in view.gpus for span in (*_gpu(gpu), Span(_GAP))]
    free = [gpu for gpu in view.gpus if gpu.who == "free"]
    names = ", ".join(str(gpu.index) for gpu in free) or "none"
    yield [*each, Span(f"free: {names}{_GAP}"), *_workers(view)]
    yield [*each, Span(f"free: {names}")]
    yield [Span("   ".join(f"GPU{gpu.index} {gpu.who} {gpu.busy:.0%}" for gpu in view.gpus))]
    mine = sum(gpu.who == "you" for gpu in view.gpus)
    others = len(view.gpus) - mine - len(free)
    yield [
        Span(f"{len(view.gpus)} GPUs: {mine} yours, {others} of others, {len(free)} free{_GAP}"),
        *_workers(view),
    ]


def _workers(view: DevicesView) -> list[Span]:
    if not view.workers:
        return [Span("no worker at work", "dim")]
    noun = "worker" if len(view.workers) == 1 else "workers"
    return [Span(f"{len(view.workers)} {noun}: {', '.join(view.workers)}", "busy")]


def _gpu(gpu: GpuView) -> list[Span]:
    held = f"{gpu.used_gib:.1f}/{gpu.total_gib:.0f}G {gpu.busy:.0%}"
    return [Span(f"GPU{gpu.index} "), Span(gpu.who, _tone(gpu)), Span(f" {held}", "dim")]


def _gpu_line(gpu: GpuView, cells: int) -> Line:
    full = round(_BAR * min(1.0, gpu.used_gib / gpu.total_gib)) if gpu.total_gib else 0
    history = "".join(_BLOCKS[round(8 * min(1.0, busy))] for busy in gpu.history[-_HISTORY:])
    room = max(10, cells - 8 - 12 - 2 - _BAR - 18 - 8 - _HISTORY - 12)
    return Line(
        (
            Span(fit(f" GPU{gpu.index}", 8)),
            Span(fit(gpu.who, 12), _tone(gpu)),
            Span("█" * full, "busy"),
            Span("░" * (_BAR - full) + " ", "dim"),
            Span(fit(f"{gpu.used_gib:.1f} of {gpu.total_gib:.0f} GiB", 18)),
            Span(fit(f"{gpu.busy:.0%}", 5, right=True) + "  "),
            Span(fit(history, _HISTORY, right=True), "busy"),
            Span(fit("  worker" if gpu.has_worker else "", 10), "busy"),
            Span(cut(gpu.name, room), "dim"),
        )
    )


def _tone(gpu: GpuView) -> Tone:
    return "good" if gpu.who == "free" else "busy" if gpu.who == "you" else "warn"
