"""What the terminal face and a command load before they show anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODELS = ("torch", "torchvision", "transformers", "open_clip", "sklearn", "numba", "lemminflect")
FACE = """
import importlib, pkgutil
import workbench.start
for package in ("screens", "modals", "widgets", "palette", "presenters", "views", "session"):
    top = importlib.import_module(f"workbench.{package}")
    for module in pkgutil.iter_modules(top.__path__, top.__name__ + "."):
        importlib.import_module(module.name)
"""
CASES = "import workbench.cli, workbench.commands.open, workbench.start, workbench.screens.cases"
AFTER_THE_FIRST_PAINT = (
    *("numpy", "PIL", "sqlite_utils", "plotext", "jinja2", "importlib.metadata"),
    *("workbench.jobs", "workbench.workers.queue", "workbench.studies.run", "workbench.reports"),
    *("workbench.session.jobs", "workbench.session.compare", "workbench.session.search"),
    "workbench.session.recent",
    *("workbench.views.compare", "workbench.modals.export", "workbench.screens.triage"),
    *(
        "plugins.api",
        "store.clusterings",
        "store.captionings",
        "store.probes",
        "textual.widgets._text_area",
    ),
)
HELP = "import workbench.cli"
AFTER_HELP = (
    *AFTER_THE_FIRST_PAINT,
    "psutil",
    "textual",
    "workbench.screens",
    "workbench.presenters.case_sheet",
)


@pytest.mark.parametrize(
    ("code", "late"),
    [(FACE, MODELS), (CASES, AFTER_THE_FIRST_PAINT), (HELP, AFTER_HELP)],
    ids=["the whole face", "the first paint", "the command line"],
)
def test_what_is_not_needed_yet_is_not_imported(code: str, late: tuple[str, ...]) -> None:
    said = f"{code}\nimport sys; print(*sorted(set({late!r}) & set(sys.modules)))"
    child = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert child.stdout.split() == []
