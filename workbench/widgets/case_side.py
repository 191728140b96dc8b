"""The third column of a wide screen: labels, ranks, what was decided last, the guide."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from workbench.presenters.text import cut
from workbench.views.case import CaseSheet, HistoryRow, LabelOption, Phrase
from workbench.views.keys.in_use import shown_key
from workbench.widgets.case_labels import LabelPanel
from workbench.widgets.case_ranks import RanksPanel
from workbench.widgets.case_text import QUIET, CaseText, Rule, clamp
from workbench.widgets.hollow import Rows


class HistoryLines(CaseText):
    """The newest decisions."""

    DEFAULT_CSS = """
    HistoryLines { height: 6; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: tuple[HistoryRow, ...] = ()

    def show(self, rows: tuple[HistoryRow, ...]) -> None:
        """Change the decisions."""
        if rows != self.rows:
            self.rows = rows
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Write one decision a line."""
        return Content("\n").join(
            Content.assemble(
                f" {row.query_id:<7}", (f"{cut(row.what, 12):<13}", "bold"), (row.time, QUIET)
            )
            for row in self.rows[:height]
        )


class GuideText(CaseText):
    """The guideline of a category."""

    DEFAULT_CSS = """
    GuideText { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = ""

    def show(self, text: str) -> None:
        """Change the guideline."""
        if text != self.text:
            self.text = text
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Wrap the guideline."""
        return clamp(Phrase(self.text), width - 2, height, lead=" ", base=QUIET)


class CaseSide(Rows):
    """Label panel, ranks by model, history and guide one below another."""

    DEFAULT_CSS = """
    CaseSide { width: 42; height: 1fr; }
    CaseSide RanksPanel { height: 6; }
    CaseSide LabelPanel { height: 10; }
    """

    def compose(self) -> ComposeResult:
        """Lay out the panels."""
        yield Rule("Label", id="side-label")
        yield LabelPanel()
        yield Rule("Ranks by model")
        yield RanksPanel()
        yield Rule("History", shown_key("history"))
        yield HistoryLines()
        yield Rule("Guide", shown_key("guide"), id="side-guide")
        yield GuideText()

    def show(self, sheet: CaseSheet | None) -> None:
        """Change the case."""
        self.query_one(RanksPanel).show(sheet.ranks if sheet else ())

    def show_labels(self, options: tuple[LabelOption, ...], *, multiple: bool) -> None:
        """Change the label panel, and the guide to what is chosen or else suggested."""
        self.query_one(LabelPanel).show(options, multiple=multiple)
        self.query_one("#side-label", Rule).show("Label", "multi" if multiple else "single")
        chosen = [o for o in options if o.chosen] or [o for o in options if o.suggested]
        option = chosen[0] if chosen else options[0]
        self.query_one("#side-guide", Rule).show(f"Guide: {option.name}", shown_key("guide"))
        self.query_one(GuideText).show(option.guideline)
