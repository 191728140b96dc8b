"""The examples in the docstrings run and print what they say."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import workbench.analysis

PACKAGE = "workbench.analysis."
MODULES = [
    module.name.removeprefix(PACKAGE)
    for module in pkgutil.walk_packages(workbench.analysis.__path__, PACKAGE)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(PACKAGE + name)
    assert doctest.testmod(module).failed == 0


def test_what_is_computed_from_ranks_or_words_imports_nothing_heavy():
    code = (
        "import sys, workbench.analysis.intervals, workbench.analysis.comparison;"
        "import workbench.analysis.slices, workbench.analysis.proportion;"
        "import workbench.analysis.captioning.summary;"
        "import numpy, workbench.analysis.mcnemar, workbench.analysis.splits as s;"
        "rank = numpy.arange(2000) % 3 + 1; kind = s.Property('kind', {'a': rank > 2}, rank > 0);"
        "assert s.splits(rank, numpy.arange(2000), [kind])[0].p is not None;"
        "assert 0 < workbench.analysis.mcnemar.exact_p(1000, 1100) < 1;"
        "heavy = ('numba', 'scipy', 'torch', 'sklearn');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
