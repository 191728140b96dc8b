"""Readers of image-caption files, one layout a file."""
