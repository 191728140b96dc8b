"""Everything the study measures, as plain data; shares are fractions, intervals 95 %."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from docs.example_study.estimates import limits, rounded
from docs.example_study.examples import examples
from docs.example_study.failing import axes, failing, rerank
from docs.example_study.further import (
    FAULT,
    captions,
    clusters,
    missing,
    probes,
    slices,
    space,
)
from docs.example_study.source import RUNS, Source
from store.records.direction import DIRECTIONS, Direction
from workbench.analysis.comparison import paired

Json = Any


def measure(workspace: Path) -> Json:
    """Measure a workspace that holds the sample's three runs; takes some minutes."""
    source = Source(workspace)
    found = {
        "data": source.world.facts(),
        "models": models(source),
        "recalls": recalls(source),
        "differences": [difference(source, a, b) for a, b in combinations(RUNS, 2)],
        "axes": axes(source),
        "failing": failing(source),
        "rerank": rerank(source),
        "slices": slices(source),
        "probes": probes(source),
        "clusters": clusters(source),
        "space": space(source),
        "captions": captions(source),
        "examples": examples(source),
        "missing": missing(source),  # the last, as it decides
    }
    return rounded(found)


def models(source: Source) -> Json:
    """Describe the three runs: what was computed, by which weights, and how published it is."""
    found = {}
    for name, run_id in RUNS.items():
        run = source.session.workspace.runs.get(run_id)
        protocol = dict(run.protocol)
        rerank = protocol.get("rerank")
        found[name] = {
            "stage": run.stage,
            "parameters": dict(run.efficiency)["parameters"],
            "fingerprint": protocol["model"],
            "image_size": protocol["image_size"],
            "candidates": rerank["k"] if rerank else None,
            "verdicts": len(source.session.compare.verdicts(run_id)),
        }
    return found


def recalls(source: Source) -> Json:
    """R@K of each run in both directions, with the intervals that are stored with it."""
    found: Json = {name: {way: {} for way in DIRECTIONS} for name in RUNS}
    for name, run_id in RUNS.items():
        for metric in source.session.workspace.runs.metrics(run_id):
            if metric.name.startswith("R@") and metric.direction in found[name]:
                found[name][metric.direction][metric.name] = limits(metric)
    return found


def difference(source: Source, a: str, b: str) -> Json:
    """R@1 of run b minus that of run a, paired, and on which queries they disagree.

    `by_family` resamples whole families, whose images resemble each other; `corrected` does too,
    and takes a first item that truly fits for a hit.
    """
    found: Json = {"a": a, "b": b}
    for way in DIRECTIONS:
        compared = source.session.compare.compare(RUNS[a], RUNS[b], way)
        (score,) = (one for one in compared.scores if one.name == "R@1")
        found[way] = {
            "R@1": limits(score.difference),
            "by_family": _by_family(source, a, b, way, ()),
            "corrected": _by_family(source, a, b, way, (FAULT,)),
            **{str(one.name): one.n for one in compared.quadrants},
        }
    return found


def _by_family(source: Source, a: str, b: str, way: Direction, hits: tuple[str, ...]) -> Json:
    """The paired difference in R@1; failures of the categories `hits` count as hits."""
    rank_a, rank_b = (
        np.array([1 if row["rank"] == 1 or row["truth"] in hits else 2 for row in rows])
        for rows in (source.rows[a][way], source.rows[b][way])
    )
    families = [source.world.family(row["true_image"]) for row in source.rows[a][way]]
    return limits(paired(rank_a, rank_b, np.array(families))["R@1"].difference)
