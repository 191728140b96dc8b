"""The document and its plots from the results alone; no number in it is typed by hand."""

from __future__ import annotations

from docs.example_study import further_text, other_text, results_text
from docs.example_study.examples_text import examples
from docs.example_study.plots import dots
from docs.example_study.writing import (
    LABELS,
    WAYS,
    Json,
    grouped,
    listed,
    paragraphs,
    said,
    table,
)
from workbench.presenters.compare_numbers import percent

PAGE = "example-study.md"
NOTE = """
Written by `make example-study`: every number on this page, and every sentence that depends on one,
is computed from [results.json](example_study/results.json).
"""
QUESTION = """
R@1 says how often a retrieval model fails, not at what. This study asks of two small models on a
world whose truth is known: which statement of a caption does the wrongly retrieved image break?
What of it does re-ranking by cross-attention mend? And would one come to the same answers with the
workbench's suggestions alone, which see neither pictures nor scenes?
"""
CATEGORIES = {
    "fine_grained": "a place, time, weather or arrangement; a thing that is nowhere in the image; "
    "an act that nobody does",
    "counting": "the number of something that is there",
    "attributes": "a colour, size, pattern or garment that nobody there has",
    "coreference": "who has, wears or does what: everything is there, but on another one",
    "abstract": "the mood (`abstract` among the workbench's categories)",
    "data_fault": "none: the image fits as well, but is not listed",
}
AGAIN = """
`make example-study` evaluates the sample in a new workspace, measures all of the above into
[results.json](example_study/results.json) and writes this page and its plots from that file. A
test holds the page against the file. The same numbers, for any run: `workbench runs`, `compare`,
`failures`, `slices`, `probe`, `cluster`, `space`, `captions` and `false-negatives`, each with
`--json`; the true categories need the scenes and exist for the sample alone.
"""


def files(found: Json) -> dict[str, str]:
    """Return everything that is written, by its path below docs/."""
    return {
        PAGE: page(found),
        "pictures/failing.svg": failing_plot(found),
        "pictures/blind.svg": blind_plot(found),
    }


def page(found: Json) -> str:
    """The document."""
    main, more, rest = results_text, further_text, other_text
    sections = {
        "## Question": QUESTION.strip(),
        "## Setup": setup(found),
        "## Results": "",
        "### How often they fail": main.recalls(found),
        "### What they fail at": main.failing(found),
        "### Where they fail more often": paragraphs(main.axes(found), more.slices(found)),
        "### What re-ranking mends and breaks": main.rerank(found),
        "### What the encoders do not see": more.probes(found),
        "### Whether suggestions lead to the same answers": more.suggestions(found),
        "### Pairs that the data set does not list": rest.missing(found),
        "### Clusters of failures": rest.clusters(found),
        "### The feature space": rest.space(found),
        "### What BLIP writes": rest.captions(found),
        "## Failures to look at": examples(found).replace("\n### ", "\n#### "),
        "## Limits": limits(),
        "## Make it again": AGAIN.strip(),
    }
    title = "# Where a small CLIP and a small BLIP fail: an example study"
    return (
        paragraphs(
            title, NOTE.strip(), summary(found), *(paragraphs(*one) for one in sections.items())
        )
        + "\n"
    )


def summary(found: Json) -> str:
    """The findings in a few lines."""
    recall = {name: said(one["t2i"]["R@1"]) for name, one in found["recalls"].items()}
    leaders = []
    for name in found["models"]:
        top, share = results_text.leader(found, name, "t2i")
        leaders.append((LABELS[top], name, f"{said(share)} of its failures"))
    points = [
        "**How often.** From caption to image, R@1 is "
        f"{listed([f'{one} for {name}' for name, one in recall.items()])}. "
        f"{results_text.steps(found)}",
        f"**At what.** By the true scenes, the most frequent failure is {grouped(leaders)}.",
        f"**What re-ranking mends.** {results_text.rerank_finding(found, 't2i')}",
        f"**What the encoders do not see.** {further_text.blindest(found, 't2i')}",
        f"**What hides it.** {other_text.hidden_gain(found)}",
        f"**Would one see it without the truth?** {further_text.same_conclusion(found)}",
    ]
    return "\n".join(f"- {one}" for one in points)


def setup(found: Json) -> str:
    """Data, models and protocol."""
    data = found["data"]
    axes = [f"{LABELS[axis]} ({n:,})" for axis, n in data["families_by_axis"].items()]
    rows = [
        [name, one["stage"].upper(), f"{one['parameters']:,}", f"{one['image_size']} px",
         "all" if one["candidates"] is None else f"the first {one['candidates']} of BLIP",
         f"`{one['fingerprint'][:11]}`"]
        for name, one in found["models"].items()
    ]  # fmt: skip
    return paragraphs(
        f"**Data.** The [sample](../sample_data/README.md): {data['images']:,} drawn scenes of its "
        f"test split with {listed([str(n) for n in data['captions_an_image']])} captions each, "
        f"{data['captions']:,} in all. They are synthetic, which is the point and the limit: the "
        "scene behind each picture is known, and so is each caption's every claim. Scenes come in "
        f"{data['families']:,} families of up to {data['largest_family']}, whose members differ in "
        f"one aspect: {listed(axes)}. So for most images there is another that "
        f"almost fits. {percent(data['ambiguous_captions'])} % of the captions are true of another "
        "image as well.",
        "**Models.** Both were trained on other scenes of the same generator. CLIP and BLIP score "
        "all items by cosine (ITC); re-ranked BLIP reads the first candidates again with the image "
        "(ITM: match logit plus cosine).",
        table(["model", "stage", "parameters", "image", "items scored", "fingerprint"], rows),
        "**Protocol.** Every caption is a query for its image, and every image one for any of its "
        f"captions ({WAYS['t2i']}, {WAYS['i2t']}). R@K: the share of queries with a right item "
        "among the first K. A failure is a query whose first item is wrong. Its true category "
        "follows from the claims of the caption that the scene of the image breaks:",
        table(
            ["category", "the claim that the image breaks"],
            [[LABELS[name], meaning] for name, meaning in CATEGORIES.items()],
        ),
        "Of several, the first in this order is the failure's. The machine's suggestions read only "
        "the captions of both sides. Intervals are 95 %: of R@K and of differences by "
        "resampling images with their captions, of other shares Wilson's at the sample size that "
        "captions of one image are worth.",
    )


def limits() -> str:
    """What may not be concluded."""
    return "\n".join(
        [
            "- Drawn scenes of a generator, with its wording: how often a category occurs is the "
            "generator's doing, through the families above. Nothing here need hold for "
            "photographs or for models of another size.",
            "- One checkpoint of each model: the intervals are about the images that were drawn, "
            "not about training again.",
            "- BLIP learned from CLIP's similarities, among others, and its matching from captions "
            "with a word changed or two swapped (see the sample's README): the models are not "
            "independent, and re-ranking was taught some of what it mends.",
            "- Images of a family resemble each other. Only the differences between models are "
            "also given with families as the independent units; all other intervals take images, "
            "and may be too narrow.",
            "- The labelers' weights for several captions were learned from failures of this CLIP "
            "on the sample's val split: their precision here is that of a familiar world. On "
            "other data it is measured in [labelers.md](labelers.md).",
            "- p-values are corrected within a table, not over the whole page.",
        ]
    )


def failing_plot(found: Json) -> str:
    """Failed captions by true category, as shares of all captions."""
    runs = found["failing"]
    names = sorted(
        runs["CLIP"]["t2i"]["categories"],
        key=lambda one: -runs["CLIP"]["t2i"]["categories"][one]["of_queries"]["k"],
    )
    rows = [
        (LABELS[one], [runs[name]["t2i"]["categories"][one]["of_queries"] for name in runs])
        for one in names
    ]
    return dots("captions that fail this way, % of all captions", list(runs), rows)


def blind_plot(found: Json) -> str:
    """Blindness by kind of edit."""
    sides, names = further_text.by_edit(found)
    rows = [
        (LABELS[one], [further_text.blind_share(side[one]) for side in sides.values()])
        for one in names
    ]
    return dots("edits that score at least as high as the caption, %", list(sides), rows)
