"""The verbs of lists that change whose cases are listed, and what is shown beside them."""

from __future__ import annotations

from workbench.screens.case_choosing import NO_CASE, CaseChoosing
from workbench.screens.run_choosing import choose_run
from workbench.session import Session
from workbench.views.case import HistoryRow
from workbench.views.case_view import CaseView, Direction, other_way
from workbench.views.keys.in_use import shown_key
from workbench.widgets.case_list import CaseList

PREVIEWS = ("-text", "-pictures", "-hidden")


class CaseViews(CaseChoosing):
    """Switches direction and run."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._left_at: dict[str, int | None] = {}

    @property
    def cases(self) -> CaseList:
        """The list."""
        return self.query_one(CaseList)

    @property
    def current(self) -> int | None:
        """The query under the cursor of the list."""
        return self.cases.current

    def give_keys_back(self) -> None:
        """Give the keys back to the list."""
        self.set_focus(self.cases)

    def open_view(
        self,
        view: CaseView | None,
        *,
        keep: int | None = None,
        widen: bool = False,
    ) -> None:
        """Show another view."""
        raise NotImplementedError

    def go_to(self, query_id: int) -> bool:
        """Put the cursor on a case; says whether the list has it."""
        at = self.cases.index(query_id)
        if at is not None:
            self.cases.move_to(at)
        return at is not None

    # Direction, run ---------------------------------------------------------------------------

    def action_switch_direction(self) -> None:
        """Switch between captions that find images and images that find captions.

        Ids of captions and images are not of one kind: each way keeps its own cursor.
        """
        if self.source is not None:
            view = self.source.view
            self._left_at[view.direction] = self.cases.current
            way = other_way(view.direction)
            there = self._left_at.get(way)
            keep = NO_CASE if there is None else there
            changed = CaseView(view.run_id, way, view.filter, view.sort)
            self.open_view(changed, keep=keep, widen=True)

    def action_choose_run(self) -> None:
        """Choose the run whose cases are shown."""

        def chosen(run_id: int) -> None:
            if self.source is not None:
                view = self.source.view
                changed = CaseView(run_id, view.direction, view.filter, view.sort)
                self.open_view(changed, widen=True)

        now = self.source.view.run_id if self.source else None
        choose_run(self, now, chosen, "shows its cases")

    def action_preview(self) -> None:
        """Show the case with pictures, as text, or not at all."""
        now = next(i for i, name in enumerate(PREVIEWS) if self.has_class(name))
        after = (0 if now == 2 else 2) if self.pictures_fit else (now + 1) % 3
        if self._zoomed:
            self.action_zoom()
        self.remove_class(*PREVIEWS)
        self.add_class(PREVIEWS[after])
        self.call_after_refresh(self.settle_panes)

    @property
    def pictures_fit(self) -> bool:
        """Whether the pictures are shown with the text: there is room for both."""
        return not self.has_class("-narrow")

    def jump(self, row: HistoryRow) -> None:
        """Go to the case of a decision, with another filter where this list lacks it."""
        source = self.source
        if source is None:
            return
        if row.dataset_id != source.run.dataset_id:
            choose = shown_key("choose_run")
            self.say(
                f"That case belongs to another data set: {choose} chooses a run on it.", "warn"
            )
        elif row.direction != source.view.direction or not self.go_to(row.query_id):
            way: Direction = "i2t" if row.direction == "i2t" else "t2i"
            words = f"id:{row.query_id}"
            self.open_view(CaseView(source.view.run_id, way, words, source.view.sort))
            self.say(f"Case {row.query_id} was not in the list: the filter is now {words}.")
