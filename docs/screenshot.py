"""Draws docs/compare.svg: the real program on the sample data. Run as `make screenshot`."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from workbench.app import WorkbenchApp
from workbench.session import open_session

DOCS = Path(__file__).parent
SIZE = (132, 38)


async def picture(workspace: Path) -> str:
    """Open Compare, let the pictures be drawn, and return the screen as SVG."""
    session = open_session(workspace, annotator="you")
    clip, blip = 1, 3  # the demo's runs; 2 is the BLIP before re-ranking
    app = WorkbenchApp(session, "compare", compare=(clip, blip), host="gpu-server", look_every_s=0)
    async with app.run_test(size=SIZE) as pilot:
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
        (DOCS / "compare.svg").write_text(asyncio.run(picture(workspace)), encoding="utf-8")


if __name__ == "__main__":
    main()
