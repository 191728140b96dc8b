"""What Search shows: the images that were found, and the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual import events, on
from textual.widget import Widget

from workbench.modals.full_picture import FullPicture
from workbench.modals.image_details import ImageDetails
from workbench.presenters.clipboard import search_copies
from workbench.presenters.pictures import stem
from workbench.presenters.search import (
    count,
    example_lines,
    examples_title,
    gallery_line,
    head_line,
    image_lines,
    picture,
    preview_lines,
    remark_lines,
    verdict,
)
from workbench.presenters.text import plain
from workbench.screens.copying import Copying
from workbench.screens.panes import Pane
from workbench.screens.picture_verbs import PictureVerbs
from workbench.screens.resting import Resting
from workbench.screens.table_export import write_list
from workbench.session import Session
from workbench.views.case_view import CaseView
from workbench.views.copies import Copies
from workbench.views.search import EncoderState, Examples, Found, FoundImage, Gallery, ImageSheet
from workbench.widgets.case_text import Rule
from workbench.widgets.hollow import Columns, Rows
from workbench.widgets.line_list import LineList
from workbench.widgets.picture import Picture
from workbench.widgets.scope_line import ScopeLine
from workbench.widgets.sentence_line import SentenceLine
from workbench.widgets.text_block import TextBlock


class SearchLooking(PictureVerbs, Copying, Resting):
    """Lists what was `found`, and reads all about the image on which the cursor rests.

    Before the first search it lists `examples`.
    """

    PANES = (
        Pane("#found", "#search-head"),
        Pane("#search-preview", "Picture", rows=1),
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-short"), (36, "-tall")]
    DEFAULT_CSS = """
    SearchLooking {
        #search-remarks { height: 0; }
        #search-main { height: 1fr; }
        #search-head { height: 1; }
        #search-list { width: 3fr; }
        #search-side { width: 2fr; }
        #search-preview { height: 1fr; }
        #search-side Picture { height: 2fr; }
        &.-medium #search-side, &.-wide #search-side { border-left: vkey $rule; }
        &.-narrow #search-main { layout: vertical; }
        &.-narrow #search-list { width: 1fr; height: 1fr; }
        &.-narrow #search-side { width: 1fr; height: 1fr; layout: horizontal; }
        &.-narrow #search-side Picture { width: 2fr; height: 1fr; }
        &.-narrow #search-preview { width: 3fr; height: 1fr; }
        &.-narrow.-flat #search-side { display: none; }
        &.-hidden #search-side { display: none; }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: Found | None = None
        self.examples: Examples | None = None
        self.sheet: ImageSheet | None = None
        self.gallery: Gallery | None = None

    def body(self) -> Iterable[Widget]:
        """Lay out the line to type in, the list and the image."""
        yield ScopeLine(id="scope")
        yield SentenceLine()
        yield TextBlock(id="search-remarks")
        yield Rule(id="search-title")
        with Columns(id="search-main"):
            with Rows(id="search-list"):
                yield ScopeLine(id="search-head")
                yield LineList(id="found")
            with Rows(id="search-side"):
                yield Picture()
                yield TextBlock(id="search-preview")

    # Showing ---------------------------------------------------------------------------------

    def show_found(self, found: Found) -> None:
        """List what was found, from its first image."""
        self.found, self.gallery = found, found.gallery
        self.say("")
        self.draw_scope(self.session.search.encoder(found.gallery.run_id))
        self.draw_remarks()
        if found.way == "image":
            self.query_one(SentenceLine).show("image", "", stem(found.query))
        self.query_one("#search-head", ScopeLine).show(partial(head_line, found))
        self.draw_list(first=True)
        if not found.images:
            self._show_sheet(None)

    def show_examples(self, examples: Examples) -> None:
        """List captions to search for, unless something was searched meanwhile."""
        if self.found is None:
            self.examples = examples
            self.query_one("#search-title", Rule).show(*examples_title(examples))
            self.draw_list(first=True)

    def draw_remarks(self) -> None:
        """Say over the list what it is, and what is to be known of the scores."""
        if self.found is not None:
            said = verdict(self.found, brief=self.size.width < 80)
            self.query_one("#search-title", Rule).show(count(self.found), said)
        block = self.query_one("#search-remarks", TextBlock)
        lines = remark_lines(self.found, self.size.width) if self.found is not None else ()
        block.styles.height = len(lines)
        block.show(lambda cells, rows: lines)

    def draw_list(self, *, first: bool = False) -> None:
        """Write the list for its width."""
        lines = self.query_one("#found", LineList)
        cells = self.query_one("#search-list").size.width - 1  # one for the scrollbar
        if cells <= 0:
            return
        if self.found is not None:
            lines.show(image_lines(self.found, cells))
        elif self.examples is not None:
            lines.show(example_lines(self.examples))
        if first:
            lines.end(last=False)

    def draw_scope(self, state: EncoderState) -> None:
        """Say on line 2 what is searched."""
        self.query_one("#scope", ScopeLine).show(partial(gallery_line, self.gallery, state))

    def on_resize(self, event: events.Resize) -> None:
        """Write the list again, once it has its new width."""
        super().on_resize(event)
        self.draw_remarks()
        self.call_after_refresh(self.draw_list)

    @on(LineList.Highlighted, "#found")
    def rest(self) -> None:
        """Read the image once the cursor rests."""
        self.at_rest(self._rested)

    def _rested(self) -> None:
        image = self.current
        if image is not None and self.found is not None:
            read = partial(self.session.search.sheet, self.found.gallery.run_id, image.image_id)
            self.fetch(read, self._show_sheet, group="sheet")

    def _show_sheet(self, sheet: ImageSheet | None) -> None:
        self.sheet = sheet
        self.query_one("#search-side Picture", Picture).show(picture(sheet) if sheet else None)
        block = self.query_one("#search-preview", TextBlock)
        block.show(lambda cells, rows: preview_lines(sheet, cells, rows) if sheet else ())

    @property
    def current(self) -> FoundImage | None:
        """The image under the cursor."""
        key = self.query_one("#found", LineList).key
        images = self.found.images if self.found is not None else ()
        return next((image for image in images if str(image.image_id) == key), None)

    @property
    def example(self) -> str:
        """The caption to search for under the cursor, "" once something was found."""
        if self.found is not None or self.examples is None:
            return ""
        key = self.query_one("#found", LineList).key
        return self.examples.texts[int(key)] if key else ""

    # Looking ---------------------------------------------------------------------------------

    def action_details(self) -> None:
        """Show all about the image under the cursor; Enter there opens a case."""
        sheet, image = self.sheet, self.current
        if sheet is None or image is None or sheet.image_id != image.image_id:
            self.say("There is no image to open yet.", "warn")
            return

        def opened(query_id: int | None) -> None:
            if query_id is not None:
                self.shell.trail.open_case(CaseView(sheet.run_id, "t2i", "", "margin"), query_id)

        self.app.push_screen(ImageDetails(sheet, plain(sheet.key), self.picture_mode), opened)

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts of the image under the cursor."""
        found, image = self.found, self.current
        if found is None or image is None:
            return None
        path = str(self.session.path.resolve())
        return lambda: search_copies(found, image, path)

    def action_export(self) -> None:
        """Write the images that were found to a file among the exports."""
        found = self.found
        if found is None or not found.images:
            self.say("Nothing was found yet that can be written.", "warn")
        else:
            name = f"search-run{found.gallery.run_id}-{found.way}"
            write_list(self, name, partial(self.session.tables.found, found))

    def action_full_image(self) -> None:
        """Show the images that were found one at a time on the whole screen."""
        image = self.current
        if image is not None and self.found is not None:
            pictures = [(picture(one), plain(one.caption)) for one in self.found.images]
            self.app.push_screen(FullPicture(pictures, image.position - 1, self.picture_mode))

    def laid_out(self) -> None:
        """Write the list for its new width."""
        self.draw_list()
