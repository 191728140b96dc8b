"""Frozen data that a widget can draw; no textual, no I/O."""
