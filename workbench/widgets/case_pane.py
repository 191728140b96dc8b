"""A case with its pictures: query, true and retrieved side by side, top k, cause."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from workbench.presenters.text import cut, cut_middle, plain
from workbench.views.case import CaseSheet, LabelOption, PictureView
from workbench.views.overlay import Overlay
from workbench.widgets.case_hits import HitList
from workbench.widgets.case_labels import LabelPanel
from workbench.widgets.case_ranks import RanksPanel
from workbench.widgets.case_text import CaseText, Rule
from workbench.widgets.case_words import (
    CaptionWords,
    QueryWords,
    SaysWords,
    WhyWords,
    hit_at,
    note_word,
)
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.picture import Picture

Overlays = tuple[Overlay | None, Overlay | None]


class PictureTitle(CaseText):
    """What a picture is, in one line."""

    DEFAULT_CSS = """
    PictureTitle { color: $quiet; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = ""
        self.right = False

    def show(self, title: str, *, right: bool = False) -> None:
        """Change the title; `right` says that the item is a right answer."""
        if (title, right) != (self.title, self.right):
            self.title, self.right = title, right
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Write the first word in bold, the rest quietly."""
        first, _, rest = _fitted(self.title, width - 2).partition(" ")
        style = "bold $text-success" if first in ("TRUE", "QUERY") or self.right else "bold $text"
        return Content.assemble(" ", (first, style), (f" {rest}", ""))


def _fitted(title: str, cells: int) -> str:
    """Return a title in so many cells; the name of the image gives way, not its similarity."""
    what, *rest = title.split("  ")
    if len(title) <= cells or len(rest) != 2:
        return cut(title, cells)
    key, sim = rest[0], rest[1].removeprefix("sim ")
    return cut(f"{what} {cut_middle(key, cells - len(what) - len(sim) - 2)} {sim}", cells)


class CasePane(Rows):
    """Shows one case; `step` chooses which of the retrieved items stands beside the true one."""

    DEFAULT_CSS = """
    CasePane { width: 1fr; height: 1fr; }
    CasePane #case-pictures { height: 1fr; min-height: 3; }
    CasePane .half { width: 1fr; height: 1fr; }
    CasePane #case-right { margin-left: 1; }
    CasePane CaptionWords { display: none; }
    CasePane.i2t CaptionWords { display: block; }
    CasePane.i2t #case-right Picture, CasePane.i2t #case-right PictureTitle { display: none; }
    CasePane.i2t QueryWords, CasePane.i2t SaysWords { display: none; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.sheet: CaseSheet | None = None
        self.step = 0
        self.overlays: Overlays = (None, None)

    def compose(self) -> ComposeResult:
        """Lay out the parts from the query to the labels."""
        yield Rule(id="case-title")
        yield QueryWords()
        with Columns(id="case-pictures"):
            with Rows(classes="half", id="case-left"):
                yield PictureTitle(id="title-true")
                yield Picture(id="picture-true")
            with Rows(classes="half", id="case-right"):
                yield PictureTitle(id="title-hit")
                yield Picture(id="picture-hit")
                yield CaptionWords()
        yield SaysWords()
        yield HitList(id="case-hits")
        yield WhyWords()
        yield RanksPanel(id="case-ranks")
        yield LabelPanel(id="case-labels", classes="flow")

    def show(
        self, sheet: CaseSheet | None, step: int = 0, overlays: Overlays = (None, None)
    ) -> None:
        """Change the case or the step; the pictures follow when the cursor rests.

        `overlays` are those of the true picture and of the retrieved one that is shown.
        """
        if (sheet, step, overlays) == (self.sheet, self.step, self.overlays):
            return
        self.sheet, self.step, self.overlays = sheet, step, overlays
        hit = hit_at(sheet, step) if sheet else None
        if sheet is not None:
            self.set_class(sheet.direction == "i2t", "i2t")
            self.set_class(bool(sheet.said), "-said")
        self.query_one("#case-title", Rule).show(sheet.title if sheet else "", note_word(sheet))
        self.query_one(QueryWords).show(sheet, step)
        self.query_one(SaysWords).show(sheet, step)
        self.query_one(CaptionWords).show(sheet, step)
        self.query_one(WhyWords).show(sheet, step)
        self.query_one(HitList).show(sheet.hits if sheet else (), step)
        self.query_one(RanksPanel).show(sheet.ranks if sheet else ())
        true = sheet.true if sheet else None
        shown = hit.picture if hit else None
        self._picture("true", true, overlays[0], right=True)
        self._picture("hit", shown, overlays[1], right=bool(hit and hit.positive))

    def show_labels(self, options: tuple[LabelOption, ...], *, multiple: bool) -> None:
        """Change the label lines."""
        self.query_one(LabelPanel).show(options, multiple=multiple)

    def _picture(
        self, name: str, view: PictureView | None, overlay: Overlay | None, *, right: bool
    ) -> None:
        title = view.title if view else ""
        if overlay is not None:
            title = plain(f"{overlay.name} ({overlay.source})  {title}")
        self.query_one(f"#title-{name}", PictureTitle).show(title, right=right)
        self.query_one(f"#picture-{name}", Picture).show(view, overlay)
