"""The label panel: keys, codes and counts of the categories, what is chosen and suggested."""

from __future__ import annotations

from collections.abc import Sequence

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
    LabelPanel.flow { height: 3; }
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
        hint = "digits toggle, Enter saves" if self.multiple else "s skip   - clear   . repeat"
        return Content("\n").join([*lines, Content(""), Content.styled(f" {hint}", QUIET)])

    def _line(self, option: LabelOption, width: int) -> Content:
        hint = f"{'<-' if option.taken else '  '} {option.suggested}" if option.suggested else ""
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
        """Lay the categories out in columns: with names and counts if they fit."""
        across = -(-(len(self.options) + 1) // height)
        for names, counts in ((True, True), (True, False), (False, True), (False, False)):
            columns = [
                self._column(self.options[at::across], names=names, counts=counts)
                for at in range(across)
            ]
            last = "[s] skip" if not self.multiple else "[Enter] save"
            columns[len(self.options) % across].append(Content.styled(last, QUIET))
            wide = [max(cell_len(cell.plain) for cell in column) for column in columns]
            if 1 + sum(wide) + GAP * (across - 1) <= width:
                break
        rows = [
            Content(" " * GAP).join(
                column[row] + Content(" " * (room - cell_len(column[row].plain)))
                for column, room in zip(columns, wide, strict=True)
                if row < len(column)
            )
            for row in range(len(columns[0]))
        ]
        return Content("\n").join(Content(" ") + row for row in rows)

    def _column(
        self, options: Sequence[LabelOption], *, names: bool, counts: bool
    ) -> list[Content]:
        digits = max((len(f"{option.count:,}") for option in options), default=0)
        longest = max((cell_len(option.name) for option in options), default=0)
        return [
            self._cell(option, longest if names else 0, digits if counts else 0)
            for option in options
        ]

    def _cell(self, option: LabelOption, name: int, digits: int) -> Content:
        """Draw a category: `name` and `digits` are the cells for its name and count, 0 for none."""
        hint = "?" if option.taken else " "
        named = f" {option.name}{hint}".ljust(name + 2) if name else hint
        return Content.assemble(
            (f"[{option.key}]", "bold reverse" if option.chosen else ""),
            "+" if option.chosen else " ",
            label_chip(option.code, option.colour, chosen=option.chosen, plain=self.plain_colours),
            (named, "bold" if option.chosen else ""),
            (f" {option.count:>{digits},}" if digits else "", QUIET),
        )
