"""The keys of a screen as lines, in groups, filtered by what is typed."""

from __future__ import annotations

from workbench.presenters.rule import remark, rule
from workbench.presenters.text import cut, fit
from workbench.views.keys.in_use import keys_of
from workbench.views.keys.key import Key
from workbench.views.line import Line, Span

NAME = 14
GROUPS = ("Label", "Look", "Work", "Copy", "Screens", "Move")


def help_lines(screen: str, words: str, cells: int) -> tuple[Line, ...]:
    """Return the verbs whose help, label or key has all the words."""
    wanted = words.lower().split()
    lines: list[Line] = []
    for group in GROUPS:
        keys = [key for key in keys_of(screen) if key.group == group and _matches(key, wanted)]
        if keys:
            lines.append(rule(group, cells))
            lines += [_line(key, cells) for key in keys]
    return tuple(lines) or (remark("No key does that here.", cells),)


def _line(key: Key, cells: int) -> Line:
    shown = Span(fit(key.shown, NAME), "strong")
    text = Span(cut(key.help, cells - NAME - 3))
    # A digit needs its key, so it cannot be run from here.
    return Line((shown, text), key="" if key.passes_key else f"{key.id}#{key.shown}")


def _matches(key: Key, wanted: list[str]) -> bool:
    text = f"{key.help} {key.label} {key.shown} {key.id}".lower()
    return all(word in text for word in wanted)
