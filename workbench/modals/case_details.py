"""Every field of a case and every caption, uncut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.records import Case
from workbench.presenters.text import plain
from workbench.views.case import CaseSheet, HitView, Phrase, Said
from workbench.views.probes import ProbesView
from workbench.widgets.case_text import EVIDENCE, QUIET, Rule


class CaseDetails(ModalScreen[None]):
    """Scrolls through what is known of a case."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "close", "Close", show=False, id="details.close"),
        Binding("j", "scroll(1)", "Down", show=False, id="details.down"),
        Binding("k", "scroll(-1)", "Up", show=False, id="details.up"),
    ]
    DEFAULT_CSS = """
    CaseDetails {
        background: $background;
        & > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        & > #details-keys { height: 1; color: $quiet; padding: 0 1; }
    }
    """

    def __init__(
        self,
        case: Case,
        sheet: CaseSheet,
        other: CaseSheet | None = None,
        probes: ProbesView | None = None,
    ) -> None:
        """Take a case, and what is known of it: in another run, and by probes."""
        super().__init__()
        self._probes = probes
        self._other = other
        self._case = case
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield Rule(f"Case {self._sheet.title}")
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines()))
        yield Static(Content("j k scroll   Esc or q close"), id="details-keys")

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        """Go back to the case."""
        self.dismiss(None)

    def _lines(self) -> Iterator[Content]:
        sheet = self._sheet
        yield from _section("Query" if sheet.direction == "t2i" else "Best caption", [sheet.query])
        if sheet.suggestion is not None:
            found = sheet.suggestion
            title = f"Suggested {found.code} {found.name} {found.score}"
            yield from _section(title, [Phrase(found.reason or "-")])
        if sheet.missing_pair:
            yield from _section("May be a missing pair", [Phrase(sheet.missing_pair)])
        if self._probes is not None:
            yield from _probed(self._probes)
        yield from _section("Other captions of the true image", map(Phrase, sheet.siblings))
        if sheet.said:
            yield from _section("What captioners wrote for the true image", _said(sheet.said))
        if self._other is not None:
            for hit in self._other.hits[:1]:
                rank = self._other.ranks[0]
                yield from _hit(hit, f"{rank.model}: rank {rank.rank}, top")
        for hit in sheet.hits:
            yield from _hit(hit, "Top")
        yield Content.styled("Fields", "bold")
        for name in self._case.__slots__:
            value = plain(str(getattr(self._case, name)))
            yield Content.assemble((f"  {name:<18}", QUIET), value)


def _hit(hit: HitView, lead: str) -> Iterator[Content]:
    right = "  TRUE" if hit.positive else ""
    title = f"{lead} {hit.position}   {hit.key}   {hit.score}{right}"
    yield from _section(title, [hit.text, *map(Phrase, hit.more), *_said(hit.said)])


def _said(said: Iterable[Said]) -> list[Phrase]:
    return [Phrase(f"{caption.who} says: {caption.text}") for caption in said]


def _probed(found: ProbesView) -> Iterator[Content]:
    """Show edits of the query under each other, the edited words marked."""
    yield Content.styled(f"Edits of the query: {found.sentence}", "bold")
    if found.lines:
        yield Content.styled("       own  edited  what the true image scores", QUIET)
    for line in found.lines:
        seen = "blind" if line.blind else ""
        scores = f"  {line.code:<3} {line.own_score:>5}   {line.edited_score:>5}  {seen:<5}  "
        yield Content(scores) + _marked(line.edited)
    yield Content("")


def _section(title: str, phrases: Iterable[Phrase]) -> Iterator[Content]:
    yield Content.styled(title, "bold")
    for phrase in phrases:
        yield Content("  ") + _marked(phrase)
    yield Content("")


def _marked(phrase: Phrase) -> Content:
    text = Content(phrase.text)
    for start, end in phrase.marks:
        text = text.stylize(EVIDENCE, start, end)
    return text
