"""What the runs fail at: by the true scenes, by suggestion, and before and after re-ranking."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from docs.example_study.estimates import share
from docs.example_study.source import RUNS, Source, images_of
from sample_data.world.truth import CATEGORIES
from store.records.direction import DIRECTIONS, Direction
from workbench.analysis.agreement import agreement
from workbench.presenters.agreement import agreement_object
from workbench.session.compare_categories import Labelled, fixed_categories

Json = Any
NOTHING = "none"
"""What the machine says where it suggests nothing."""


def failing(source: Source) -> Json:
    """Failures of each run by true category, and how the machine's suggestions agree."""
    return {name: {way: _failing(source, name, way) for way in DIRECTIONS} for name in RUNS}


def _failing(source: Source, name: str, way: Direction) -> Json:
    rows, failures = source.rows[name][way], source.failures(name, way)
    image = images_of(rows)
    missed = np.array([row["rank"] > 1 for row in rows])
    truth = np.array([row["truth"] or "" for row in rows])
    several = np.array([len(source.world.categories_broken(row)) > 1 for row in failures])
    suggested = [row["suggestion"] or NOTHING for row in failures]
    return {
        "queries": len(rows),
        "n": len(failures),
        "several": share(several, image[missed]),
        "categories": {
            one: {
                "of_queries": share(truth == one, image),
                "of_failures": share(truth[missed] == one, image[missed]),
            }
            for one in CATEGORIES
        },
        "suggestions": agreement_object(
            agreement(truth[missed].tolist(), suggested, CATEGORIES, image[missed])
        ),
    }


def axes(source: Source) -> Json:
    """R@1 over all queries by what the image's family differs in: not biased by failing."""
    return {way: _axes(source, way) for way in DIRECTIONS}


def _axes(source: Source, way: Direction) -> Json:
    some = source.rows["CLIP"][way]
    axis = np.array([source.world.axis(row["true_image"]) for row in some])
    image = images_of(some)
    hits = {name: np.array([row["rank"] == 1 for row in source.rows[name][way]]) for name in RUNS}
    return {
        str(one): {name: share(hits[name][axis == one], image[axis == one]) for name in RUNS}
        for one in sorted(set(axis.tolist()), key=CATEGORIES.index)
    }


def rerank(source: Source) -> Json:
    """What re-ranking fixes and breaks by true category: McNemar's test, Holm's adjustment."""
    before, after = "BLIP", "BLIP re-ranked"
    found = {}
    for way in DIRECTIONS:
        ranks = source.session.compare.ranks(RUNS[before], RUNS[after], way)
        rows = fixed_categories(
            ranks, 1, source.session.taxonomy, _true(source, before, way), _true(source, after, way)
        )
        found[way] = [asdict(row) for row in rows]
    return found


def _true(source: Source, name: str, way: Direction) -> Labelled:
    """The true categories of a run's failures in the place of suggestions."""
    rows = source.failures(name, way)
    ids = np.array([row["query_id"] for row in rows], np.int64)
    names = np.array([row["truth"] for row in rows])
    return Labelled((np.empty(0, np.int64), []), lambda: (ids, names))
