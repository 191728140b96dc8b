"""The table of all keys; where a screen lists its keys they have this order."""

from __future__ import annotations

from workbench.views.keys import (
    cases,
    clusters_slices,
    everywhere,
    images,
    jobs,
    labelling,
    moving,
    output,
    runs,
)
from workbench.views.keys.key import Key

KEYS: tuple[Key, ...] = (
    *moving.KEYS,
    *everywhere.KEYS,
    *runs.KEYS,
    *jobs.KEYS,
    *clusters_slices.KEYS,
    *cases.KEYS,
    *images.KEYS,
    *labelling.KEYS,
    *output.KEYS,
)
