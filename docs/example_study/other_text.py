"""The rest of the results in words and tables: missing pairs, clusters, space, captions."""

from __future__ import annotations

from docs.example_study.writing import (
    LABELS,
    WAYS,
    Json,
    cell,
    change,
    k_of_n,
    listed,
    number,
    paragraphs,
    said,
    table,
)
from workbench.presenters.compare_numbers import percent
from workbench.presenters.text import plain


def clusters(found: Json) -> str:
    """The clusters of CLIP's failures that miss more than the whole."""
    made = found["clusters"]
    whole = 1 - found["recalls"]["CLIP"]["t2i"]["R@1"]["value"]
    worse = [one for one in made["clusters"] if (one["miss_rate"]["low"] or 0) > whole]
    rows = []
    for one in sorted(worse, key=lambda one: -one["lift"]):
        category, n = next(iter(one["truth"].items()))
        rows.append(
            [plain(", ".join(one["words"])), f"{one['size']:,} of {one['queries']:,}",
             cell(one["miss_rate"]), f"{one['lift']:.2f}", f"{LABELS[category]}: {n:,}"]
        )  # fmt: skip
    return paragraphs(
        f"`workbench cluster` groups CLIP's {made['misses']:,} failed captions by their vectors; "
        f"the silhouette chooses {made['k']:,} clusters ({made['silhouette']:.3f}; next "
        f"are {made['second']['k']:,} with {made['second']['silhouette']:.3f}; 1 would be "
        "clear-cut). The adjusted Rand index of the clusters with the true categories is "
        f"{made['adjusted_rand']:.2f}, between 0 for chance and 1 for the same groups: the vector "
        "of a caption holds what it is about, and a category is about two sides. "
        + (
            f"The clusters that miss measurably more than all captions do ({percent(whole)} %) are "
            f"these {len(worse):,}:"
            if worse
            else f"No cluster misses measurably more than all captions do ({percent(whole)} %)."
        ),
        table(["distinctive words", "failures of nearest captions", "miss rate %", "lift",
               "most frequent true category"], rows) if rows else "",
        "The miss rate is over all captions that are nearest to the cluster, so that it is not "
        "one of failures alone; lift is that rate over the rate of all captions.",
    )  # fmt: skip


def space(found: Json) -> str:
    """Modality gap, hubness and what the encoders share."""
    rows = []
    for name, one in found["space"].items():
        for way, hub in one["hubs"].items():
            rows.append(
                [name, f"{one['gap']:.3f}", WAYS[way], f"{hub['skewness']:.2f}",
                 f"{hub['worst']:,}", f"{hub['never']:,} of {hub['n_items']:,}"]
            )  # fmt: skip
    shared = [
        f"{number(one)} from {WAYS[way]}" for way, one in found["space"]["CLIP"]["overlap"].items()
    ]
    k = next(iter(found["space"]["CLIP"]["hubs"].values()))["k"]
    return paragraphs(
        f"Of the first {k} items, CLIP and BLIP share, as Jaccard index, {listed(shared)}. Hubs "
        f"are items that are among the first {k} of many queries; with a skewness near 0 no item "
        "is favoured.",
        table(["model", "modality gap", "direction", f"skewness of {k}-occurrence",
               "largest hub: queries", "never among them"], rows),
    )  # fmt: skip


def captions(found: Json) -> str:
    """BLIP's own captions."""
    made = found["captions"]
    metrics = made["metrics"]
    rows = [[name, number(metrics[name])] for name in ("BLEU-4", "CIDEr-D", "ROUGE-L")]
    rows += [
        [f"{what}, by the scene", f"{k_of_n(made['true'][key])}, {said(made['true'][key])}"]
        for key, what in (
            ("counts", "all numbers true"),
            ("colours", "all colours true"),
            ("everything", "everything true"),
        )
    ]
    return paragraphs(
        f"BLIP also writes: {made['n']:,} captions, by {made['options']['method']} search with "
        f"{made['options']['beams']} beams. The usual measures compare wording with the captions "
        "of the data set; here each statement can also be held against the scene: everything is "
        f"true in {said(made['true']['everything'])} of them.",
        table(["measure", "value"], rows),
    )


def missing(found: Json) -> str:
    """Missing pairs: candidates, truth, and R@1 with the true ones as positives."""
    rows = [
        [name, WAYS[way], f"{one['true']:,}", f"{one['candidates']:,}", cell(one["precision"]),
         cell(one["recall"]), cell(found["recalls"][name][way]["R@1"]), cell(one["corrected"])]
        for name, ways in found["missing"].items()
        for way, one in ways.items()
    ]  # fmt: skip
    return paragraphs(
        "Some failures are faults of the data: the retrieved item fits as well, but is not listed. "
        "`workbench false-negatives` looks for them without the scenes. Pairs that a person "
        "confirms become positives of the data set; here all first items that truly "
        "fit are. "
        + hidden_gain(found),
        table(["model", "direction", "truly fit", "candidates", "precision %", "recall %",
               "R@1 %", "R@1 % corrected"], rows),
        "Precision: candidates that truly fit. Recall: how many of those that truly fit are "
        "candidates. All three models' failures are corrected, so that none is favoured.",
    )  # fmt: skip


def hidden_gain(found: Json) -> str:
    """What the differences between the models are once pairs that fit count as hits."""
    sentences = []
    for way, name in WAYS.items():
        (one,) = (
            one[way]
            for one in found["differences"]
            if (one["a"], one["b"]) == ("BLIP", "BLIP re-ranked")
        )
        sentences.append(
            f"{change(one['corrected'])} instead of {change(one['by_family'])} points from {name}"
        )
    return (
        "Where items that truly fit count as hits, listed or not, re-ranking adds to R@1 "
        f"{listed(sentences)} (intervals by family)."
    )
