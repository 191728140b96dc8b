"""Overlays: each returns a typed value and does nothing else."""
