"""The form that imports a data set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker

from workbench.modals.form import FormOverlay
from workbench.modals.target import expanded
from workbench.presenters.setup import CHECKED, survey_sentence
from workbench.presenters.text import plain
from workbench.session import SessionError
from workbench.session.setup import reader_of
from workbench.views.setup import TEST, FoundData, Survey
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.path_field import PathField
from workbench.widgets.standing import stands
from workbench.widgets.text_field import TextField

SHOWN = 20
"""Names that are listed at most; the line is cut where it ends."""
PAUSE_S = 0.3
"""What is typed rests so long before the files are looked at."""

Look = Callable[[Path, str, Path | None, str | None, Callable[[], bool]], Survey | None]
"""Counts what would be imported: file, reader, folder of images, split, and when to stop."""


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

    def __init__(
        self, readers: tuple[tuple[str, str], ...], look: Look, found: FoundData | None = None
    ) -> None:
        super().__init__()
        self._readers = readers
        self._look = look
        self._found = found
        self._asked = 0
        self._proposed = False

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
        yield "", Static(CHECKED, classes="hint", id="survey", markup=False)

    def on_mount(self) -> None:
        """Begin with the data that was found."""
        if self._found is not None:
            self.query_one("#source", PathField).value = self._found.source
            self.query_one("#images", PathField).value = self._found.images

    @on(PathField.Changed, "#source")
    def guess_reader(self, event: PathField.Changed) -> None:
        """Choose the reader that the file's name suggests."""
        if reader := reader_of(event.value.rsplit("/", 1)[-1]):
            self.query_one("#reader", ChoiceField).choose(reader)

    @on(Input.Changed, "#source, #images, #split")
    @on(ChoiceField.Changed)
    def look(self) -> None:
        """Count what is there once nothing is typed for a moment."""
        self._asked += 1
        self.set_timer(PAUSE_S, partial(self._count, self._asked))

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

    def _count(self, number: int) -> None:
        """Look at the files in a thread, unless something else was asked for meanwhile."""
        source, images = (
            _path(self.query_one(f"#{one}", PathField)) for one in ("source", "images")
        )
        reader = self.query_one("#reader", ChoiceField).value
        split = self.query_one("#split", TextField).value.strip()
        if number != self._asked or not reader or not _is(Path.is_file, source):
            return
        folder = Path(images) if images and _is(Path.is_dir, images) else None
        look = partial(
            self._look, Path(source), reader, folder, split or None, lambda: number != self._asked
        )
        _: Worker[None] = self.run_worker(self._tell(look, number), group="survey")

    async def _tell(self, look: Callable[[], Survey | None], number: int) -> None:
        self._say("Counting ..")
        try:
            found = await asyncio.to_thread(look)
        except SessionError as error:
            told = str(error)
        else:
            told = survey_sentence(found) if found else ""
            if number == self._asked and found and stands(self):
                self._propose_split(found)
        if number == self._asked and told and stands(self):
            self._say(told)

    def _propose_split(self, found: Survey) -> None:
        """Take the test split of a file that has others too, once: whoever clears it wants all."""
        field = self.query_one("#split", TextField)
        some = TEST in found.splits and len(found.splits) > 1
        if some and not self._proposed and not field.value:
            field.value = TEST
        self._proposed = True

    def _say(self, sentence: str) -> None:
        self.query_one("#survey", Static).update(plain(sentence))

    def on_unmount(self) -> None:
        """Let a count that goes on stop."""
        self._asked += 1

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
    return str(expanded(text)) if text else ""
