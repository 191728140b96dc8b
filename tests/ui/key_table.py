"""The table of keys that was asked for, as data, and where the program differs, with the reason."""

from __future__ import annotations

from workbench.views.keys.screens import EVERY

CASES = ("cases", "triage", "compare")
MARKED = (*CASES, "clusters", "jobs")

WANTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("j", "down", "k", "up", "h", "left", "l", "right", "g g", "home", "G", "end"),
            *("ctrl+d", "pagedown", "ctrl+u", "pageup", "J", "K", "tab", "shift+tab", "]", "["),
            *("g h", "g c", "g k", "g m", "g p", "g j", "g x", "enter", "escape", "q", "ctrl+q"),
            *("?", "f1", ":", "ctrl+p", "/", "n", "N", "y", "z", "p", "i", "I", "ctrl+l", "R"),
            *("u", "U", "w", "L", "H"),
        ),
        EVERY,
    ),
    **dict.fromkeys((*"0123456789", "a", "x", "s", "-", ".", "t", "m", "}", "{", "c"), CASES),
    **dict.fromkeys(("*", "T", "b"), (*CASES, "clusters")),
    **dict.fromkeys(("e", "space", "v", "A", "d", "o"), MARKED),
    "f": (*MARKED, "plots"),
    "S": (*CASES, "clusters", "plots"),
    "backspace": ("triage",),
    "C": ("compare",),
    "=": ("compare",),
    "~": ("compare",),
    "M": ("clusters",),
    "+": ("clusters", "jobs", "plots"),
    "D": ("jobs", "plots"),
    **dict.fromkeys(("r", "X", "P", "<", ">", "F", "W", "E"), ("jobs",)),
}
"""A key, and the screens that have it; a menu (`y`, `o`) stands for its second keys.

F, W and E are keys of the log, which is a pane of Jobs and fills the screen with Enter. `+` on
Plots evaluates a model, as it does elsewhere: a new plot is a view of Cases, which plots follow.
"""

ONE_CASE = "Triage shows one case and has no rows to mark: b labels those most alike together"
TRIAGES = "Triage is what T opens"
NO_PICTURES = "there are no pictures here"

MARKS = ("space", "v", "A")
NO_PICTURE = ("home", "clusters", "slices", "plots", "jobs")

DIFFERS: dict[str, dict[str, str]] = {
    **{key: {"triage": ONE_CASE} for key in MARKS},
    "T": {"triage": TRIAGES},
    **{key: dict.fromkeys(NO_PICTURE, NO_PICTURES) for key in ("i", "I")},
}
"""A key, the screens that do not have it, and why."""
