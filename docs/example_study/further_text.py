"""The other results in words and tables: slices, probes and suggestions."""

from __future__ import annotations

from docs.example_study.writing import (
    LABELS,
    SURE,
    WAYS,
    Json,
    cell,
    change,
    listed,
    number,
    paragraphs,
    said,
    same,
    table,
)

STAR = " *"


def slices(found: Json) -> str:
    """R@1 by what a caption is, for all runs side by side."""
    runs = found["slices"]
    tested = [row for row in runs["CLIP"]["t2i"] if row["p"] is not None]
    names = [row["slice"] for row in sorted(tested, key=lambda row: row["difference"]["value"])]
    sides = {name: {row["slice"]: row for row in runs[name]["t2i"]} for name in runs}
    rows = [
        [one, f"{sides['CLIP'][one]['n']:,}"] + [_starred(sides[name][one]) for name in runs]
        for one in names
    ]
    return paragraphs(
        f"{shared_slices(found, 't2i')} {shared_slices(found, 'i2t')}",
        table(["slice", "captions", *runs], rows),
        "In points: R@1 of the slice minus that of all other captions. A star: p ≤ .05 "
        "after Holm's correction over the slices of that model and direction.",
    )


def _starred(row: Json) -> str:
    return change(row["difference"]) + (STAR if row["p"] is not None and row["p"] <= SURE else "")


def shared_slices(found: Json, way: str) -> str:
    """Name the slices that are surely worse for every model."""
    worse = [
        {
            row["slice"]
            for row in found["slices"][name][way]
            if row["p"] is not None and row["p"] <= SURE and row["difference"]["value"] < 0
        }
        for name in found["slices"]
    ]
    common = set.intersection(*worse)
    order = [f"`{row['slice']}`" for row in found["slices"]["CLIP"][way] if row["slice"] in common]
    return (
        f"Measurably harder for all three models from {WAYS[way]}: {listed(order)}."
        if order
        else f"From {WAYS[way]}, no slice is measurably harder for all three models."
    )


def probes(found: Json) -> str:
    """How often the encoders take an edit for the truth."""
    names = list(found["probes"])
    sides, order = by_edit(found)
    first = sides[names[0]]
    rows = [
        [
            LABELS[one],
            f"{first[one]['n_queries']:,}",
            f"{first[one]['n_edits']:,}",
        ]
        + [cell(blind_share(sides[name][one])) for name in names]
        for one in order
    ]
    return paragraphs(
        f"{blindest(found, 't2i')} {blindest(found, 'i2t')}",
        table(["edit of", "captions", "edits", *(f"{name}: blind %" for name in names)], rows),
        "![Blindness of CLIP and BLIP by kind of edit](pictures/blind.svg)",
        "Each caption is changed by a few words so that it says something else: another number, "
        "another colour, swapped holders, another mood, another thing. A model is blind to an edit "
        "if it gives the true image at least the score of the true caption; the share is the mean "
        "over a caption's edits. All captions are probed, found or not. Random scores would "
        "give 50 %.",
    )


def by_edit(found: Json) -> tuple[dict[str, dict[str, Json]], list[str]]:
    """Each encoder's probes of captions by kind of edit, and the kinds, CLIP's blindest first."""
    sides = {
        name: {row["category"]: row for row in rows if row["direction"] == "t2i"}
        for name, rows in found["probes"].items()
    }
    first = next(iter(sides.values()))
    known = [one for one, row in first.items() if measured(row)]
    return sides, sorted(known, key=lambda one: -first[one]["blind"])


def measured(row: Json) -> bool:
    """Whether a probe has a share, and one of enough images."""
    return row["blind"] is not None and not row["few"]


def blindest(found: Json, way: str) -> str:
    """Say to which edits each encoder is blindest."""
    words, tops = [], {}
    for name, rows in found["probes"].items():
        known = [row for row in rows if row["direction"] == way and measured(row)]
        top = max(known, key=lambda row: row["blind"])
        tops[name] = LABELS[top["category"]]
        words.append((name, tops[name], said(blind_share(top))))
    what = "captions" if way == "t2i" else "the caption that an image scores best"
    shared = same(tops)
    if shared:
        shares = listed([f"{name} to {share}" for name, _, share in words])
        return f"With edits of {what}, both encoders are blindest to those of {shared}: {shares}."
    return (
        f"With edits of {what}, "
        + listed([f"{name} is blindest to {top} ({share})" for name, top, share in words])
        + "."
    )


def blind_share(row: Json) -> Json:
    """A probe's blind share as other shares are written."""
    low, high = row["interval"] or (None, None)
    return {"value": row["blind"], "low": low, "high": high}


def suggestions(found: Json) -> str:
    """How well the machine's suggestions agree with the true categories."""
    rows, each = [], []
    for name, ways in found["failing"].items():
        for way, direction in WAYS.items():
            made = ways[way]["suggestions"]
            rows.append(
                [name, direction, f"{made['n']:,}", cell(made["accuracy"]),
                 cell(made["macro_f1"]), number(made["kappa"])]
            )  # fmt: skip
    for one in found["failing"]["CLIP"]["t2i"]["suggestions"]["categories"]:
        if one["true"]:
            each.append(
                [LABELS[one["category"]], f"{one['true']:,}", f"{one['given']:,}",
                 cell(one["precision"]), cell(one["recall"])]
            )  # fmt: skip
    return paragraphs(
        f"{same_conclusion(found)} {confusion(found)}",
        table(["model", "direction", "failures", "right %", "macro-F1 %", "kappa"], rows),
        "By category, for the failures of CLIP from caption to image:",
        table(["category", "true", "suggested", "precision %", "recall %"], each),
    )


def same_conclusion(found: Json) -> str:
    """Whether counting suggestions would rank the categories as the truth does."""
    alike: list[str] = []
    other: list[str] = []
    for name, ways in found["failing"].items():
        rows = [one for one in ways["t2i"]["suggestions"]["categories"] if one["true"]]
        true, given = (
            [one["category"] for one in sorted(rows, key=lambda one: -one[key])][:3]
            for key in ("true", "given")
        )
        (alike if true == given else other).append(name)
    text = (
        "Counting suggestions, without the scenes, gives the same three most frequent "
        f"categories in the same order as the truth for {listed(alike)}"
    )
    return text + (f", but not for {listed(other)}." if other else ".")


def confusion(found: Json) -> str:
    """The most frequent wrong suggestion over all models, from caption to image."""
    counts: dict[tuple[str, str], int] = {}
    for ways in found["failing"].values():
        for true, row in ways["t2i"]["suggestions"]["confusion"].items():
            for given, n in row.items():
                if true != given:
                    counts[true, given] = counts.get((true, given), 0) + n
    (true, given), n = max(counts.items(), key=lambda one: one[1])
    return (
        f"The most frequent error, {n:,} times over the three models: {LABELS[given]} is suggested "
        f"where {LABELS[true]} is true."
    )
