"""When two scores are equal."""

ROUNDING = 1e-6
"""Scores nearer than this are equal: cosines of float32 vectors are no more exact."""
