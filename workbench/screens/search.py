"""Search: the images of a run that a sentence, an image or the words of captions find."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual import on
from textual.timer import Timer

from workbench.screens.run_choosing import choose_run
from workbench.screens.search_looking import SearchLooking
from workbench.session import Session
from workbench.views.keys.hints import SENTENCE_HINTS, hints_of
from workbench.views.keys.in_use import shown_key
from workbench.views.place import SearchPlace, Way
from workbench.views.pulse import Pulse
from workbench.views.search import Found, Gallery
from workbench.widgets.bindings import bindings
from workbench.widgets.case_text import Rule
from workbench.widgets.key_line import KeyLine
from workbench.widgets.line_list import LineList
from workbench.widgets.sentence_line import SentenceField, SentenceLine

LOOK_S = 0.5
"""How often the encoder is looked at while it loads."""
WATCH_S = 5.0
"""How often afterwards: it ends when nothing is asked for long, or may be killed."""


class SearchScreen(SearchLooking):
    """A line to type in, what it finds, and the image under the cursor.

    `wanted` is what is being searched for, `found` what is shown. A sentence that is typed while
    the encoder loads is searched for once it is ready, so that no thread waits.
    """

    NAME = "search"
    AUTO_FOCUS = "#found"
    BINDINGS = bindings("search")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.wanted: SearchPlace | None = None
        self._asked = False
        self._early = ""  # typed before it was known which run is searched
        self._looking: Timer | None = None

    def on_mount(self) -> None:
        """Keep line 2 true while nothing is asked."""
        self.set_interval(WATCH_S, self._watch)

    # Where it begins -------------------------------------------------------------------------

    def reload(self) -> None:
        """Search for what another screen asked for, else go on where the user was."""
        self.set_picture_mode()
        wanted, self.shell.trail.wanted_search = self.shell.trail.wanted_search, None
        types, self.shell.trail.types_search = self.shell.trail.types_search, False
        if wanted is not None:
            self.search(wanted)
            self.to_list()
        elif self.wanted is None:
            self.fetch(self._first, self._begin, group="first")
        if types:
            self.action_filter()

    def pulsed(self, pulse: Pulse) -> None:
        """See whether there is a run now, where there was none."""
        if self.wanted is None:
            self.reload()

    def _first(self) -> SearchPlace | None:
        """Return the last search, else the run whose cases were shown, else the newest run."""
        runs = [run.id for run in self.session.library.runs()]
        place = self.shell.trail.place
        if place.search is not None and place.search.run_id in runs:
            return place.search
        if place.view is not None and place.view.run_id in runs:
            return SearchPlace(place.view.run_id)
        return SearchPlace(runs[0]) if runs else None

    def _begin(self, place: SearchPlace | None) -> None:
        early, self._early = self._early, ""
        if place is None:
            self.query_one("#search-title", Rule).show("No run yet: + on Home evaluates a model")
            if early:
                self.say("No run yet: + on Home evaluates a model.", "warn")
        elif early:
            self.search(SearchPlace(place.run_id, _way(place), early))
        elif place.text or place.image_id is not None:
            self.search(place)
        else:
            self.wanted = place
            self._warm(place.run_id)
            read = partial(self.session.search.examples, place.run_id)
            self.fetch(read, self.show_examples, group="search")

    # Searching -------------------------------------------------------------------------------

    def search(self, place: SearchPlace) -> None:
        """Search; where the encoder is not ready, once it is."""
        changed = self.wanted is None or self.wanted.run_id != place.run_id
        self.wanted, self._asked = place, True
        self.shell.trail.leave_search(place)
        self.query_one(SentenceLine).show(place.way, place.text)
        if place.way == "meaning":
            self._when_ready(place)
        else:
            self._run(place)
            if changed:
                self._warm(place.run_id)

    def _when_ready(self, place: SearchPlace) -> None:
        state = self.session.search.encoder(place.run_id)
        if state.name == "ready":
            self._run(place)
            return
        if state.name == "ended":
            self.say(f"{state.problem} It is started again.", "warn")
        else:
            self.say("The encoder is loading: the search begins when it is ready.", "busy")
        self._warm(place.run_id)

    def _warm(self, run_id: int) -> None:
        def show(gallery: Gallery) -> None:
            self.gallery = gallery
            if self._looking is None:
                self._looking = self.set_interval(LOOK_S, self._look)
            self._look()  # which stops it where the encoder is ready already

        self.fetch(partial(self.session.search.warm, run_id), show, group="gallery")

    def _look(self) -> None:
        """Show the encoder's state; when it has settled, do what waits for it."""
        if self.gallery is None or self.wanted is None:
            return
        state = self.session.search.encoder(self.gallery.run_id)
        self.draw_scope(state)
        if state.name == "loading":
            return
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        waits = self._asked and self.wanted.way == "meaning"
        if state.problem:
            self._asked = False
            self.say(state.problem, "bad")
        elif waits:
            self._run(self.wanted)

    def _watch(self) -> None:
        if self.gallery is not None:
            self.draw_scope(self.session.search.encoder(self.gallery.run_id))

    def _run(self, place: SearchPlace) -> None:
        self._asked = False
        self.fetch(partial(self._read, place), self.show_found, group="search")

    def _read(self, place: SearchPlace) -> Found:
        search = self.session.search
        if place.image_id is not None:
            return search.like(place.run_id, place.image_id)
        if place.way == "words":
            return search.by_words(place.run_id, place.text)
        return search.by_sentence(place.run_id, place.text)

    # The sentence ----------------------------------------------------------------------------

    def action_go_search(self) -> None:
        """Type another sentence."""
        self.action_filter()

    def action_filter(self) -> None:
        """Type what to search for, in place of what is there."""
        self.query_one(SentenceLine).open()
        self.query_one(KeyLine).show_hints(SENTENCE_HINTS)

    @on(SentenceField.Left)
    def to_list(self) -> None:
        """Give the keys back to the list."""
        self.set_focus(self.query_one("#found", LineList))
        self.query_one(KeyLine).show_hints(hints_of(self.NAME))

    @on(SentenceLine.Asked)
    def asked(self, message: SentenceLine.Asked) -> None:
        """Search for what was typed."""
        if not message.text:
            self.say("There is nothing to search for: type a sentence.", "warn")
            return
        self.to_list()
        if self.wanted is None:
            self._early = message.text
            self.fetch(self._first, self._begin, group="first")
        else:
            self.search(SearchPlace(self.wanted.run_id, _way(self.wanted), message.text))

    @on(LineList.Chosen, "#found")
    def action_open(self) -> None:
        """Search for the example under the cursor, else show all about the image there."""
        if self.example and self.wanted is not None:
            self.search(SearchPlace(self.wanted.run_id, _way(self.wanted), self.example))
        else:
            self.action_details()

    def action_cycle(self) -> None:
        """Search the captions for the words, or the images for the meaning."""
        if self.wanted is None:
            return
        way: Way = "meaning" if self.wanted.way == "words" else "words"
        if self.wanted.text:
            self.search(replace(self.wanted, way=way))
        else:
            self.wanted = SearchPlace(self.wanted.run_id, way)
            self.query_one(SentenceLine).show(way, "")
            self.action_filter()

    def action_more_like(self) -> None:
        """Search for images like the one under the cursor."""
        image = self.current
        if image is None or self.found is None:
            self.say("There is no image here to search with.", "warn")
        else:
            run_id = self.found.gallery.run_id
            self.search(SearchPlace(run_id, "image", "", image.image_id))

    def action_choose_run(self) -> None:
        """Choose the run that is searched."""

        def chosen(run_id: int) -> None:
            self._begin(replace(self.wanted or SearchPlace(run_id), run_id=run_id))

        choose_run(self, self.wanted.run_id if self.wanted else None, chosen, "searches it")

    def action_escape(self) -> None:
        """Say that there is nothing to clear, and how to go back."""
        back, another = shown_key("back"), shown_key("filter")
        self.say(f"{back} goes back, {another} types another sentence.")


def _way(place: SearchPlace) -> Way:
    """Return how a sentence is searched for; after an image, by its meaning."""
    return "words" if place.way == "words" else "meaning"
