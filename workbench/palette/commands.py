"""The command palette: the verbs of the screen, by name, with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from workbench.presenters.text import plain
from workbench.views.keys.in_use import all_keys, keys_of, shown_key
from workbench.views.keys.key import Key
from workbench.views.keys.screens import TABBED
from workbench.widgets.themes import NAMES

Entry = tuple[str, str, IgnoreReturnCallbackType]

KEYS_AT = 58
"""The column of the keys."""

MEANS = {
    "adjudicate": "agreement disagreement disputed kappa settle",
    "export": "write save csv jsonl parquet file",
    "report": "write html page share",
    "import_dataset": "load read data set captions images",
    "new_evaluation": "run model evaluate embed",
    "filter": "find search narrow query",
    "facets": "group narrow saved views",
    "undo": "take back revert",
    "set_category": "label annotate digit",
    "triage": "label annotate queue",
    "mark": "select",
    "mark_range": "select visual range",
    "mark_all": "select all",
    "choose_run": "model switch",
    "switch_direction": "t2i i2t text image",
    "cancel_job": "stop kill abort",
    "note": "comment rename describe",
    "doctor": "terminal check colours",
    "guide": "taxonomy categories definitions",
    "quit": "exit leave close",
}
"""What else a verb may be looked for by; its id is another way."""


class Telling(Protocol):
    """The app as the palette sees it."""

    def tell(self, sentence: str) -> None:
        """Say a sentence on whatever screen is shown now."""
        ...


class VerbCommands(Provider):
    """Offers every verb of the screen under it, the themes, and what other screens can do."""

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for name, keys, run in self._entries():
            yield DiscoveryHit(_shown(Content(name), keys), run, text=name)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for name, keys, run in self._entries():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, _shown(matcher.highlight(name), keys), run, text=name)
        for key in self._verbs():
            score = 0.8 * matcher.match(_meant(key))
            if score > 0 and not matcher.match(key.help):
                run = partial(self.screen.run_action, key.id)
                yield Hit(score, _shown(Content(key.help), key.shown), run, text=key.help)
        for screen, key in self._elsewhere():
            name = f"{screen.capitalize()}: {key.help}"
            score = 0.6 * max(matcher.match(name), matcher.match(_meant(key)))
            if score > 0:
                keys = f"{shown_key(f'go_{screen}')}, {key.shown}"
                yield Hit(score, _shown(Content(name), keys), partial(self._go, screen, key), name)

    def _verbs(self) -> Iterator[Key]:
        """Yield the verbs of the screen under the palette."""
        seen: set[str] = set()
        for key in keys_of(getattr(self.screen, "NAME", "")):
            if not (key.passes_key or key.group == "Move" or key.id in ("commands", *seen)):
                seen.add(key.id)
                yield key

    def _elsewhere(self) -> Iterator[tuple[str, Key]]:
        """Yield the verbs that the screen lacks, each with the first tab that has it."""
        seen = {key.id for key in keys_of(getattr(self.screen, "NAME", ""))}
        for key in all_keys():
            screen = next((tab for tab in TABBED if tab in key.screens), None)
            if screen is not None and key.group != "Move" and key.id not in seen:
                seen.add(key.id)
                yield screen, key

    async def _go(self, screen: str, key: Key) -> None:
        """Go where a verb is, and say there how to run it: it acts on what is marked there."""
        await self.screen.run_action(f"go_{screen}")
        cast(Telling, self.app).tell(f"{key.shown} here: {key.help}")

    def _entries(self) -> Iterator[Entry]:
        for key in self._verbs():
            yield key.help, key.shown, partial(self.screen.run_action, key.id)
        for name, recall in getattr(self.screen, "recalls", dict)().items():
            yield f"View: {plain(name)}", "", recall
        for theme in NAMES:
            yield f"Theme: {theme}", "", partial(setattr, self.app, "theme", theme)


def _meant(key: Key) -> str:
    return f"{key.id.replace('_', ' ')} {key.label} {MEANS.get(key.id, '')}"


def _shown(name: Content, keys: str) -> Content:
    space = " " * max(2, KEYS_AT - name.cell_length)
    return Content.assemble(name, (f"{space}{keys}", "not bold $quiet"))
