"""Minimal edits of a caption: one thing it says is made another, and the grammar stays right."""
