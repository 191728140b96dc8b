"""The case under the cursor in two runs: what is asked, what both answered, their pictures."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size

from workbench.presenters.compare_screen import Seen, hit_of, same_item, side_title
from workbench.views.case import CaseSheet, HitView, PictureView
from workbench.widgets.case_pane import PictureTitle
from workbench.widgets.case_text import CaseText, clamp, wrapped
from workbench.widgets.case_words import query_lead, said_lines, why
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.picture import Picture


class CompareWords(CaseText):
    """The query, what each run's answer says where it is wrong, and the suggested cause.

    As high as the query needs, as far as the list keeps some rows; what is below gives way to it.
    """

    DEFAULT_CSS = """
    CompareWords { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pair: tuple[Seen, Seen] | None = None
        self.step = 0
        self.sheet: CaseSheet | None = None

    def show(self, pair: tuple[Seen, Seen] | None, step: int, sheet: CaseSheet | None) -> None:
        """Change the case, the step, or which side's cause is told."""
        if (pair, step, sheet) != (self.pair, self.step, self.sheet):
            before = self._rows(self.size.width)
            self.pair, self.step, self.sheet = pair, step, sheet
            self.refresh(layout=self._rows(self.size.width) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows of the query and of what is always below it, a fifth of the screen."""
        return min(self._rows(width), viewport.height // 5 + 1)

    def build(self, width: int, height: int) -> Content:
        """Write the query, and below it what there is room for."""
        if self.pair is None:
            return Content("")
        (_, sheet_a), (_, sheet_b) = self.pair
        hit_a, hit_b = hit_of(sheet_a, self.step), hit_of(sheet_b, self.step)
        said = [_says("A", hit_a, width)] if _wrong(hit_a) else []
        if _wrong(hit_b) and not same_item(hit_a, hit_b):
            said.append(_says("B", hit_b, width))
        lead = query_lead(sheet_a)
        rows = min(height, wrapped(sheet_a.query, width, lead))
        below = [*said, why(self.sheet or sheet_a, width)][: height - rows]
        free = said_lines(sheet_a.said[: height - rows - len(below)], width)
        return Content("\n").join([clamp(sheet_a.query, width, rows, lead=lead), *free, *below])

    def _rows(self, width: int) -> int:
        low = self.styles.min_height
        least = int(low.value) if low is not None else 1
        if self.pair is None or not width:
            return least
        sheet = self.pair[0][1]
        return wrapped(sheet.query, width, query_lead(sheet)) + least - 1


class ComparePictures(Columns):
    """A's answer, B's answer and the truth; what is the truth is not drawn twice."""

    DEFAULT_CSS = """
    ComparePictures { height: 1fr; }
    ComparePictures .third { width: 1fr; height: 1fr; }
    ComparePictures .third.-same { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Lay out three pictures with their titles."""
        for name in ("a", "b", "true"):
            with Rows(classes="third", id=f"third-{name}"):
                yield PictureTitle(id=f"title-{name}")
                yield Picture(id=f"picture-{name}")

    def show(self, pair: tuple[Seen, Seen] | None, step: int) -> None:
        """Change the case or the step; the pictures follow when the cursor rests."""
        if pair is None:
            for name in ("a", "b", "true"):
                self._put(name, "", None)
            return
        (_, sheet_a), (_, sheet_b) = pair
        hits = hit_of(sheet_a, step), hit_of(sheet_b, step)
        right = [side for side, hit in zip("AB", hits, strict=True) if hit and hit.positive]
        for name, (case, sheet), hit in zip("ab", pair, hits, strict=True):
            title = side_title(name.upper(), case, sheet, step, hits[0])
            twice = name == "b" and same_item(*hits)
            self._put(name, title, hit.picture if hit and not twice else None)
            self.query_one(f"#third-{name}").set_class(bool(hit and hit.positive), "-same")
        equal = f"  = top-{step + 1} of {' and '.join(right)}" if right else ""
        self._put("true", sheet_a.true.title + equal, sheet_a.true, right=True)

    def _put(
        self, name: str, title: str, picture: PictureView | None, *, right: bool = False
    ) -> None:
        self.query_one(f"#title-{name}", PictureTitle).show(title, right=right)
        self.query_one(f"#picture-{name}", Picture).show(picture)


def _wrong(hit: HitView | None) -> bool:
    return hit is not None and not hit.positive


def _says(side: str, hit: HitView | None, width: int) -> Content:
    assert hit is not None
    return clamp(hit.text, width, 1, lead=f" {side}'s top-{hit.position} says: ")
