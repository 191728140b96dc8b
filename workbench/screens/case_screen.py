"""What Cases and Triage share: the verbs that label, one commit a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from store.records.decision import Decision
from workbench.presenters.case_scope import history_row, kept_words, replaced_words, saved_sentence
from workbench.presenters.labels import redone_sentence, undone_sentence
from workbench.presenters.when import clock
from workbench.screens.case_looking import CaseLooking
from workbench.screens.case_source import CaseSource
from workbench.session import SessionError
from workbench.views.keys.in_use import shown_key
from workbench.widgets.case_side import HistoryLines
from workbench.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from workbench.views.neighbours import NeighbourRow

T = TypeVar("T")

ASK_OVER = 20
NEWEST = 6
TOO_SOON = "That key came before the case was shown: press it again."


class CaseScreen(CaseLooking):
    """A screen that stores what is decided about the case it shows."""

    # What a subclass says --------------------------------------------------------------------

    def targets(self) -> list[int]:
        """Return the queries that a label key is for."""
        raise NotImplementedError

    def is_shown(self) -> bool:
        """Say whether the case under the cursor is the one that was read and drawn."""
        if self.loaded is None or self.source is None:
            return False
        case, view = self.loaded.case, self.source.view
        shown = case.run_id, case.direction, case.query_id
        return shown == (view.run_id, view.direction, self.current)

    def no_target(self) -> str:
        """Say why there is nothing to label."""
        return "There is no case here."

    def labelled(self, decisions: Sequence[Decision], *, advance: bool) -> None:
        """Show what was stored; `advance` is False for a note or a star."""
        raise NotImplementedError

    def taken_back(self, decisions: Sequence[Decision]) -> None:
        """Show the cases of this screen that an undo or redo has changed, which may be none."""
        raise NotImplementedError

    # What was decided last -------------------------------------------------------------------

    def read_history(self) -> None:
        """Read the newest decisions, and with them when was saved last."""
        self.fetch(
            partial(self.session.labels.history, NEWEST), self._show_history, group="history"
        )

    def _show_history(self, decisions: Sequence[Decision]) -> None:
        rows = tuple(history_row(d, self.session.taxonomy) for d in decisions)
        for lines in self.query(HistoryLines):
            lines.show(rows)
        when = clock(decisions[0].at, self.session.clock()) if decisions else ""
        for status in self.query(StatusLine):
            status.show_saved(when)

    # Labelling -------------------------------------------------------------------------------

    async def action_set_category(self, key: str) -> None:
        """Store the category of a key, or toggle it where several are allowed."""
        category = self.session.taxonomy.by_key(key)
        if category is None:
            self._say_no_category(key)
        elif self.toggled is not None:
            self._toggle(category.name)
        else:
            await self.decide(categories=(category.name,))

    def _say_no_category(self, key: str) -> None:
        self.say(f"No category has the key {key}: {shown_key('guide')} shows the guide.", "warn")

    def _toggle(self, name: str) -> None:
        if not self.is_shown() or self.toggled is None:
            self.say(TOO_SOON, "warn")
            return
        kept = tuple(other for other in self.toggled if other != name)
        self.toggled = kept if name in self.toggled else (*kept, name)
        self.show_labels()
        self.say(self.toggled_sentence())

    def action_pick_label(self) -> None:
        """Pick a category by its name: taxonomies may have more than ten."""
        from workbench.modals.label_picker import LabelPicker

        source, ids = self.source, self.targets()

        def chosen(name: str | None) -> None:
            if name is None:
                return
            if self.toggled is not None:
                self._toggle(name)
            else:
                self.call_later(self._ask, source, ids, {"categories": (name,)})

        self.app.push_screen(LabelPicker(self.session.taxonomy), chosen)

    async def action_accept(self) -> None:
        """Store the category that is suggested for the case under the cursor."""
        loaded = self.loaded
        if loaded is None or not loaded.suggestions:
            self.say("There is no suggestion here to accept.", "warn")
        elif not self.is_shown() or self.targets() != [loaded.case.query_id]:
            accept = shown_key("accept")
            said = f"{accept} accepts one case at a time: clear the marks with Esc, or wait."
            self.say(said, "warn")
        else:
            await self.decide(categories=(loaded.suggestions[0].category,))

    async def action_skip(self) -> None:
        """Put the case off."""
        await self.decide(categories=(), verdict="skipped")

    async def action_clear_label(self) -> None:
        """Take the label away."""
        await self.decide(categories=(), verdict="undecided")

    async def action_repeat_label(self) -> None:
        """Store the last label again."""
        try:
            repeated = await asyncio.to_thread(self.session.labels.repeated)
        except SessionError as error:
            self.say_error(error)
            return
        known = set(self.session.taxonomy.names().values())
        if repeated and known.issuperset(repeated):
            await self.decide(categories=repeated)
        else:
            self.say("There is no label to repeat yet.", "warn")

    async def action_star(self) -> None:
        """Star the case, or take its star away; of several, star those that have none first."""
        await self.decide(star=None)

    def action_note(self) -> None:
        """Edit the note of the case under the cursor."""
        from workbench.modals.note import NoteEditor

        source, loaded = self.source, self.loaded
        if source is None or loaded is None or not self.is_shown():
            self.say(self.no_target() if loaded is None else TOO_SOON, "warn")
            return
        case = loaded.case

        def store(note: str | None) -> None:
            if note is not None and note != case.note:
                self.call_later(self._store, source, [case.query_id], {"note": note})

        self.app.push_screen(NoteEditor(f"Note on {case.query_id}", case.note), store)

    def action_multi_label(self) -> None:
        """Allow several categories a case, or one."""
        if self.toggled is None:
            self.toggled = self._untoggled = self.loaded.case.categories if self.loaded else ()
            self.say("Several categories: digits toggle, Enter saves, m ends it.")
        else:
            lost = self.unsaved_sentence()
            self.toggled = None
            sentence = "One category a case: a digit saves at once."
            self.say(f"{lost} {sentence}".strip(), "warn" if lost else "")
        self.show_labels()
        self.show_keys()

    async def commit_toggled(self) -> bool:
        """Store the toggled categories; False where that is not what Enter is for."""
        if self.toggled is None:
            return False
        if not self.is_shown():
            self.say(TOO_SOON, "warn")
        elif not self.unsaved:
            self.say("Nothing was changed here: digits toggle, m ends multi-label.")
        else:
            await self.decide(categories=self.toggled)
        return True

    async def decide(self, **change: Any) -> None:
        """Store a change of the targets, after a question if they are many."""
        await self._ask(self.source, self.targets(), change)

    async def _ask(self, source: CaseSource | None, ids: list[int], change: dict[str, Any]) -> None:
        """Store a change of the cases that a key was pressed for.

        While a dialog is open another list may come, in which the same ids are other cases.
        """
        from workbench.modals.confirm_many import ConfirmMany

        if source is None or not ids:
            self.say(self.no_target(), "warn")
        elif len(ids) > ASK_OVER:
            store = partial(self._confirmed, source, ids, change)
            self.app.push_screen(ConfirmMany(f"Change {len(ids):,} cases at once?"), store)
        else:
            await self._store(source, ids, change)

    def _confirmed(
        self, source: CaseSource, ids: list[int], change: dict[str, Any], yes: bool | None
    ) -> None:
        if yes:
            self.call_later(self._store, source, ids, change)
        else:
            self.say("Nothing was changed.")

    async def _store(self, source: CaseSource, ids: list[int], change: dict[str, Any]) -> None:
        """Commit before anything moves; where that fails the status line says why."""
        try:
            async with self._writing:
                decisions, was = await asyncio.to_thread(self._write, source, ids, change)
        except SessionError as error:
            self.say_error(error)
            return
        self.say(saved_sentence(decisions, self.session.taxonomy, tuple(change), was), "good")
        if not self._lists(source):
            return
        if "categories" in change:
            here = self.loaded is not None and self.loaded.case.query_id in ids
            self.settle(tuple(change["categories"]) if here else self._untoggled)
        self.labelled(decisions, advance="categories" in change)

    def _lists(self, source: CaseSource) -> bool:
        """Say whether ids are still those of a source: of its run, in its direction."""
        now, then = (self.source or source).view, source.view
        return (now.run_id, now.direction) == (then.run_id, then.direction)

    def _write(
        self, source: CaseSource, ids: list[int], change: dict[str, Any]
    ) -> tuple[list[Decision], str]:
        """Store a change; return the decisions, and what of others they replace or leave."""
        cases = source.cases(ids)
        if not cases:
            raise SessionError("There is no such case any more: nothing was saved.")
        if "star" in change:  # what it becomes depends on these cases, not on the one that is shown
            change = {"star": not all(case.star for case in cases)}
        session = self.session
        replaces = "categories" in change and change.get("verdict") != "undecided"
        was = replaced_words(cases, session.annotator, session.taxonomy) if replaces else ""
        if len(cases) == 1:
            decisions = [session.labels.decide(cases[0], **change)]
        else:
            decisions = session.labels.decide_many(cases, **change)
        return decisions, was or kept_words(source.cases(ids), change)

    def action_neighbours(self) -> None:
        """Show the failures most like this case; a digit there labels the marked ones together."""
        from workbench.modals.neighbours import NeighboursDialog, Together
        from workbench.presenters.neighbours import dialog_title

        source, loaded = self.source, self.loaded
        if source is None or loaded is None or not self.is_shown():
            self.say(self.no_target() if loaded is None else TOO_SOON, "warn")
            return

        def show(rows: list[NeighbourRow]) -> None:
            self.app.push_screen(NeighboursDialog(rows, dialog_title(rows)), chosen)

        def chosen(choice: Together | None) -> None:
            if choice is None:
                return
            category = self.session.taxonomy.by_key(choice.key)
            if category is None:
                self._say_no_category(choice.key)
            else:
                change = {"categories": (category.name,)}
                self.call_later(self._store, source, list(choice.query_ids), change)

        self.fetch_to_open(partial(source.neighbours, loaded), show)

    def action_undo(self) -> None:
        """Take back the newest step and go to its case."""
        self.commit(self.session.labels.undo, partial(self._stepped, sentence=undone_sentence))

    def action_redo(self) -> None:
        """Do the step again that was taken back last."""
        self.commit(self.session.labels.redo, partial(self._stepped, sentence=redone_sentence))

    def _stepped(
        self, decisions: list[Decision], sentence: Callable[[Sequence[Decision]], str]
    ) -> None:
        self.say(sentence(decisions))
        if decisions and self.source is not None:
            # Ids of captions and images, and those of two data sets, are not of one kind.
            here = self.source.run.dataset_id, self.source.view.direction
            self.taken_back([d for d in decisions if (d.dataset_id, d.direction) == here])
