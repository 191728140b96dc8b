"""Metrics of generated captions: one metric a file, each imported by its own name."""
