"""The terminal face starts without the libraries that only jobs need."""

from __future__ import annotations

import subprocess
import sys

FACE = """
import importlib, pkgutil, sys
import workbench.app
for package in ("screens", "modals", "widgets", "palette", "presenters", "views", "session"):
    top = importlib.import_module(f"workbench.{package}")
    for module in pkgutil.iter_modules(top.__path__, top.__name__ + "."):
        importlib.import_module(module.name)
heavy = ("torch", "torchvision", "transformers", "open_clip", "sklearn", "numba", "lemminflect")
print([name for name in heavy if name in sys.modules])
"""


def test_the_face_imports_no_model_library() -> None:
    child = subprocess.run([sys.executable, "-c", FACE], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
