"""The examples in the docstrings run and print what they say."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import workbench.analysis

MODULES = [module.name for module in pkgutil.iter_modules(workbench.analysis.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"workbench.analysis.{name}")
    assert doctest.testmod(module).failed == 0


def test_metrics_and_intervals_import_neither_numba_nor_torch():
    code = (
        "import sys, workbench.analysis, workbench.analysis.intervals;"
        "print([name for name in ('numba', 'torch', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
