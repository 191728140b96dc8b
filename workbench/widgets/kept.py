"""What stays painted while another screen is shown."""

from __future__ import annotations


class Kept:
    """Mixed into widgets that take long to draw: their lines are kept while they are not seen."""
