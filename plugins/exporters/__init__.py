"""Exporters, one file format a file."""
