"""What Cases and Triage show of one case, and the verbs that look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.screen import ModalScreen

from workbench.presenters.concord import concord_lines
from workbench.presenters.label_panel import label_options
from workbench.screens.case_source import CaseSource, Loaded
from workbench.screens.copying import Copying
from workbench.screens.panes import Pane
from workbench.screens.picture_verbs import PictureVerbs
from workbench.session import Session
from workbench.views.case import LabelOption, PictureView
from workbench.views.keys.hints import hints_of
from workbench.views.place import SearchPlace
from workbench.widgets.case_foot import CaseFoot
from workbench.widgets.case_pane import CasePane, Overlays
from workbench.widgets.case_side import CaseSide
from workbench.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from workbench.views.concord import Concord
    from workbench.views.copies import Copies
    from workbench.views.facets import Facet

VAST = 160, 48
"""The size from which bars and progress are shown below the case."""
BANDS = Pane("#rank-bands")
"""The bars below the case."""


class CaseLooking(Copying, PictureVerbs):
    """A screen that shows a case of a source."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-short"), (28, "-middle"), (36, "-tall")]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.source: CaseSource | None = None
        self.loaded: Loaded | None = None
        self.step = 0
        self.counts: dict[str, int] = {}
        self.toggled: tuple[str, ...] | None = None
        self._untoggled: tuple[str, ...] = ()
        self.under_modal = False
        self.overlaid = False
        self.overlays: Overlays = (None, None)
        self._overlaid_at: tuple[int | None, int] = (None, 0)

    def on_screen_suspend(self) -> None:
        """Note what covers this screen: after a dialog nothing has to be read again."""
        self.under_modal = isinstance(self.app.screen, ModalScreen)

    # Looking ---------------------------------------------------------------------------------

    def move(self, pane: Pane, rows: int) -> None:
        """Move in the list; in the case show another of the retrieved items."""
        if pane in (self.PANES[0], BANDS):
            super().move(pane, rows)
        elif self.loaded is not None:
            last = len(self.loaded.sheet.hits) - 1
            step = max(0, min(self.step + rows, last))
            if step != self.step:
                self._step_to(step)

    def _step_to(self, step: int) -> None:
        self.step = step
        self.show_case()

    def action_full_image(self) -> None:
        """Show the pictures one at a time on the whole screen."""
        from workbench.modals.full_picture import FullPicture

        if self.loaded is None:
            return
        sheet = self.loaded.sheet
        shown = 1 + self.step if sheet.direction == "t2i" and sheet.hits else 0
        self.app.push_screen(FullPicture(self.pictures(self.loaded), shown, self.picture_mode))

    def pictures(self, loaded: Loaded) -> list[tuple[PictureView, str]]:
        """Return the pictures of a case, each with what is said of it."""
        sheet = loaded.sheet
        return [
            (sheet.true, sheet.query.text),
            *((hit.picture, hit.text.text) for hit in sheet.hits),
        ]

    @property
    def current(self) -> int | None:
        """The query under the cursor, which may not have been read yet; None for none."""
        raise NotImplementedError

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts of the case under the cursor."""
        from workbench.presenters.clipboard import case_copies

        source, query_id = self.source, self.current
        if source is None or query_id is None:
            return None
        alone = replace(source, other=None)
        path = str(self.session.path.resolve())

        def read() -> Copies:
            found = alone.load(query_id)
            return case_copies(found.case, found.sheet, alone.view, path)

        return read

    def action_go_search(self) -> None:
        """Search the images of the run for the caption of the case that is shown."""
        if self.loaded is None or self.source is None:
            super().action_go_search()
        else:
            text = self.loaded.sheet.query.text
            self.shell.trail.open_search(SearchPlace(self.source.run.id, "meaning", text))

    def action_more_like(self) -> None:
        """Search for images like the retrieved one that is shown; in i2t like the query."""
        image_id = self._shown_image()
        if image_id is None or self.source is None:
            self.say("There is no image here to search with.", "warn")
        else:
            self.shell.trail.open_search(SearchPlace(self.source.run.id, "image", "", image_id))

    def _shown_image(self) -> int | None:
        if self.loaded is None:
            return None
        if self.loaded.sheet.direction == "i2t":
            return self.loaded.case.query_id
        hits = self.loaded.sheet.hits
        return hits[min(self.step, len(hits) - 1)].image_id if hits else None

    def action_overlay(self) -> None:
        """Lay what a model looked at over the pictures, or take it off."""
        if self.overlaid:
            self.overlaid = False
            self._lay((None, None))
            self.say("The overlay is off.")
        elif self.loaded is not None:
            self._find_overlays(self._begin_overlay)

    def _begin_overlay(self, found: Overlays) -> None:
        self.overlaid = any(found)
        if self.overlaid:
            self._lay(found)
        elif self.loaded is not None and self.source is not None:
            case, run = self.loaded.case.query_id, self.source.run.id
            self.say(f"No overlay is stored for the pictures of case {case} of run {run}.", "warn")

    def _find_overlays(self, show: Callable[[Overlays], None]) -> None:
        """Read the overlays of the two pictures in a thread."""
        loaded, source = self.loaded, self.source
        if loaded is None or source is None:
            return
        case, t2i = loaded.case, loaded.sheet.direction == "t2i"
        of = partial(self.session.overlays.of, source.run.id, source.view.direction, case.query_id)
        images = (case.positive_id if t2i else case.query_id, self._shown_image() if t2i else None)
        self.fetch(lambda: (of(images[0]), of(images[1])), show, group="overlay")

    def _lay(self, found: Overlays) -> None:
        if found != self.overlays and self.loaded is not None:
            self.overlays = found
            self.query_one(CasePane).show(self.loaded.sheet, self.step, found)

    def action_details(self) -> None:
        """Show every field of the case and all captions, uncut."""
        from workbench.modals.case_details import CaseDetails

        if self.loaded is not None:
            other = self.loaded.other.sheet if self.loaded.other else None
            loaded = self.loaded
            self.app.push_screen(CaseDetails(loaded.case, loaded.sheet, other, loaded.probes))

    def show_case(self) -> None:
        """Draw the loaded case."""
        sheet = self.loaded.sheet if self.loaded else None
        here = (sheet.query_id if sheet else None, self.step)
        if here != self._overlaid_at:
            self._overlaid_at, self.overlays = here, (None, None)
        self.query_one(CasePane).show(sheet, self.step, self.overlays)
        if self.overlaid:
            self._find_overlays(self._lay)
        for side in self.query(CaseSide):
            side.show(sheet)
        self.show_labels()

    def hold(self, loaded: Loaded | None) -> str:
        """Make a case the one that is shown; says what was toggled on the last one, not saved."""
        lost, before = "", self.loaded
        if _same(before, loaded):
            anew = not self.unsaved
        else:
            anew, lost = True, self.unsaved_sentence()
            self.step = 0
        self.loaded = loaded
        self._untoggled = loaded.case.categories if loaded else ()
        if self.toggled is not None and anew:
            self.toggled = self._untoggled
        return lost

    def settle(self, categories: tuple[str, ...]) -> None:
        """Go on toggling from the categories that were stored."""
        if self.toggled is not None:
            self.toggled = self._untoggled = categories

    @property
    def unsaved(self) -> bool:
        """Whether categories are toggled that Enter has not saved."""
        return self.toggled is not None and set(self.toggled) != set(self._untoggled)

    def unsaved_sentence(self) -> str:
        """Say what is lost when the case is left now; "" for nothing."""
        if not self.unsaved or self.toggled is None or self.loaded is None:
            return ""
        return f"{self.loaded.case.query_id}: {self.codes(self.toggled)} not saved."

    def show_keys(self) -> None:
        """Say on the last line what the keys do, which is other in multi-label."""
        hints = hints_of(self.NAME, multi=self.toggled is not None)
        self.query_one(KeyLine).show_hints(hints)

    def toggled_sentence(self) -> str:
        """Say what Enter would save."""
        return f"multi: {self.codes(self.toggled or ())} - Enter saves"

    def codes(self, categories: tuple[str, ...]) -> str:
        """Write categories as their codes."""
        return " ".join(self.session.taxonomy.code(name) for name in categories) or "no label"

    def on_resize(self, event: events.Resize) -> None:
        """Show bars and progress below the case where there is room for them."""
        super().on_resize(event)
        vast = event.size.width >= VAST[0] and event.size.height >= VAST[1]
        if vast != self.has_class("-vast"):
            self.set_class(vast, "-vast")
            self.count_below()

    def count_below(self) -> None:
        """Count what is below the case: ranks of the list, agreement with other people."""
        source, feet = self.source, self.query(CaseFoot)  # Compare has none
        if not self.has_class("-vast") or source is None or not feet:
            return
        view = source.view

        def show(counted: tuple[tuple[Facet, ...], tuple[Concord, ...]]) -> None:
            facets, agreed = counted
            for foot in feet:
                foot.show_bands(facets)
                foot.show_agreement(concord_lines(agreed, self.session.taxonomy))

        def read() -> tuple[tuple[Facet, ...], tuple[Concord, ...]]:
            from workbench.session.concord import concords

            return self.session.facets.bands(view, view.filter), concords(self.session, view)

        self.fetch(read, show, group="below")

    def show_labels(self) -> None:
        """Draw the label panels."""
        options = self.label_options()
        multiple = self.toggled is not None
        self.query_one(CasePane).show_labels(options, multiple=multiple)
        for side in self.query(CaseSide):
            side.show_labels(options, multiple=multiple)

    def label_options(self) -> tuple[LabelOption, ...]:
        """Return the categories with what is chosen, suggested and counted."""
        loaded = self.loaded
        kept = loaded.case.categories if loaded else ()
        return label_options(
            self.session.taxonomy,
            self.counts,
            chosen=self.toggled if self.toggled is not None else kept,
            suggestions=loaded.suggestions if loaded else (),
        )


def _same(one: Loaded | None, other: Loaded | None) -> bool:
    """Say whether a label is for both: the same query, and the same item retrieved for it."""
    if one is None or other is None:
        return False
    key = one.case.direction, one.case.query_id, one.case.top_id
    return key == (other.case.direction, other.case.query_id, other.case.top_id)
