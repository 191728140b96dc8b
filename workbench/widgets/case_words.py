"""The words of a case: the query, what the retrieved item says, why, and the short preview."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size

from workbench.views.case import CaseSheet, HitView, Phrase, Said
from workbench.widgets.case_ranks import ranks_line
from workbench.widgets.case_text import QUIET, CaseText, clamp, wrapped

SUGGESTED = "suggested"
SLOT = 2
"""Rows that a caption has where it is short, so that what is below stays where it is."""
PREVIEW_BELOW = 4
"""Rows of the preview below the query."""


class CaseWords(CaseText):
    """A text about a case and the retrieved item that is stepped to."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.sheet: CaseSheet | None = None
        self.step = 0

    def show(self, sheet: CaseSheet | None, step: int = 0) -> None:
        """Change the case or the step."""
        if (sheet, step) != (self.sheet, self.step):
            before = self._rows(self.size.width)
            self.sheet, self.step = sheet, step
            self.refresh(layout=self._rows(self.size.width) != before)

    def rows_needed(self, sheet: CaseSheet, width: int) -> int:
        """Return how many rows the words of a case need, for those of no fixed height."""
        return 1

    def _rows(self, width: int) -> int:
        rows = self.rows_needed(self.sheet, width) if self.sheet and width else 0
        low = self.styles.min_height
        return max(rows, int(low.value) if low is not None else 0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows that are needed, at most what leaves room for the rest of the case."""
        return max(1, min(self._rows(width), viewport.height // 2 - 3))

    def build(self, width: int, height: int) -> Content:
        """Lay the words out; nothing without a case."""
        return self.words(self.sheet, width, height) if self.sheet else Content("")

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Return the words of a case for a box of cells."""
        raise NotImplementedError


class QueryWords(CaseWords):
    """The query, its evidence marked, and what a captioner says of the true image.

    As high as they need: words are never cut for a picture. The other captions where there is room.
    """

    DEFAULT_CSS = """
    QueryWords { height: auto; min-height: 2; }
    """

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the query, and the captions beside it."""
        rows = min(height, wrapped(sheet.query, width, query_lead(sheet)))
        query = clamp(sheet.query, width, rows, lead=query_lead(sheet))
        others = sheet.siblings if height > SLOT else ()
        return _below(query, rows, sheet.said, others, width, height)

    def rows_needed(self, sheet: CaseSheet, width: int) -> int:
        """Return how many rows the query takes with what a captioner says."""
        return wrapped(sheet.query, width, query_lead(sheet)) + bool(sheet.said)


class SaysWords(CaseWords):
    """What the retrieved item says: the captions of the image, or the caption itself."""

    DEFAULT_CSS = """
    SaysWords { height: auto; min-height: 2; }
    """

    def rows_needed(self, sheet: CaseSheet, width: int) -> int:
        """Return the rows for any of the retrieved items: what is above stays while one steps."""
        return max(
            (
                min(SLOT, wrapped(hit.text, width, f" {says(sheet, hit)}: ")) + bool(hit.said)
                for hit in sheet.hits
            ),
            default=0,
        )

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the caption, and the image's other captions where there is room."""
        hit = hit_at(sheet, self.step)
        if hit is None:
            return Content("")
        lead = f" {says(sheet, hit)}: "
        rows = min(height, wrapped(hit.text, width, lead))
        text = clamp(hit.text, width, rows, lead=lead)
        return _below(text, rows, hit.said, hit.more, width, height)


class WhyWords(CaseWords):
    """The own label, and the machine's with its reason."""

    DEFAULT_CSS = """
    WhyWords { height: 2; }
    """

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write what is known about the cause."""
        return why(sheet, width, height)


class CaptionWords(CaseWords):
    """For an image query: the caption that was retrieved above all of its own."""

    DEFAULT_CSS = """
    CaptionWords { height: 1fr; }
    """

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the captions of both sides."""
        hit = hit_at(sheet, self.step)
        lines: list[Content] = []
        if hit is not None:
            lines.append(Content.styled(f" {says(sheet, hit)}", QUIET))
            lines += [clamp(hit.text, width - 1, 4), *said_lines(hit.said, width - 1, rows=2)]
            lines.append(Content(""))
        lines.append(Content.styled(" its own captions", QUIET))
        lines += said_lines(sheet.said, width - 1, rows=2)
        for text in (sheet.query, *(Phrase(s) for s in sheet.siblings)):
            lines.append(clamp(text, width - 1, 2, lead=" - "))
        return Content("\n").join(lines)


class CasePreview(CaseWords):
    """A case in lines of fixed places: query, retrieved text, ranks, cause."""

    DEFAULT_CSS = """
    CasePreview { height: auto; min-height: 6; }
    """

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the query in what the other lines leave, at most half of which give way to it."""
        hit = hit_at(sheet, self.step)
        rows = self.rows_needed(sheet, width) - PREVIEW_BELOW
        asked = clamp(sheet.query, width, rows)
        slot = max(rows, min(SLOT, height - PREVIEW_BELOW))
        lines = [_below(asked, rows, sheet.said, (), width, slot)]
        left = height - slot - 2
        if hit is not None and left > 0:
            lead = f" {says(sheet, hit)}: "
            used = min(left, wrapped(hit.text, width, lead))
            text = clamp(hit.text, width, used, lead=lead)
            lines.append(_below(text, used, hit.said, (), width, left))
        lines += [ranks_line(sheet.ranks, width), why(sheet, width)]
        return Content("\n").join(lines)

    def rows_needed(self, sheet: CaseSheet, width: int) -> int:
        """Return how many rows the query takes with the lines below it."""
        return wrapped(sheet.query, width) + PREVIEW_BELOW


def said_lines(said: Sequence[Said], width: int, rows: int = 1) -> list[Content]:
    """Write what captioners wrote, each in at most `rows` lines."""
    return [clamp(Phrase(s.text), width, rows, lead=f" {s.who} says: ") for s in said]


def _below(
    text: Content, used: int, said: Sequence[Said], others: Sequence[str], width: int, height: int
) -> Content:
    """Fill the rows below a caption of `used` rows up to `height`.

    First comes a line a captioner, always at the same place unless the caption needs it, then
    other captions.
    """
    slot = max(used, min(SLOT, height - len(said)))
    lines = [text, *[Content("")] * (slot - used)]
    lines += said_lines(said[: height - slot], width)
    left = height - slot - len(said)
    if left > 0:
        also = clamp(Phrase(" / ".join(others)), width, left, lead=" also: ", base=QUIET)
        short = left - (wrapped(Phrase(" / ".join(others)), width, " also: ") if others else 0)
        lines.append(Content("\n").join([also if others else Content(""), *[Content("")] * short]))
    return Content("\n").join(lines)


def query_lead(sheet: CaseSheet) -> str:
    """Introduce the query: that of an image is a caption of its own."""
    return " " if sheet.direction == "t2i" else " its caption: "


def hit_at(sheet: CaseSheet, step: int) -> HitView | None:
    """Return the retrieved item that is stepped to."""
    return sheet.hits[min(step, len(sheet.hits) - 1)] if sheet.hits else None


def says(sheet: CaseSheet, hit: HitView) -> str:
    """Introduce the text of a retrieved item."""
    true = " (true)" if hit.positive else ""
    if sheet.direction == "t2i":
        return f"top-{hit.position}{true} image says"
    return f"top-{hit.position}{true} caption, of {hit.key}"


def note_word(sheet: CaseSheet | None) -> str:
    """Write the note as it stands beside the title of a case."""
    return f"note {sheet.note or '-'}" if sheet is not None else ""


def why(sheet: CaseSheet, width: int, rows: int = 1) -> Content:
    """Write the own label, and what the machine suggests with its reason, in so many rows.

    How often such suggestions were right is said where the reason leaves room.
    """
    own = sheet.label or ("skipped" if sheet.chip.state == "skipped" else "")
    lead = Content.assemble((" label ", QUIET), (own, "bold"), " ") if own else Content("")
    found = sheet.suggestion
    if found is None:
        return lead
    head = f" {SUGGESTED} {found.code} {found.score}  "
    first = f"{lead.plain}{head}"
    reason, record = Phrase(found.reason), f"  ({found.code} {found.record})"
    both = Phrase(found.reason + record)
    if found.record and wrapped(both, width, first) <= rows:
        reason = both
    text = clamp(reason, width, rows, lead=first, base=QUIET)
    return (
        Content.assemble(lead, (f" {SUGGESTED} ", QUIET), head[len(SUGGESTED) + 2 :])
        + text[len(first) :]
    )
