"""What is said before an import and an evaluation: what was found, what is missing, how long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.presenters.text import cut_middle, plain
from workbench.presenters.when import duration
from workbench.views.setup import FoundData, ModelChoice, Survey

CHECKED = "Every image and caption is checked; what is missing is named. Nothing is copied."
SPEC = 46
"""Characters of a model's name: a line of the narrowest form."""
SPLITS = 4
"""Splits that are named."""


def found_sentence(found: FoundData) -> str:
    """Name the file of captions and the folder of images that were found."""
    source = Path(found.source)
    images = f", {Path(found.images).name}/" if found.images else ", no images"
    return plain(f"found {source.name}{images} in {source.parent}")


def survey_sentence(survey: Survey) -> str:
    """Say how much would be imported, and which images are not there.

    >>> survey_sentence(Survey(12, 60, {"test": 12}, 1, ("a.jpg",)))
    '12 images, 60 captions (test 12). 1 image is not there: a.jpg.'
    """
    splits = ", ".join(f"{name} {n:,}" for name, n in list(survey.splits.items())[:SPLITS] if name)
    said = f"{survey.n_images:,} images, {survey.n_captions:,} captions"
    said += f" ({splits}{', ..' if len(survey.splits) > SPLITS else ''}). " if splits else ". "
    if not survey.n_missing:
        return f"{said}{CHECKED}"
    names = ", ".join(survey.missing) + (", .." if survey.n_missing > len(survey.missing) else "")
    are = "image is" if survey.n_missing == 1 else "images are"
    return f"{said}{survey.n_missing:,} {are} not there: {names}."


def model_lines(choices: Sequence[ModelChoice], most: int) -> list[str]:
    """List models, those on this machine first."""
    return [
        f"{choice.state:<18}{cut_middle(plain(choice.spec), SPEC)}" for choice in choices[:most]
    ]


def advice(choices: Sequence[ModelChoice], spec: str, seconds: float | None) -> str:
    """Say how long an evaluation will take, or how to fetch a model that is not here."""
    if any(choice.spec == spec and not choice.here for choice in choices):
        return plain(f"Not on this machine: workbench fetch {spec}")
    return time_sentence(seconds)


def time_sentence(seconds: float | None) -> str:
    """Say how long an evaluation will take, where that is known."""
    if seconds is None:
        return "Time: not known before this model's first run; the job will show it."
    return f"Time: about {duration(seconds)}, as fast as its newest run."
