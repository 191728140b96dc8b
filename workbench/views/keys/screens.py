"""Which screens a key is for."""

from __future__ import annotations

EVERY = ("home", "cases", "triage", "clusters", "slices", "compare", "plots", "jobs", "search")
TABBED = ("home", "cases", "clusters", "slices", "compare", "plots", "jobs", "search")
LABELS = ("home", "cases", "triage", "slices", "compare", "plots", "jobs", "search")
HOME = ("home",)
CLUSTERS = ("clusters",)
SLICES = ("slices",)
GROUPED = (*CLUSTERS, *SLICES)
LISTING = ("cases", "compare")
LABELLING = ("cases", "triage", "compare")
CASELESS = tuple(screen for screen in EVERY if screen not in LABELLING)
JOBS = ("jobs",)
COPYING = (*LABELLING, *JOBS)
PLOTS = ("plots",)
SEARCH = ("search",)
PICTURES = (*LABELLING, *SEARCH)
ROWS = (*COPYING, *SEARCH, *GROUPED)
PREVIEWED = tuple(screen for screen in EVERY if screen not in (*CLUSTERS, *PLOTS))
FILTERED = (*LISTING, *PLOTS)
NARROWED = (*LABELLING, *PLOTS)
