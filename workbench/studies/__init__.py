"""Graphs of jobs that are queued together."""
