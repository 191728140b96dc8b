"""The form that imports a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from workbench.modals.form import FormOverlay
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.path_field import PathField
from workbench.widgets.text_field import TextField

GUESSES = (
    ("karpathy", (".json",)),
    ("coco", ("captions_",)),
    ("blip", ("flickr30k_train", "flickr30k_val", "flickr30k_test", "coco_karpathy_")),
    ("flickr8k", ("captions.txt", "flickr8k.token")),
    ("flickr30k_token", ("results_20130124.token",)),
    ("jsonl", (".jsonl",)),
    ("csv", (".csv", ".tsv")),
    ("flickr30k_csv", ("results.csv",)),
)
"""Readers by what a file's name holds; later lines win."""

SHOWN = 20
"""Names that are listed at most; the line is cut where it ends."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What to import; the empty text stands for "not given"."""

    source: str
    reader: str
    images: str
    split: str
    name: str

    def params(self) -> dict[str, Any]:
        """Return the arguments of the session's `start_import`."""
        return asdict(self)


class ImportForm(FormOverlay[ImportWish]):
    """Asks for a caption file, its reader, the images, the split and a name."""

    TITLE_TEXT = "Import a data set"
    AUTO_FOCUS = "#source"

    def __init__(self, readers: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._readers = readers

    def fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields."""
        yield "captions", PathField(placeholder="file of captions; Tab completes", id="source")
        choices = [(name, name, about) for name, about in self._readers]
        yield "reader", ChoiceField(choices, id="reader")
        yield (
            "images",
            PathField(
                placeholder="folder of images; empty: captions only", id="images", folders=True
            ),
        )
        yield "split", TextField(placeholder="empty: every split; or one, as test", id="split")
        yield "name", TextField(placeholder="empty: from the file", id="name")
        yield (
            "",
            Static(
                "Every image and caption is checked; what is missing is named. Nothing is copied.",
                classes="hint",
                markup=False,
            ),
        )

    @on(PathField.Changed, "#source")
    def guess_reader(self, event: PathField.Changed) -> None:
        """Choose the reader that the file's name suggests."""
        name = event.value.rsplit("/", 1)[-1].lower()
        for reader, parts in GUESSES:
            if any(part in name for part in parts):
                self.query_one("#reader", ChoiceField).choose(reader)

    @on(PathField.Matched)
    def list_matches(self, event: PathField.Matched) -> None:
        """Say which names match what Tab was to complete."""
        names = event.names
        self.refuse(f"{len(names):,} match: {'  '.join(names[:SHOWN])}" if names else "", "")

    def start(self) -> None:
        """Dismiss with the wish once there is a file, a reader, and the folder if one is named."""
        source = _path(self.query_one("#source", PathField))
        images = _path(self.query_one("#images", PathField))
        reader = self.query_one("#reader", ChoiceField).value
        if not source:
            self._refuse_at("source", "Name the file of captions first.")
        elif not _is(Path.exists, source):
            self._refuse_at("source", f"There is no file {source}.")
        elif images and not _is(Path.is_dir, images):
            self._refuse_at("images", f"There is no folder {images}.")
        elif not reader:
            self.refuse("No data set reader is installed.")
        else:
            self.dismiss(
                ImportWish(
                    source=source,
                    reader=reader,
                    images=images,
                    split=self.query_one("#split", TextField).value.strip(),
                    name=self.query_one("#name", TextField).value.strip(),
                )
            )

    def _refuse_at(self, field: str, sentence: str) -> None:
        self.query_one(f"#{field}", PathField).focus()
        self.refuse(sentence)


def _is(test: Callable[[Path], bool], text: str) -> bool:
    try:
        return test(Path(text))
    except (OSError, ValueError):  # not to be looked at, too long, no path at all
        return False


def _path(field: PathField) -> str:
    text = field.value.strip()
    try:
        return str(Path(text).expanduser()) if text else ""
    except RuntimeError:  # ~ of somebody who is not known here
        return text
