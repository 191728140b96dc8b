"""Labelers, one failure category a file."""
