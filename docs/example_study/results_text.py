"""The main results in words and tables: recalls, what fails, what re-ranking changes."""

from __future__ import annotations

from docs.example_study.writing import (
    LABELS,
    SURE,
    WAYS,
    Json,
    cell,
    change,
    grouped,
    k_of_n,
    listed,
    p_cell,
    paragraphs,
    said,
    same,
    table,
)

KS = ("R@1", "R@5", "R@10")


def recalls(found: Json) -> str:
    """R@K of all runs in both directions, and the differences in pairs."""
    rows = [
        [WAYS[way], name, *(cell(found["recalls"][name][way][k]) for k in KS)]
        for way in WAYS
        for name in found["models"]
    ]
    pairs = [
        [WAYS[way], f"{one['b']} against {one['a']}", change(one[way]["R@1"]),
         change(one[way]["by_family"]), f"{one[way]['only_b']:,}", f"{one[way]['only_a']:,}"]
        for way in WAYS
        for one in found["differences"]
    ]  # fmt: skip
    return paragraphs(
        table(["direction", "model", *(f"{k} %" for k in KS)], rows),
        "Differences are paired: both models see the same resampled images, so what makes an "
        "image hard for any model cancels. Images of a family resemble each other, and the second "
        f"interval, which resamples whole families, is the one to believe. {steps(found)}",
        table(["direction", "difference", "R@1, points", "by family", "only the first hits",
               "only the second"], pairs),
        verdict(found),
    )  # fmt: skip


def steps(found: Json) -> str:
    """Say for each direction which differences in R@1 are certain."""
    unsure = {
        name: listed(
            [f"{one['a']} and {one['b']}" for one in found["differences"] if not certain(one[way])]
        )
        for way, name in WAYS.items()
    }
    if same(unsure) == listed([]):
        return "In both directions every model differs measurably from every other."
    return " ".join(
        f"From {name}, every model differs measurably from every other."
        if pairs == listed([])
        else f"From {name}, R@1 does not tell apart {pairs}."
        for name, pairs in unsure.items()
    )


def certain(difference: Json) -> bool:
    """Whether zero is outside the interval over families."""
    one = difference["by_family"]
    return one["low"] is not None and (one["low"] > 0 or one["high"] < 0)


def verdict(found: Json) -> str:
    """What the workbench says of these numbers beside published ones."""
    known = [name for name, one in found["models"].items() if one["verdicts"]]
    if known:
        return (
            f"`workbench runs` holds {listed(known)} against published results of the same model."
        )
    return (
        "The workbench's verdict: none. `workbench runs` holds a run against published results of "
        "the same model on the same data, and it knows none for these."
    )


def leader(found: Json, name: str, way: str) -> tuple[str, Json]:
    """The most frequent true category of a run's failures, with its share of them."""
    categories = found["failing"][name][way]["categories"]
    top = max(categories, key=lambda one: categories[one]["of_failures"]["k"])
    return top, categories[top]["of_failures"]


def failing(found: Json) -> str:
    """Failures by true category."""
    parts = []
    for way, direction in WAYS.items():
        leaders = []
        for name in found["models"]:
            top, share = leader(found, name, way)
            leaders.append((LABELS[top], name, f"{k_of_n(share)}, {said(share)}"))
        parts.append(f"From {direction}, the most frequent true category is {grouped(leaders)}.")
        parts.append(_categories(found, way))
        if way == "t2i":
            parts.append(
                "![Failed captions by true category: share of all caption queries for the three "
                "models](pictures/failing.svg)"
            )
    several = [
        f"{k_of_n(found['failing'][name]['t2i']['several'])} of {name}" for name in found["models"]
    ]
    parts.append(
        "A wrong image can break several claims at once; the category is then the one that settles "
        f"the matter at a glance. Of the failed captions {listed(several)} break claims of more "
        f"than one category, which favours {LABELS['fine_grained']}, the first in that order."
    )
    return paragraphs(*parts)


def _categories(found: Json, way: str) -> str:
    runs = found["failing"]
    names = sorted(
        runs["CLIP"][way]["categories"],
        key=lambda one: -runs["CLIP"][way]["categories"][one]["of_failures"]["k"],
    )
    rows = [
        [LABELS[one]]
        + [
            f"{share['k']:,}: {cell(share)}"
            for share in (runs[name][way]["categories"][one]["of_failures"] for name in runs)
        ]
        for one in names
    ]
    total = ["failures", *(f"{runs[name][way]['n']:,}" for name in runs)]
    head = [f"true category, {WAYS[way]}", *(f"{name}: n, % of failures" for name in runs)]
    return table(head, [*rows, total])


def axes(found: Json) -> str:
    """R@1 over all queries by what distinguishes the image from its family."""
    side = found["axes"]["t2i"]
    rows = [
        [LABELS[axis], f"{next(iter(row.values()))['n']:,}", *(cell(one) for one in row.values())]
        for axis, row in side.items()
    ]
    hardest = {
        name: min(side, key=lambda axis: side[axis][name]["value"]) for name in found["models"]
    }
    words = [(LABELS[axis], name, said(side[axis][name])) for name, axis in hardest.items()]
    return paragraphs(
        "Shares of failures say what a failure is like, not where a model fails more often. For "
        "that, all captions, found or not, are grouped by the one aspect in which the family of "
        f"their image differs. R@1 is lowest where that is {grouped(words)}.",
        table(["family differs in", "captions", *(f"{name}: R@1 %" for name in found["models"])],
              rows),
    )  # fmt: skip


def rerank(found: Json) -> str:
    """What re-ranking fixes and breaks by true category."""
    parts = []
    for way in WAYS:
        parts.append(rerank_finding(found, way))
        rows = [
            [LABELS[one["category"]], f"{one['n']:,}", f"{one['fixed']:,}", cell(one["share"]),
             f"{one['broken']:,}", p_cell(one["p_adjusted"])]
            for one in sorted(found["rerank"][way], key=lambda one: -one["n"])
        ]  # fmt: skip
        head = [f"true category, {WAYS[way]}", "BLIP fails", "fixed", "fixed %", "broken",
                "p (Holm)"]  # fmt: skip
        parts.append(table(head, rows))
        if way == "t2i":
            parts.append(growing(found))
    parts.append(
        "Fixed are failures of BLIP that re-ranking puts first, under the category they had; "
        "broken are hits of BLIP that it loses, under the category they get. McNemar's test asks "
        "whether more are fixed than broken. It takes captions as independent, and those of one "
        "image are not, so values near .05 are no finding.",
    )
    return paragraphs(*parts)


def rerank_finding(found: Json, way: str) -> str:
    """Say which categories re-ranking mends, leaves and makes worse."""
    kinds: dict[str, list[str]] = {"mends": [], "worse": [], "open": []}
    for one in sorted(found["rerank"][way], key=lambda one: -one["n"]):
        sure = one["p_adjusted"] is not None and one["p_adjusted"] <= SURE
        kind = "open" if not sure else "mends" if one["fixed"] > one["broken"] else "worse"
        counts = f"{one['fixed']:,} fixed, {one['broken']:,} broken"
        kinds[kind].append(f"{LABELS[one['category']]} ({counts})")
    says = {
        "mends": "fixes measurably more than it breaks in",
        "worse": "breaks measurably more than it fixes in",
        "open": "neither measurably gains nor loses in",
    }
    parts = [f"{says[kind]} {listed(names)}" for kind, names in kinds.items() if names]
    return f"From {WAYS[way]}, re-ranking {'; it '.join(parts)}."


def growing(found: Json) -> str:
    """Where re-ranking leaves more failures of a category than before: where they come from."""
    before, after = (
        {name: one["of_failures"]["k"] for name, one in runs["t2i"]["categories"].items()}
        for runs in (found["failing"]["BLIP"], found["failing"]["BLIP re-ranked"])
    )
    sentences = []
    for one in found["rerank"]["t2i"]:
        name = one["category"]
        moved = after[name] - before[name] - one["broken"] + one["fixed"]
        if after[name] > before[name]:
            counts = f"from {before[name]:,} to {after[name]:,}"
            text = f"Failures of the kind {LABELS[name]} grow {counts}"
            if moved > 0:
                text += (
                    f": {one['fixed']:,} are fixed and {one['broken']:,} broken, and the rest of "
                    f"the growth, {moved:,}, is captions that failed before as well, with a wrong "
                    "image of another kind"
                )
            sentences.append(f"{text}.")
    return " ".join(sentences)
