"""Narrowing what is shown by facets, and saving it under a name: for every screen with a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from workbench.presenters.text import plain
from workbench.screens.reading import SessionScreen
from workbench.session import FilterRefused
from workbench.views.case_view import CaseView
from workbench.views.facets import Facet
from workbench.views.keys.in_use import shown_key
from workbench.widgets.filter_line import FilterLine
from workbench.widgets.status_line import StatusLine

READING = "Reading the captions for their slices, once for all: keys work meanwhile."


def slice_words(screen: SessionScreen, view: CaseView | None) -> Sequence[str]:
    """Return what may be typed behind `slice:`."""
    return screen.session.cases.slice_words(view) if view is not None else ()


def understood(screen: SessionScreen, text: str, view: CaseView | None) -> str | None:
    """Return a typed filter in its canonical form and close the line.

    None where the filter is wrong: the line is red then, and the status line names the word.
    Where `view` needs captions that nobody has read yet, the status line says that they are read.
    """
    line = screen.query_one(FilterLine)
    try:
        words = screen.session.cases.canonical(text)
    except FilterRefused as error:
        line.refuse()
        screen.say_error(error)
        return None
    line.close()
    screen.say("")
    if view is not None:
        _read_captions(screen, replace(view, filter=words))
    return words


def _read_captions(screen: SessionScreen, view: CaseView) -> None:
    cases = screen.session.cases

    def read(must: bool) -> None:
        if must:
            screen.say(READING, "busy", keep=True)
            screen.fetch(partial(cases.read_captions, view), done, group="captions")

    def done(_: None) -> None:
        if screen.query_one(StatusLine).sentence == READING:
            screen.say("")

    screen.fetch(partial(cases.must_read, view), read, group="must-read")


def choose_facet(
    screen: SessionScreen,
    view: CaseView,
    words: str,
    total: int,
    narrow: Callable[[str], None],
    recall: Callable[[CaseView], None],
) -> None:
    """Show what a view can be narrowed to, with counts, and the saved views.

    `narrow` takes the filter with the chosen facet added to `words` or taken away, `recall` a
    saved view.
    """
    from workbench.modals.facets import FacetPicker

    session = screen.session

    def show(facets: tuple[Facet, ...]) -> None:
        picker = FacetPicker(facets, total)
        screen.app.push_screen(picker, lambda facet: chosen(facet, picker.toggled))

    def chosen(facet: Facet | None, several: list[Facet]) -> None:
        if facet is None:
            return
        if several or facet.saved is None:
            left = words
            for one in several or [facet]:
                left = session.facets.toggled(left, one)
            narrow(left)
        else:
            recall(facet.saved)

    screen.fetch_to_open(lambda: session.facets.of(view, words), show)


def save_view(screen: SessionScreen, view: CaseView, words: str, *, where: str = "") -> None:
    """Ask for a name and save a view under it; the same view under its name is forgotten again.

    `where` says on which screens the facets have it.
    """
    from workbench.modals.note import NoteEditor

    def save(name: str | None) -> None:
        if name:
            saved = replace(view, filter=words)
            screen.commit(
                lambda: screen.session.saved_views.save(name, saved), partial(done, plain(name))
            )

    def done(name: str, kept: bool) -> None:
        facets = shown_key("facets")
        saved = f'Saved as "{name}": {where}{facets} shows it.'
        screen.say(saved if kept else f'"{name}" forgotten.')

    screen.app.push_screen(NoteEditor("Save this view as", ""), save)
