"""How this program starts itself again."""

from __future__ import annotations

import sys

PYTHON = (sys.executable, "-P", "-m")
"""What runs a module; `-P` keeps the folder that the user stands in from shadowing others."""
