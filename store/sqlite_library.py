"""sqlite-utils, imported without pandas.

It imports pandas where that is installed, to know its values among others. We give it none, and a
terminal that brings an older workspace up to date would keep 70 MiB of it.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

_MODULES = cast("dict[str, ModuleType | None]", sys.modules)
_unknown = "pandas" not in _MODULES
if _unknown:
    _MODULES["pandas"] = None  # an import of it fails, as if it were not installed
try:
    from sqlite_utils import Database, Migrations
    from sqlite_utils.db import Table
finally:
    if _unknown:
        del _MODULES["pandas"]

__all__ = ["Database", "Migrations", "Table"]
