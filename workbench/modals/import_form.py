"""The form that imports a data set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
        yield "images", PathField(placeholder="folder of images; empty: captions only", id="images")
        yield "split", TextField("test", placeholder="empty: all splits", id="split")
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

    def start(self) -> None:
        """Dismiss with the wish once there is a file and a reader."""
        source = self.query_one("#source", PathField).value.strip()
        reader = self.query_one("#reader", ChoiceField).value
        if not source:
            self.refuse("Name the file of captions first.")
        elif not reader:
            self.refuse("No data set reader is installed.")
        else:
            self.dismiss(
                ImportWish(
                    source=source,
                    reader=reader,
                    images=self.query_one("#images", PathField).value.strip(),
                    split=self.query_one("#split", TextField).value.strip(),
                    name=self.query_one("#name", TextField).value.strip(),
                )
            )
