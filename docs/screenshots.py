"""Draws the screens of the guide: the real program on the sample data. Run as `make screenshots`.

Nothing is drawn by hand: each picture is what the keys beside its name show.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from docs.film import film
from workbench.app import WorkbenchApp
from workbench.session import open_session
from workbench.views.deep_link import DeepLink

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
CLIP, BLIP = 1, 3  # the demo's runs; 2 is the BLIP before re-ranking
WIDE, SMALL = (132, 38), (80, 24)

WAIT_S = 60
"""For the process that encodes what is searched for."""

SCREENS: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "home": (SMALL, ["g", "h"]),
    "compare": (WIDE, ["g", "m"]),
    "cases": (WIDE, ["g", "c"]),
    "details": (SMALL, ["g", "c", "d"]),
    "triage": (SMALL, ["g", "c", "T"]),
    "guide": (SMALL, ["g", "c", "L"]),
    "export": (SMALL, ["g", "c", "w"]),
    "clusters": (WIDE, ["g", "k"]),
    "slices": (WIDE, ["g", "s"]),
    "plots": ((160, 44), ["g", "p"]),
    "search": (WIDE, ["g", "slash", *"three dogs in the snow", "enter"]),
    "jobs": (WIDE, ["g", "j"]),
    "help": (SMALL, ["g", "c", "?"]),
}
"""Size of the terminal and keys by the name of the picture."""

BEFORE = (
    ("cluster", str(CLIP), "--direction", "t2i"),
    ("false-negatives", str(CLIP)),
)
"""Commands after the demo, for what the screens show."""


FILM: Sequence[tuple[Sequence[str], float]] = (
    (["g", "c"], 3),
    (["slash", *"cat:counting"], 2),
    (["enter"], 3),
    (["T"], 4),
    (["a"], 3),
    (["1"], 3),
    (["u"], 3),
    (["q", "g", "m"], 4),
)
"""Keys, and the seconds that the film of the first labels shows what they do."""


async def draw(workspace: Path, size: tuple[int, int], steps: Sequence[Sequence[str]]) -> list[str]:
    """Press the keys of each step, let everything be drawn, and return the screens as SVG."""
    session = open_session(workspace, annotator="you")
    app = WorkbenchApp(
        session,
        DeepLink("home", run_id=CLIP, compare=(CLIP, BLIP)),
        host="gpu-server",
        look_every_s=0,
    )
    try:
        async with app.run_test(size=size) as pilot:
            await _settle(pilot)
            return [await _after(pilot, keys) for keys in steps]
    finally:
        session.close()


async def _after(pilot: Pilot[Any], keys: Sequence[str]) -> str:
    for key in keys:
        await pilot.press("space" if key == " " else key)
        await _settle(pilot, 0.3)
    for _ in range(WAIT_S):
        await _settle(pilot, 1.0)
        if "loading" not in (picture := pilot.app.export_screenshot(title="workbench")):
            break
    return picture


async def _settle(pilot: Pilot[Any], seconds: float = 0.1) -> None:
    """Wait for threads, and for the pictures, which come once the cursor rests."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause(seconds)
    await pilot.app.workers.wait_for_complete()


def _screen(workspace: Path, size: tuple[int, int], keys: Sequence[str]) -> str:
    (picture,) = asyncio.run(draw(workspace, size, [keys]))
    return picture


def _film(workspace: Path) -> str:
    steps, seconds = zip(*FILM, strict=True)
    return film(asyncio.run(draw(workspace, SMALL, steps)), seconds)


def main() -> None:
    """Make a workspace with the sample, evaluated, and draw the screens that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [*SCREENS, "film"]
    parser.add_argument("names", nargs="*", choices=[[], *known], help="all unless named")
    names = parser.parse_args().names or known
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        workspace = Path("workspace")  # so the pictures name no folder of this machine
        os.environ["XDG_STATE_HOME"] = folder
        for command in (("demo", "--headless"), *BEFORE):
            line = [sys.executable, "-m", "workbench", "--workspace", str(workspace), *command]
            subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        for name in names:
            picture = _film(workspace) if name == "film" else _screen(workspace, *SCREENS[name])
            (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
