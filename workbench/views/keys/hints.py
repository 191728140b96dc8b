"""What the last line of a screen hints at."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.views.keys.in_use import keys_of
from workbench.views.keys.key import Key, show_key

HINTS: dict[str, tuple[str, ...]] = {
    "home": (
        *("open", "new_evaluation", "details", "go_cases", "commands", "back", "import_dataset"),
        "go_jobs",
    ),
    "jobs": (
        *("open", "new_evaluation", "retry_job", "cancel_job", "hold_job", "details", "filter"),
        *("next_error", "mark", "follow", "facets", "note", "delete", "back", "earlier"),
        *("later", "next_pane", "zoom"),
    ),
    "cases": (
        *("set_category", "accept", "triage", "mark", "filter", "export", "undo", "back"),
        *("facets", "next_pane", "zoom", "preview"),
    ),
    "search": (
        *("filter", "open", "more_like", "cycle", "back", "full_image", "choose_run", "preview"),
        *("image_mode", "next_pane"),
    ),
    "clusters": (
        *("open", "triage", "note", "merge", "mark", "neighbours", "new_evaluation", "export"),
        *("preview", "filter", "facets", "switch_direction", "choose_run", "details", "undo"),
        *("back", "next_pane"),
    ),
    "slices": (
        *("open", "cycle", "triage", "filter", "facets", "switch_direction", "choose_run"),
        *("details", "sort_lift", "export", "back", "next_pane"),
    ),
    "compare": (
        *("cycle", "choose_run", "swap_runs", "open", "set_category", "models", "export"),
        *("plots", "compare", "triage", "filter", "undo", "back", "next_pane"),
    ),
    "plots": (
        *("cursor_right", "next_pane", "open", "filter", "export", "zoom"),
        *("details", "choose_run", "switch_direction", "back", "preview", "save_view"),
    ),
    "triage": (
        *("accept", "set_category", "skip", "undo", "cursor_down", "other_down", "back", "note"),
        *("filter", "star", "repeat_label", "next_undecided", "zoom", "facets"),
    ),
}
"""What the last line shows, most wanted first; it ends with `? all` whatever fits."""

SENTENCE_HINTS = (("Enter", "search"), ("Esc", "to the list"), ("Ctrl+U", "clear"))
"""What the last line shows while a sentence is typed."""

FILTER_HINTS = (("Enter", "apply"), ("Tab", "complete"), ("Esc", "cancel"), ("Ctrl+U", "clear"))
"""What the last line shows while a filter is typed."""

MULTI = {"set_category": "toggle", "open": "save", "multi_label": "one label again"}
"""What keys do while several categories a case are chosen; they are hinted at first."""

BOTH_WAYS = {"cursor_down": "cursor_up", "other_down": "other_up"}
"""Verbs that are hinted at together with the one that goes the other way."""

LABELS = {("home", "back"): "quit", ("triage", "cursor_down"): "case"}
"""What a verb is called on one screen, where its own label says less there."""


class _Labels:
    """The digits that label, as people read them."""

    digits: str = "1-9"


def use_labels(keys: Iterable[str]) -> None:
    """Hint at the digits of a taxonomy's keys from now on: "1-5 0"; for the start of the program.

    The others stay bound and say that no category has them.
    """
    digits = sorted((int(key) for key in keys if key.isdigit()), key=lambda n: n or 10)
    runs: list[list[int]] = []
    for digit in digits:
        if runs and digit == runs[-1][-1] + 1:
            runs[-1].append(digit)
        else:
            runs.append([digit])
    _Labels.digits = " ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)


def hints_of(screen: str, *, multi: bool = False) -> tuple[tuple[str, str], ...]:
    """Return (key, label) pairs for the last line of a screen, without `? all`.

    `multi` is for the choice of several categories a case.
    """
    table: dict[str, Key] = {}
    for key in keys_of(screen):
        table.setdefault(key.id, key)
    pairs = []
    names = [name for name in HINTS[screen] if not multi or name not in (*MULTI, "accept")]
    for name in (*MULTI, *names) if multi else names:
        key = table[name]
        shown = _Labels.digits if key.passes_key else show_key(key.keys[0])
        if name in BOTH_WAYS:
            shown += f" {show_key(table[BOTH_WAYS[name]].keys[0])}"
        label = LABELS.get((screen, name), key.label)
        pairs.append((shown, MULTI.get(name, label) if multi else label))
    return tuple(pairs)
