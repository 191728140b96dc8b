"""What has to be said beside numbers with corrected positives."""

from __future__ import annotations

WARNING = (
    "A pair judged among this run's failures turns that query into a hit by construction: "
    "correcting only one model's failures favours it; compare only where both were judged."
)
