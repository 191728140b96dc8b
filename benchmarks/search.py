"""Search at the size of Flickr30K: from Enter to the list, with a warm encoder.

Vectors are random unit vectors; the encoders are real ones, so that a sentence costs what it costs.
Times of the session include embedding the sentence in its process, the product with all images and
the texts of the first 100. Times through a pseudo terminal run from writing Enter until the line
over the list says which words of the sentence no caption has.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import psutil

import sample_data
from benchmarks.keys import build
from benchmarks.report import machine, replace_section, table
from benchmarks.terminal import Terminal
from store.vectors import Side
from store.workspace import Workspace
from workbench.session.neighbours import SessionNeighbours
from workbench.session.places import Places
from workbench.session.search import SessionSearch
from workbench.views.place import Place, SearchPlace

MODELS = {
    "clip-tiny (d = 128)": f"open_clip:local-dir:{sample_data.CLIP_DIR}",
    "ViT-B-32 (d = 512)": "open_clip:ViT-B-32/random",
}
WORDS = ("two", "three", "men", "dogs", "women", "red", "blue", "run", "on", "beside", "grass")
CARD = """
import sys
from plugins import registry
card = registry.load_model(sys.argv[1], "cpu").card
print(card.fingerprint, card.embedding_dim)
"""


def main() -> None:
    """Measure, print, and with ``--write`` put the section into a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=31_783, help="five captions each")
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--workspaces", type=Path, help="make them in this folder, and keep them")
    parser.add_argument("--only-make", action="store_true", help="measure nothing yet")
    parser.add_argument("--write", type=Path, help="document whose search section is replaced")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.workspaces or Path(temporary)
        paths = {name: folder / name / "workspace" for name in MODELS}
        for name, path in paths.items():
            if not path.exists():
                make(path, MODELS[name], arguments.images)
        if not arguments.only_make:
            report(paths, arguments)


def report(paths: Mapping[str, Path], arguments: argparse.Namespace) -> None:
    """Measure every workspace and print the section, or put it into a document."""
    rows: list[list[str]] = []
    notes: list[str] = []
    for name, path in paths.items():
        rows += in_session(path, name, arguments.repeat)
        found, note = in_terminal(path, name, arguments.repeat)
        rows.append(found)
        notes.append(note)
    text = f"""## Search

{arguments.images:,} images, {5 * arguments.images:,} captions, `python -m benchmarks.search`: \
random unit vectors, real text
towers in the encoder's process, on the processor.

{table(("encoder", "what", "median ms", "p95 ms", "worst ms"), rows)}

{chr(10).join(notes)}

{machine("numpy", "textual", "torch")}"""
    print(text)
    if arguments.write:
        replace_section(arguments.write, "search", text)


def make(path: Path, spec: str, n_images: int) -> None:
    """Make a workspace with one run, by random vectors as if of a real model."""
    build(path, n_images, 1)
    told = subprocess.run(
        [sys.executable, "-c", CARD, spec], check=True, capture_output=True, text=True
    )
    fingerprint, dimensions = told.stdout.split()[-2:]
    with Workspace(path) as workspace:
        with workspace.write() as connection:
            connection.execute(
                "UPDATE models SET spec = ?, fingerprint = ?, plugin = 'open_clip'",
                (spec, fingerprint),
            )
        folder = workspace.vectors.folder(workspace.vectors.key("large", fingerprint, ""))
        sides: tuple[tuple[Side, int], ...] = (("images", n_images), ("texts", 5 * n_images))
        for side, n in sides:
            rng = np.random.default_rng(n)
            for index, start in enumerate(range(0, n, 8_192)):
                block = rng.standard_normal((min(8_192, n - start), int(dimensions)), np.float32)
                folder.write_shard(side, index, block / np.linalg.norm(block, axis=1)[:, None])
            folder.assemble(side, n)


def in_session(path: Path, name: str, repeat: int) -> list[list[str]]:
    """Measure what a screen asks the session for."""
    rng = np.random.default_rng(1)
    with Workspace(path, read_only=True) as workspace:
        search, neighbours = SessionSearch(workspace), SessionNeighbours(workspace)
        try:
            search.by_sentence(1, "the first sentence waits for the model")
            images = rng.permutation(workspace.datasets.order(1).image_ids)[:repeat].tolist()
            cases = workspace.cases.rows(1, "t2i", workspace.cases.ids(1, "t2i")[:repeat])
            neighbours.of(cases[0])
            works: list[tuple[str, Callable[[int], object]]] = [
                ("a sentence", lambda n: search.by_sentence(1, sentence(rng))),
                ("like an image", lambda n: search.like(1, images[n])),
                ("words, in every caption", lambda n: search.by_words(1, "some people")),
                ("words, in 1 % of captions", lambda n: search.by_words(1, f"{n} things")),
                ("all about an image", lambda n: search.sheet(1, images[n])),
                ("the five most similar cases", lambda n: neighbours.of(cases[n])),
            ]
            return [row(name, what, [ms(work, n) for n in range(repeat)]) for what, work in works]
        finally:
            search.close()


def in_terminal(path: Path, name: str, repeat: int) -> tuple[list[str], str]:
    """Measure keys in the real program; returns the row and a remark."""
    rng = np.random.default_rng(2)
    Places(path, readonly=False).save(Place("search", search=SearchPlace(1)))
    terminal = Terminal(path, 80, 24)
    try:
        ready_s = terminal.wait_for(b"encoder: ready", 60)
        terminal.settle()
        before = terminal.memory_mib()
        took = []
        for n in range(repeat + 1):
            for keys in ("/", "\x15"):
                terminal.press(keys)
            terminal.press(f"word{n} {sentence(rng)}")
            took.append(terminal.press_until("\r", f"has: word{n}".encode()))
            terminal.settle()
        (encoder,) = psutil.Process(terminal.process.pid).children()
        note = (
            f"{name}: the encoder is ready {ready_s:.1f} s after the start of the program. The "
            f"terminal's process has {before:.0f} MiB before the first search and "
            f"{terminal.memory_mib():.0f} MiB after {repeat + 1}, the encoder's "
            f"{encoder.memory_info().rss / 2**20:,.0f} MiB.  "
        )
    finally:
        terminal.close()
    return row(name, "a sentence: Enter to the list, in a terminal of 80x24", took[1:]), note


def sentence(rng: np.random.Generator) -> str:
    """Make a sentence of eight words up."""
    return " ".join(rng.choice(WORDS, 8))


def ms(work: Callable[[int], object], n: int) -> float:
    """Measure one call in milliseconds."""
    begun = time.perf_counter()
    work(n)
    return 1000 * (time.perf_counter() - begun)


def row(name: str, what: str, took: list[float]) -> list[str]:
    """Make a row of the table."""
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return [name, what, f"{statistics.median(ordered):.0f}", f"{p95:.0f}", f"{ordered[-1]:.0f}"]


if __name__ == "__main__":
    main()
