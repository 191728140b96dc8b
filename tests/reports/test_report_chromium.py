"""The page in a real browser, where there is one: nothing is asked for, said or cut off."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from workbench.reports.contents import read_report
from workbench.reports.page import html_page
from workbench.reports.source import ReportRequest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
WIDTHS = (360, 800, 1280)
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--allow-file-access-from-files", "--enable-logging=stderr",
    "--virtual-time-budget=3000", "--dump-dom",
)  # fmt: skip
FRAMES = """<!DOCTYPE html><title>frames</title>{frames}
<pre id="found"></pre>
<script>
addEventListener("load", () => {{
  const frames = [...document.querySelectorAll("iframe")];
  document.getElementById("found").textContent = JSON.stringify(frames.map((frame) => {{
    const page = frame.contentDocument, body = page.documentElement;
    const pictures = [...page.querySelectorAll("img")];
    return {{
      width: frame.clientWidth,
      needs: body.scrollWidth,
      asked: frame.contentWindow.performance.getEntriesByType("resource").map((one) => one.name),
      pictures: pictures.length,
      broken: pictures.filter((one) => one.naturalWidth === 0).length,
      plot: page.querySelector("svg.plot").getBoundingClientRect().width,
      ink: getComputedStyle(page.querySelector("h2")).borderTopStyle,
    }};
  }}));
}});
</script>"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on PATH")
def test_a_browser_shows_the_page_at_every_width(workspace, hostile, tmp_path):
    with workspace.write() as connection:
        connection.execute("UPDATE captions SET text = text || ? WHERE id % 2", ("w" * 300,))
    report = read_report(workspace, ReportRequest([run.id for run in hostile]))
    (tmp_path / "report.html").write_text(html_page(report), encoding="utf-8")
    frame = '<iframe src="report.html" width="{}" height="900"></iframe>'
    frames = "".join(map(frame.format, WIDTHS))
    harness = tmp_path / "frames.html"
    harness.write_text(FRAMES.format(frames=frames), encoding="utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    done = subprocess.run(
        [CHROMIUM, *OPTIONS, profile, harness.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert told == []
    match = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert match, done.stdout[-2000:]
    found = json.loads(match.group(1).replace("&lt;", "<").replace("&amp;", "&"))
    assert [one["width"] for one in found] == list(WIDTHS)
    for one in found:
        assert one["needs"] <= one["width"]
        assert one["asked"] == []
        assert one["pictures"] > 0
        assert one["broken"] == 0
        assert 200 < one["plot"] <= one["width"]
        assert one["ink"] == "solid"  # the style sheet is let through by the policy
