"""The words of a case: the query, what the retrieved item says, why, and the short preview."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from workbench.presenters.text import cut
from workbench.views.case import CaseSheet, HitView, Phrase, Said
from workbench.widgets.case_ranks import ranks_line
from workbench.widgets.case_text import QUIET, CaseText, clamp, wrapped

SUGGESTED = "suggested"


class CaseWords(CaseText):
    """A text about a case and the retrieved item that is stepped to."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.sheet: CaseSheet | None = None
        self.step = 0

    def show(self, sheet: CaseSheet | None, step: int = 0) -> None:
        """Change the case or the step."""
        if (sheet, step) != (self.sheet, self.step):
            self.sheet, self.step = sheet, step
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Lay the words out; nothing without a case."""
        return self.words(self.sheet, width, height) if self.sheet else Content("")

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Return the words of a case for a box of cells."""
        raise NotImplementedError


class QueryWords(CaseWords):
    """The query, its evidence marked; where there is room, what else is said of the true image."""

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the query, and the captions beside it."""
        lead = " " if sheet.direction == "t2i" else " its caption: "
        rows = min(height, wrapped(sheet.query, width, lead))
        query = clamp(sheet.query, width, rows, lead=lead)
        others = sheet.siblings if height >= 3 else ()
        return _below(query, sheet.said, others, width, height - rows)


class SaysWords(CaseWords):
    """What the retrieved item says: the captions of the image, or the caption itself."""

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write the caption, and the image's other captions where there is room."""
        hit = hit_at(sheet, self.step)
        if hit is None:
            return Content("")
        lead = f" {says(sheet, hit)}: "
        rows = min(height, wrapped(hit.text, width, lead))
        text = clamp(hit.text, width, rows, lead=lead)
        return _below(text, hit.said, hit.more, width, height - rows)


class WhyWords(CaseWords):
    """The machine's label with its reason, the own label and the note."""

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write what is known about the cause."""
        return why(sheet, width)


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
    """A case in five lines."""

    DEFAULT_CSS = """
    CasePreview { height: 5; }
    """

    def words(self, sheet: CaseSheet, width: int, height: int) -> Content:
        """Write query, retrieved text, ranks, cause and note."""
        hit = hit_at(sheet, self.step)
        rows = min(2, wrapped(sheet.query, width))
        lines = [clamp(sheet.query, width, rows)]
        if hit is not None:
            lead = f" {says(sheet, hit)}: "
            rows_said = min(3 - rows, wrapped(hit.text, width, lead))
            lines.append(clamp(hit.text, width, rows_said, lead=lead))
            rows += rows_said
        free = said_lines(sheet.said[: 3 - rows], width)
        free += [Content("")] * (3 - rows - len(free))
        return Content("\n").join(
            [*lines, *free, ranks_line(sheet.ranks, width), why(sheet, width)]
        )


def said_lines(said: Sequence[Said], width: int, rows: int = 1) -> list[Content]:
    """Write what captioners wrote, each in at most `rows` lines."""
    return [clamp(Phrase(s.text), width, rows, lead=f" {s.who} says: ") for s in said]


def _below(
    text: Content, said: Sequence[Said], others: Sequence[str], width: int, rows: int
) -> Content:
    """Fill the rows below a caption: first with a line a captioner, then with other captions."""
    lines = [text, *said_lines(said[: max(0, rows)], width)]
    left = rows - len(said)
    if others and left > 0:
        lines.append(clamp(Phrase(" / ".join(others)), width, left, lead=" also: ", base=QUIET))
    return Content("\n").join(lines)


def hit_at(sheet: CaseSheet, step: int) -> HitView | None:
    """Return the retrieved item that is stepped to."""
    return sheet.hits[min(step, len(sheet.hits) - 1)] if sheet.hits else None


def says(sheet: CaseSheet, hit: HitView) -> str:
    """Introduce the text of a retrieved item."""
    true = " (true)" if hit.positive else ""
    if sheet.direction == "t2i":
        return f"top-{hit.position}{true} image says"
    return f"top-{hit.position}{true} caption, of {hit.key}"


def why(sheet: CaseSheet, width: int) -> Content:
    """Write the own label, the note, and what the machine suggests with its reason."""
    parts: list[Content] = []
    if sheet.label:
        parts.append(Content.assemble((" label ", QUIET), (sheet.label, "bold")))
    elif sheet.chip.state == "skipped":
        parts.append(Content.assemble((" label ", QUIET), "skipped"))
    if sheet.suggestion is not None:
        found = sheet.suggestion
        reason = f"  {found.reason}" if found.reason else ""
        shown = f"{found.code} {found.score}"
        record = f"  {found.record}" if found.record else ""
        head = f" {SUGGESTED} {shown}{record}"
        room = width - sum(len(p) + 2 for p in parts) - len(head)
        if sheet.note:
            room = min(room, width // 2)
        parts.append(
            Content.assemble(
                (f" {SUGGESTED} ", QUIET),
                shown,
                (record, QUIET),
                (cut(reason, max(0, room)), QUIET),
            )
        )
    room = width - sum(len(p) + 2 for p in parts) - 8
    note = cut(sheet.note, room) if sheet.note and room > 3 else "-"
    parts.append(Content.assemble((" note ", QUIET), note))
    return Content("  ").join(parts)
