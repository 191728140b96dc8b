"""Draws the pictures of docs/: the real program on the sample data. Run as `make screenshot`."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from workbench.app import WorkbenchApp
from workbench.session import open_session

DOCS = Path(__file__).parent
CLIP, BLIP = 1, 3
"""The demo's runs; 2 is the BLIP before re-ranking."""
SIZES = {"compare": (132, 38), "plots": (160, 44)}


async def picture(workspace: Path, screen: str) -> str:
    """Open a screen, let its pictures be drawn, and return it as SVG."""
    session = open_session(workspace, annotator="you")
    options = {"compare": (CLIP, BLIP), "run_id": CLIP, "filter": ""}
    app = WorkbenchApp(session, screen, host="gpu-server", look_every_s=0, **options)
    async with app.run_test(size=SIZES[screen]) as pilot:
        app.theme = "dark"  # whatever the terminal can show
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause(1.0)
        await app.workers.wait_for_complete()
        return app.export_screenshot(title="workbench")


def main() -> None:
    """Make a workspace with the sample, evaluated, and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        demo = [sys.executable, "-m", "workbench", "--workspace", str(workspace), "demo"]
        subprocess.run([*demo, "--headless"], check=True)
        for screen in SIZES:
            drawn = asyncio.run(picture(workspace, screen))
            (DOCS / f"{screen}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
