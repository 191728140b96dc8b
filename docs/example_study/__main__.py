"""`python -m docs.example_study`: measure the sample anew, and write the page."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from docs.example_study.measure import measure
from docs.example_study.page import files
from docs.example_study.source import make_workspace

DOCS = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Measure and write; with ``--check`` only say whether the page shows results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--render", action="store_true", help="measure nothing, use results.json")
    parser.add_argument("--check", action="store_true", help="measure and write nothing")
    wish = parser.parse_args()
    if not (wish.render or wish.check):
        with tempfile.TemporaryDirectory() as folder:
            workspace = Path(folder) / "workspace"
            make_workspace(workspace)
            RESULTS.write_text(written(measure(workspace)), encoding="utf-8")
    made = files(json.loads(RESULTS.read_text(encoding="utf-8")))
    if wish.check:
        stale = [name for name, text in made.items() if not _says(DOCS / name, text)]
        sys.exit(f"Not what results.json says: {', '.join(stale)}." if stale else 0)
    for name, text in made.items():
        (DOCS / name).write_text(text, encoding="utf-8")


def written(results: object) -> str:
    """Write results as they are stored: the same results give the same bytes."""
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
