"""Widgets: they take frozen views and emit messages."""
