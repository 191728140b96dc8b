"""What the workbench's commands say besides: slices, probes, clusters, space, captions, pairs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from docs.example_study.estimates import limits, share
from docs.example_study.source import RUNS, Source, images_of
from sample_data.training.captioning import judged
from sample_data.world.truth import CATEGORIES
from store.records.decision import NewDecision
from store.records.direction import DIRECTIONS

Json = Any
ENCODERS = {name: str(RUNS[name]) for name in ("CLIP", "BLIP")}
"""Runs whose scores are products of vectors; a re-ranked run shares the vectors of the first."""
FAULT = "data_fault"


def slices(source: Source) -> Json:
    """R@1 of each run in slices of all queries, against the rest; p-values by Holm."""
    return {
        name: {
            way: [
                {
                    "slice": f"{row.trait}: {row.name}",
                    "n": row.n,
                    "hits": row.hits,
                    "recall": limits(row.recall),
                    "rest": limits(row.rest),
                    "difference": limits(row.difference),
                    "p": row.p_adjusted,
                }
                for row in source.session.slices.of(run, way).slices
            ]
            for way in DIRECTIONS
        }
        for name, run in RUNS.items()
    }


def probes(source: Source) -> Json:
    """How blind the encoders are to minimal edits of all captions, hits and failures alike."""
    return {
        name: [row for row in source.ask("probe", run, "--all-queries") if row["queries"] == "all"]
        for name, run in ENCODERS.items()
    }


def clusters(source: Source) -> Json:
    """The clusters of CLIP's failures by caption, with the true categories inside."""
    from sklearn.metrics import adjusted_rand_score

    (said,) = source.ask("cluster", ENCODERS["CLIP"])
    store = source.session.workspace.clusterings
    members = store.members(said["clustering_id"])
    truth = {row["query_id"]: row["truth"] for row in source.failures("CLIP", "t2i")}
    true = [truth[query] for query in members.query_id.tolist()]
    second = max(
        (one for one in said["curve"] if one["k"] != said["k"]), key=lambda one: one["silhouette"]
    )
    inside: dict[int, Counter[str]] = {}
    for cluster, name in zip(members.cluster.tolist(), true, strict=True):
        inside.setdefault(cluster, Counter())[name] += 1
    keys = ("size", "queries", "miss_rate", "lift", "words")
    return {
        "k": said["k"],
        "silhouette": said["silhouette"],
        "second": second,
        "misses": said["n_misses"],
        "adjusted_rand": float(adjusted_rand_score(true, members.cluster)),
        "clusters": [
            {**{key: one[key] for key in keys}, "truth": _ordered(inside[one["cluster"]])}
            for one in said["clusters"]
        ],
    }


def space(source: Source) -> Json:
    """Modality gap and hubness of both encoders, and how much of the first ten they share."""
    found: Json = {}
    for name, run in ENCODERS.items():
        (said,) = source.ask(
            "space", run, "--other", next(r for r in ENCODERS.values() if r != run)
        )
        found[name] = {
            "gap": said["gap"],
            "hubs": {hub["direction"]: _hub(hub) for hub in said["hubs"]},
            "overlap": {one["direction"]: one["jaccard"] for one in said["overlaps"]},
        }
    return found


def _hub(hub: Json) -> Json:
    kept = {key: hub[key] for key in ("k", "n_items", "skewness", "never")}
    return {**kept, "worst": hub["worst"][0]["occurrence"]}


def captions(source: Source) -> Json:
    """What BLIP's own captions are worth: by the usual measures, and by the true scenes."""
    (said,) = source.ask("captions")
    rows = source.ask("captions", str(said["id"]))
    scenes = [source.world.truths[row["image_key"]].scene for row in rows]
    verdicts = [judged(row["caption"], scene) for row, scene in zip(rows, scenes, strict=True)]
    each = np.arange(len(rows))
    return {
        "n": len(rows),
        "options": said["options"],
        "metrics": {
            one["name"]: {key: one[key] for key in ("value", "low", "high")}
            for one in said["metrics"]
        },
        "true": {
            name: share(np.array([getattr(one, name) for one in verdicts]), each)
            for name in ("counts", "colours", "everything")
        },
    }


def missing(source: Source) -> Json:
    """Candidates for missing pairs against the truth, and R@1 with all true ones as positives.

    Decides on every failure of every run that is a data fault, so nothing may be measured after it.
    """
    found: Json = {name: {} for name in RUNS}
    for name, run in RUNS.items():
        for said in source.ask("false-negatives", str(run), "--limit", "1000000"):
            way = said["direction"]
            rows = source.failures(name, way)
            image = images_of(rows)
            candidates = {pair["query_id"] for pair in said["pairs"]}
            given = np.array([row["query_id"] in candidates for row in rows])
            true = np.array([row["truth"] == FAULT for row in rows])
            found[name][way] = {
                "candidates": int(given.sum()),
                "true": int(true.sum()),
                "precision": share(true[given], image[given]),
                "recall": share(given[true], image[true]),
            }
    _decide(source)
    for name, run in RUNS.items():
        (said,) = source.ask("runs", str(run), "--corrected")
        corrected = said["corrected"]
        for way in DIRECTIONS:
            low, high = corrected["intervals"][way]["R@1"]
            value = corrected["metrics"][way]["R@1"]
            found[name][way]["corrected"] = {"value": value, "low": low, "high": high}
    return found


def _decide(source: Source) -> None:
    workspace = source.session.workspace
    dataset_id = workspace.runs.get(RUNS["CLIP"]).dataset_id
    pairs = {
        (way, row["query_id"], row["top_id"])
        for name in RUNS
        for way in DIRECTIONS
        for row in source.failures(name, way)
        if row["truth"] == FAULT
    }
    workspace.decisions.add_many(
        [
            NewDecision(dataset_id, way, query, top, "truth", (FAULT,), "labelled")
            for way, query, top in sorted(pairs)
        ]
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], CATEGORIES.index(one[0]))))
