"""What Cases and Triage show of one case, and the verbs that look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.screen import ModalScreen
from textual.worker import Worker

from workbench.modals.full_picture import FullPicture
from workbench.presenters.cases import label_options
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.frame import WorkbenchScreen
from workbench.session import Session
from workbench.views.case import LabelOption
from workbench.widgets.case_pane import CasePane
from workbench.widgets.case_side import CaseSide, HistoryLines
from workbench.widgets.picture_mode import MODES, PictureMode, next_mode

T = TypeVar("T")

ASK_OVER = 20


class CaseLooking(WorkbenchScreen):
    """A screen that shows a case of a source."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-short"), (36, "-tall")]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.source: CaseSource | None = None
        self.loaded: Loaded | None = None
        self.step = 0
        self.counts: dict[str, int] = {}
        self.toggled: tuple[str, ...] | None = None
        self.under_modal = False

    def on_screen_suspend(self) -> None:
        """Note what covers this screen: after a dialog nothing has to be read again."""
        self.under_modal = isinstance(self.app.screen, ModalScreen)

    def fetch(
        self, read: Callable[[], T], show: Callable[[T], None], *, group: str = "fetch"
    ) -> Worker[None]:
        """Read in a thread, then show; not on a screen that is being taken down."""

        def show_if_whole(result: T) -> None:
            if self.query("CasePane #case-labels") and self.query(HistoryLines):
                show(result)

        return super().fetch(read, show_if_whole, group=group)

    # Looking ---------------------------------------------------------------------------------

    def action_other_down(self) -> None:
        """Show the next of the retrieved items."""
        self._step_to(self.step + 1)

    def action_other_up(self) -> None:
        """Show the previous of the retrieved items."""
        self._step_to(self.step - 1)

    def _step_to(self, step: int) -> None:
        if self.loaded is not None and 0 <= step < len(self.loaded.sheet.hits):
            self.step = step
            self.show_case()

    def action_image_mode(self) -> None:
        """Draw pictures in the next way."""
        mode = next_mode(self.picture_mode)
        self.shell.image_mode = mode
        self.set_picture_mode()
        shown = next((p.drawing for p in self.query_one(CasePane).pictures()), mode)
        self.say(f"Images: {mode}" + (f" ({shown})" if mode == "auto" else "") + ".")

    def action_full_image(self) -> None:
        """Show the pictures one at a time on the whole screen."""
        if self.loaded is None:
            return
        sheet = self.loaded.sheet
        pictures = [(sheet.true, sheet.query.text)]
        pictures += [(hit.picture, hit.text.text) for hit in sheet.hits]
        shown = 1 + self.step if sheet.direction == "t2i" and sheet.hits else 0
        self.app.push_screen(FullPicture(pictures, shown, self.picture_mode))

    def action_details(self) -> None:
        """Show every field of the case and all captions, uncut."""
        from workbench.modals.case_details import CaseDetails

        if self.loaded is not None:
            self.app.push_screen(CaseDetails(self.loaded.case, self.loaded.sheet))

    @property
    def picture_mode(self) -> PictureMode:
        """How pictures are to be drawn."""
        mode = self.shell.image_mode
        return mode if mode in MODES else "auto"

    def set_picture_mode(self) -> None:
        """Hand the mode to the pictures."""
        self.query_one(CasePane).set_mode(self.picture_mode)

    def show_case(self) -> None:
        """Draw the loaded case."""
        sheet = self.loaded.sheet if self.loaded else None
        self.query_one(CasePane).show(sheet, self.step)
        for side in self.query(CaseSide):
            side.show(sheet)
        self.show_labels()

    def show_labels(self) -> None:
        """Draw the label panels."""
        options = self._options()
        multiple = self.toggled is not None
        self.query_one(CasePane).show_labels(options, multiple=multiple)
        for side in self.query(CaseSide):
            side.show_labels(options, multiple=multiple)

    def _options(self) -> tuple[LabelOption, ...]:
        loaded = self.loaded
        kept = loaded.case.categories if loaded else ()
        return label_options(
            self.session.taxonomy,
            self.counts,
            chosen=self.toggled if self.toggled is not None else kept,
            suggestions=loaded.suggestions if loaded else (),
        )
