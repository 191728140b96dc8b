"""The top k of a case: a line of names and scores, or a list with the captions."""

from __future__ import annotations

from textual.content import Content

from workbench.presenters.text import cut
from workbench.views.case import HitView
from workbench.widgets.case_text import QUIET, CaseText


class HitList(CaseText):
    """Shows what was retrieved; `>` is the item that the pictures show, TRUE a right one."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.hits: tuple[HitView, ...] = ()
        self.step = 0
        self._active = False

    def activate(self, active: bool) -> None:
        """Say whether the keys go here: what is stepped to is then shown in reverse."""
        if active != self._active:
            self._active = active
            self.refresh()

    def show(self, hits: tuple[HitView, ...], step: int) -> None:
        """Change the hits and the one that is stepped to."""
        if (hits, step) != (self.hits, self.step):
            self.hits, self.step = hits, step
            self.refresh()

    def build(self, width: int, height: int) -> Content:
        """Lay the hits out in one line or in many."""
        if not self.hits:
            return Content("")
        if height == 1:
            return self._line(width)
        first = max(0, min(self.step - height // 2, len(self.hits) - height))
        return Content("\n").join(self._row(hit, width) for hit in self.hits[first:][:height])

    def _line(self, width: int) -> Content:
        lead = f"{'>' if self._active else ' '}top-{len(self.hits)} "
        parts = [Content.styled(lead, "bold" if self._active else QUIET)]
        room = width - len(parts[0])
        first = max(0, self.step - 2)
        for hit in self.hits[first:]:
            name = f"{'=' if hit.positive else ''}{cut(hit.key, 14)} {hit.score}"
            if len(name) + 3 > room:
                break
            style = "bold reverse" if hit.position == self.step + 1 else ""
            parts.append(Content.assemble(" ", (f" {name} " if style else name, style), " "))
            room -= len(parts[-1])
        return Content("").join(parts)

    def _row(self, hit: HitView, width: int) -> Content:
        here = hit.position == self.step + 1
        name = cut(hit.key, 16).ljust(min(16, max(len(h.key) for h in self.hits)))
        head = f" {'>' if here else ' '}{hit.position:>3} {name} {hit.score:>6}  "
        right = "TRUE  " if hit.positive else ""
        style = ("bold reverse" if self._active else "bold") if here else ""
        return Content.assemble(
            (head, style or QUIET),
            (right, "bold $success"),
            (cut(hit.text.text[: width * 2], width - len(head) - len(right)), style),
        )
