"""Graphs of jobs that belong together: data sets x models x stages, described by a file."""
