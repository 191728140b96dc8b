"""The label panel: keys, codes and counts of the categories, what is chosen and suggested."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from workbench.presenters.text import cut
from workbench.views.case import LabelOption
from workbench.widgets.case_text import QUIET, CaseText

GAP = 2


def label_chip(code: str, colour: str, *, chosen: bool, plain: bool) -> Content:
    """Draw a category's code: black on its colour if chosen, tinted if not.

    `plain` keeps to reverse and bold.
    """
    if plain:
        return Content.styled(code, "bold reverse" if chosen else "")
    return Content.styled(code, f"bold #000000 on {colour}" if chosen else f"on {colour} 30%")


class LabelPanel(CaseText):
    """Shows the categories as a column, or flowing over a few lines with `flow`."""

    DEFAULT_CSS = """
    LabelPanel { height: 10; }
    LabelPanel.flow { height: 2; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.options: tuple[LabelOption, ...] = ()
        self.multiple = False

    def show(self, options: tuple[LabelOption, ...], *, multiple: bool = False) -> None:
        """Change what is shown."""
        if (options, multiple) != (self.options, self.multiple):
            self.options, self.multiple = options, multiple
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Lay the categories out."""
        if self.has_class("flow"):
            return self._flow(width, height)
        lines = [self._line(option, width) for option in self.options]
        hint = "digits toggle, Enter saves" if self.multiple else "s later   - clear   . repeat"
        return Content("\n").join([*lines, Content(""), Content.styled(f" {hint}", QUIET)])

    def _line(self, option: LabelOption, width: int) -> Content:
        hint = f"<- {option.suggested}" if option.suggested else ""
        name = cut(option.name, max(4, width - 24)).ljust(max(4, width - 24))
        return Content.assemble(
            (f"{'>' if option.chosen else ' '}", "bold"),
            f"[{option.key}] ",
            label_chip(
                f" {option.code} ", option.colour, chosen=option.chosen, plain=self.plain_colours
            ),
            (f" {name}", "bold" if option.chosen else ""),
            (f"{option.count:>5} ", QUIET),
            hint,
        )

    def _flow(self, width: int, height: int) -> Content:
        for names in (True, False):
            rows = self._rows(width, names=names)
            if len(rows) <= height:
                break
        return Content("\n").join(rows[:height])

    def _rows(self, width: int, *, names: bool) -> list[Content]:
        rows, used = [Content(" ")], 1
        later = Content.assemble(("[s] later" if not self.multiple else "[Enter] save", QUIET))
        for cell in [*(self._cell(option, names=names) for option in self.options), later]:
            room = cell_len(cell.plain)
            if used + room > width and used > 1:
                rows.append(Content(" "))
                used = 1
            rows[-1] = rows[-1] + cell + Content(" " * GAP)
            used += room + GAP
        return rows

    def _cell(self, option: LabelOption, *, names: bool) -> Content:
        hint = "?" if option.suggested else ""
        return Content.assemble(
            (f"[{option.key}]", "bold reverse" if option.chosen else ""),
            "+" if option.chosen else " ",
            label_chip(option.code, option.colour, chosen=option.chosen, plain=self.plain_colours),
            ((f" {option.name}" if names else "") + hint, "bold" if option.chosen else ""),
        )
