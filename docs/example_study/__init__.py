"""Writes docs/example-study.md, a study of the sample's models, from what is measured.

`measure` and its neighbours fill results.json from a workspace, `page` and its neighbours write
the document and its plots from results.json alone. Run as `make example-study`.
"""
