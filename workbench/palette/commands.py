"""The command palette: the verbs of the screen, by name, with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from workbench.presenters.text import plain
from workbench.views.keys import keys_of
from workbench.widgets.themes import NAMES

Entry = tuple[str, str, IgnoreReturnCallbackType]

KEYS_AT = 58
"""The column of the keys."""


class VerbCommands(Provider):
    """Offers every verb of the screen under it, and the themes."""

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

    def _entries(self) -> Iterator[Entry]:
        seen: set[str] = set()
        for key in keys_of(getattr(self.screen, "NAME", "")):
            if key.passes_key or key.group == "Move" or key.id in ("commands", *seen):
                continue
            seen.add(key.id)
            yield key.help, key.shown, partial(self.screen.run_action, key.id)
        for name, recall in getattr(self.screen, "recalls", dict)().items():
            yield f"View: {plain(name)}", "", recall
        for theme in NAMES:
            yield f"Theme: {theme}", "", partial(setattr, self.app, "theme", theme)


def _shown(name: Content, keys: str) -> Content:
    space = " " * max(2, KEYS_AT - name.cell_length)
    return Content.assemble(name, (f"{space}{keys}", "not bold $quiet"))
