"""The examples: both pictures, what was asked, what is wrong, and what the machine says."""

from __future__ import annotations

from docs.example_study.examples import RULE
from docs.example_study.writing import LABELS, Json, paragraphs, quoted
from workbench.presenters.text import plain

IMAGES = "../sample_data/images"
TITLES = {"fixed": "Mended by re-ranking", "broken": "Broken by re-ranking"}


def examples(found: Json) -> str:
    """All examples, and the rule that chose them."""
    evidence = (
        "In the machine's evidence, “here” is the query and “there” the captions of the image "
        "found first."
    )
    return paragraphs(f"{RULE} {evidence}", *map(example, found["examples"]))


def example(one: Json) -> str:
    """One failure."""
    title = TITLES.get(one["kind"], LABELS.get(one["kind"], one["kind"]))
    pictures = (
        f"| the right image, at rank {one['rank']:,} | first for {one['run']} |\n| --- | --- |\n"
        f"| ![the right image]({IMAGES}/{one['true_image']}) "
        f"| ![the image found first]({IMAGES}/{one['top_image']}) |"
    )
    return paragraphs(
        f"### {title[0].upper()}{title[1:]}",
        f"> {quoted(one['query'])}",
        pictures,
        f"Score {one['positive_score']:.3f} against {one['top_score']:.3f}. A caption of the image "
        f"found first: {quoted(one['top_captions'][0])}",
        f"True category: {truth(one)}. Suggestion: {suggestion(one)}.",
    )


def truth(one: Json) -> str:
    """The true category and what the image found first breaks."""
    name = f"**{LABELS[one['truth']]}**"
    if not one["broken"]:
        return f"{name}; the image found first satisfies the caption too"
    return f"{name}; the image found first breaks “{'”, “'.join(one['broken'])}”"


def suggestion(one: Json) -> str:
    """What the machine suggests, and by which evidence."""
    if one["suggestion"] is None:
        return "none"
    name = f"**{LABELS[one['suggestion']]}**"
    wrong = "" if one["suggestion"] == one["truth"] else ", wrongly"
    evidence = plain(one["reason"]) if one["reason"] else "without evidence"
    return f"{name} (score {one['suggestion_score']:.2f}){wrong}; {evidence}"
