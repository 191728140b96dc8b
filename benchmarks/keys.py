"""Keys of the terminal face through a pseudo terminal: first paint, time and bytes a key.

The time of a key runs from writing it to the last byte that the program paints for it; what comes
after the cursor has rested (the case, its pictures) is counted by itself.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import moves
from benchmarks.report import machine, replace_section, table
from benchmarks.running import idle_rates
from benchmarks.terminal import Painted, Terminal
from store.records.dataset import NewCaption, NewImage
from store.records.run import RankTable
from store.workspace import Workspace
from tests import search_world
from workbench.session.places import Places
from workbench.views.case_view import CaseView
from workbench.views.place import Place

HEAD = ("screen", "key", "median ms", "p95 ms", "bytes", "bytes at rest")
STARTS = 9
TABS = ("Clusters", "Slices", "Compare", "Plots", "Jobs", "Search", "Home", "Cases")
"""The tabs that `]` goes to from Cases, one after the other, and back to it."""
LABELS = (("1", b"-> CNT"), ("2", b"-> ATR"), ("3", b"-> COR"))
"""A key, and what the last line says once it is saved."""
MEASURED_S = 5
"""Enough for what the last screens compute from all ranks."""
COLD_S = 20
"""So long it may take until a second passes in which nothing is written."""
IDLE_S = 10
"""What is written in this time counts as idle traffic."""
MOVES = 16
"""Rows that the cursor goes down, and up again, in every list: most of them scroll."""
CURSOR = (("j", "j"), ("ctrl+d", "\x04"), ("page down", "\x1b[6~"), ("G", "G"), ("home", "\x1b[H"))


def main() -> None:
    """Measure, print, and with ``--write`` put the tables into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=31_783, help="five captions each")
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--repeat", type=int, default=25)
    parser.add_argument("--workspace", type=Path, help="use this folder, and keep it")
    parser.add_argument("--write", type=Path, help="document whose keys section is replaced")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = arguments.workspace or Path(folder) / "workspace"
        if not (workspace / "workbench.db").exists():
            build(workspace, arguments.images, arguments.runs)
        text = measure(workspace, arguments.images, arguments.runs, arguments.repeat)
        text += "\n\n" + measure_lists(Path(folder) / "small")
    print(text)
    if arguments.write:
        replace_section(arguments.write, "keys", text)


def measure(workspace: Path, n_images: int, n_runs: int, repeat: int) -> str:
    """Measure both sizes of terminal and return the section."""
    rows: list[list[str]] = []
    notes: list[str] = []
    for columns, lines in ((80, 24), (200, 50)):
        begin_at_cases(workspace)
        found, note = measure_size(workspace, columns, lines, repeat)
        rows += found
        notes.append(note)
    n_ranks = n_runs * 6 * n_images
    head = (
        f"{5 * n_images:,} cases in the list, {n_ranks:,} rank rows in the workspace, truecolor, "
        f"half-block pictures. {machine('textual')}"
    )
    return "\n".join([head, "", table(HEAD, rows), "", *notes])


def begin_at_cases(workspace: Path) -> None:
    """Let the next start show all cases, whoever was where before."""
    for own in workspace.glob("ui-state-*.json"):
        own.unlink()
    Places(workspace, readonly=False).save(Place("cases", CaseView(1, "t2i", "", "margin")))


def measure_lists(folder: Path) -> str:
    """Measure the lists of all screens, and idle traffic, in a small workspace of the sample."""
    folder.mkdir()
    workspace = search_world.make(folder)
    idle = ", ".join(f"{name} {rate:.0f}" for name, rate in idle_rates(workspace, IDLE_S).items())
    moves.fill(workspace)
    return "\n".join(
        [
            "Moves of the cursor by a row, in a small workspace, truecolor:",
            "",
            table(moves.HEAD, moves.rows(workspace, MOVES)),
            "",
            f"Idle, with a running job, at 80x24 in 256 colours, bytes/s: {idle}.",
        ]
    )


def measure_size(
    workspace: Path, columns: int, lines: int, repeat: int
) -> tuple[list[list[str]], str]:
    """Measure a size of terminal; return the rows and a remark."""
    size = f"{columns}x{lines}"
    starts = zip(*(_start(workspace, columns, lines) for _ in range(STARTS)), strict=True)
    frame_s, rows_s, cpu_s = map(statistics.median, starts)
    terminal = Terminal(workspace, columns, lines)
    try:
        terminal.wait_for(b"Some people")
        painted = terminal.settle()
        for _ in range(COLD_S):
            if not terminal.idle(1):
                break
        idle = terminal.idle(IDLE_S)
        pressed: list[Painted] = []

        def keys(screen: str, name: str, painted: list[Painted]) -> list[str]:
            pressed.extend(painted)
            return row(f"{screen} {size}", name, painted)

        rows = [
            keys("Cases", name, [terminal.press(key) for _ in range(times(name, repeat))])
            for name, key in CURSOR
        ]
        filters = [_filter(terminal, n) for n in range(70, 75)]
        rows.append(row(f"Cases {size}", "filter on caption text, until its case", filters))
        terminal.press("\x1b")
        labels = [terminal.press(*LABELS[n % 3]) for n in range(repeat)]
        rows.append(keys("Cases", "label, until it says saved", labels))
        terminal.press("T")
        labels = [terminal.press(*LABELS[n % 3]) for n in range(repeat)]
        rows.append(keys("Triage", "label, until it says saved", labels))
        labels = [terminal.press("123"[n % 3]) for n in range(repeat)]
        rows.append(row(f"Triage {size}", "label, until the next case stands", labels))
        terminal.press("q")  # out of Triage
        for visit in ("first", "second", "third"):
            visits = [next_tab(terminal, name) for name in TABS]
            rows.append(keys("all", f"] to another screen, {visit} visit", visits))
            terminal.idle(MEASURED_S)
        rows.append(row(f"all {size}", "all keys above but filters and next cases", pressed))
        note = (
            f"{size}: frame painted {frame_s:.2f} s and rows {rows_s:.2f} s after the start of the "
            f"interpreter (medians of {STARTS}; {cpu_s:.2f} s of processor time up to the frame), "
            f"{painted / 1024:.0f} KiB after them; idle {idle / IDLE_S:.0f} bytes/s; "
            f"{terminal.memory_mib():.0f} MiB resident at the end.  "
        )
    finally:
        terminal.close()
    return rows, note


def _start(workspace: Path, columns: int, lines: int) -> tuple[float, float, float]:
    """Return the seconds to the frame, to the rows, and of processor time up to the frame."""
    terminal = Terminal(workspace, columns, lines)
    try:
        frame_s = terminal.wait_for(b"margin")
        cpu_s = terminal.cpu_s()
        return frame_s, terminal.wait_for(b"Some people"), cpu_s
    finally:
        terminal.close()


def next_tab(terminal: Terminal, name: str) -> Painted:
    """Go to the tab on the right, and measure until it stands."""
    painted = terminal.press("]", f"[{name}]".encode())
    if name == "Search":
        terminal.press("\x1b")  # out of its line, which takes all keys
    return painted


def _filter(terminal: Terminal, n: int) -> Painted:
    """Type a filter that leaves one case, and measure what Enter paints until it is listed."""
    terminal.press("/")
    terminal.press(f'\x15"caption 3 of {n}"')
    return terminal.press("\r", b"with %d things" % n)


def times(name: str, repeat: int) -> int:
    """Say how often a key is pressed: those to an end move once each way."""
    return 1 if name in ("G", "home") else repeat


def row(screen: str, key: str, painted: list[Painted]) -> list[str]:
    """Make a row of the table."""
    ms = sorted(p.ms for p in painted)
    return [
        screen,
        key,
        f"{statistics.median(ms):.1f}",
        f"{ms[min(len(ms) - 1, int(0.95 * len(ms)))]:.1f}",
        f"{statistics.median(p.n_bytes for p in painted):,.0f}",
        f"{statistics.median(p.rest_bytes for p in painted):,.0f}",
    ]


def build(path: Path, n_images: int, n_runs: int) -> None:
    """Make a workspace of that size through the store; eight pictures stand for all."""
    folder = path.parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for n in range(8):
        coarse = rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((480, 360), Image.Resampling.BICUBIC).save(
            folder / f"{n}.jpg"
        )
    images = (
        NewImage(
            f"{n:05d}.jpg",
            folder / f"{n % 8}.jpg",
            480,
            360,
            None,
            tuple(
                NewCaption(f"Some people with {n % 97} things, caption {m} of {n}")
                for m in range(5)
            ),
        )
        for n in range(n_images)
    )
    with Workspace(path) as workspace:
        dataset = workspace.datasets.add(
            name="large",
            split="test",
            reader="karpathy",
            source="large.json",
            images_root=folder,
            licence="CC0-1.0",
            fingerprint="large",
            images=images,
        )
        for n in range(n_runs):
            model = workspace.models.put(
                spec=f"vectors:{n}",
                plugin="vectors",
                name=f"model {n}",
                weights=str(n),
                fingerprint=str(n),
                parameters=None,
                embedding_dim=8,
            )
            workspace.runs.add(
                dataset_id=dataset.id,
                model_id=model.id,
                stage="itc",
                protocol={},
                job_id=None,
                seconds=1.0,
                images_per_s=None,
                captions_per_s=None,
                peak_memory_bytes=None,
                metrics=(),
                tables=[ranks(workspace, dataset.id, rng, way) for way in (True, False)],
            )


def ranks(workspace: Workspace, dataset_id: int, rng: np.random.Generator, t2i: bool) -> RankTable:
    """Make ranks and hits up at random."""
    order = workspace.datasets.order(dataset_id)
    owner = order.image_ids[order.caption_image]
    queries, gallery = order.caption_ids, order.image_ids
    positives = owner
    if not t2i:
        queries, gallery = gallery, queries
        positives = gallery[:: len(gallery) // len(queries)][: len(queries)]
    n = len(queries)
    hits = gallery[(np.arange(n)[:, None] * 7 + np.arange(1, 11) * 3) % len(gallery)]
    return RankTable(
        direction="t2i" if t2i else "i2t",
        query_id=queries,
        rank=rng.geometric(0.05, n),
        positive_id=positives,
        positive_score=np.full(n, 0.3),
        top_id=hits[:, 0],
        top_score=np.full(n, 0.31),
        margin=np.round(-rng.random(n) / 5, 4),
        r_precision=np.zeros(n),
        hit_ids=hits,
        hit_scores=np.tile(0.34 - 0.01 * np.arange(10), (n, 1)),
    )


if __name__ == "__main__":
    main()
