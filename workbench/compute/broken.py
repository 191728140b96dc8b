"""Images that turn out to be unusable while a job looks at them: told, kept, and no reason to stop.

Only a folder that has gone from under the job stops it: then nothing is wrong with the images.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from store.records.dataset import Image
from workbench.compute.errors import JobError
from workbench.compute.images import MISSING

log = logging.getLogger("workbench.jobs")

NAMED = 5
"""Images that the log names; the others are counted."""

VANISHED = 50
"""Missing images in a row, of folders that are gone, after which the job stops."""


SINCE = "since its import: "
"""Stands before such a problem, behind what the import may have noted about the image."""


class KeepsProblems(Protocol):
    """Where an image's problem is kept: `workspace.datasets`."""

    def set_problem(self, image_id: int, problem: str | None) -> None:
        """Store why an image cannot be used, None if it can."""
        ...


class BrokenImages:
    """Keeps account of the images that a job finds broken, in the order of the data set.

    What is missing with its whole folder is held back until another image is found whole: a
    detached disk marks no rows.
    """

    def __init__(self, rows: KeepsProblems) -> None:
        self.count = 0
        self._rows = rows
        self._vanished: list[Image] = []
        self._last_whole: Image | None = None

    def look(self, images: Sequence[Image], problems: Mapping[int, str]) -> None:
        """Take in some images of which `problems` names those that are broken, by their place.

        Raises JobError once it is clear that the images' folder is gone.
        """
        for place, image in enumerate(images):
            if image.width is None:
                continue
            if place not in problems:
                self._found_whole(image)
            elif problems[place] == MISSING and _folder_is_gone(image):
                self._vanished.append(image)
                if len(self._vanished) >= VANISHED:
                    self._stop()
            else:
                self._keep(image, problems[place])

    def close(self) -> None:
        """Say how many there were; raises JobError if the images' folder is gone."""
        last = self._last_whole
        if self._vanished and (last is None or last.path is None or not last.path.exists()):
            self._stop()
        self._keep_vanished()
        if self.count > NAMED:
            log.warning("%d images cannot be used in all", self.count)

    def _found_whole(self, image: Image) -> None:
        self._keep_vanished()
        self._last_whole = image
        if (row := noted(image, None)) != image.problem:
            log.info("the image %r is whole again", image.key)
            self._rows.set_problem(image.id, row)

    def _keep_vanished(self) -> None:
        vanished, self._vanished = self._vanished, []
        for image in vanished:
            self._keep(image, MISSING)

    def _keep(self, image: Image, problem: str) -> None:
        self.count += 1
        if self.count <= NAMED:
            log.warning("the image %r is left out: %s", image.key, problem)
        if (row := noted(image, problem)) != image.problem:
            self._rows.set_problem(image.id, row)

    def _stop(self) -> None:
        folder = self._vanished[0].path
        raise JobError(
            f"The folder {folder.parent if folder else ''} of the images is gone: put it back and "
            "retry the job, which goes on where it stopped, or import the data set again."
        )


def _folder_is_gone(image: Image) -> bool:
    return image.path is not None and not image.path.parent.exists()


def noted(image: Image, problem: str | None) -> str | None:
    """Return what is to stand on an image's row: the import's note, and the problem if any."""
    note = (image.problem or "").partition(SINCE)[0].removesuffix("; ")
    parts = [*([note] if note else []), *([SINCE + problem] if problem else [])]
    return "; ".join(parts) or None
