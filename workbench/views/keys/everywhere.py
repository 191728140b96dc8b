"""Keys that (nearly) every screen has: where to go, help, undo, details."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import CLUSTERS, EVERY, LABELS

KEYS: tuple[Key, ...] = (
    Key("go_home", ("g h",), "Home", "Go to Home", group="Screens"),
    Key("go_cases", ("g c",), "Cases", "Go to Cases", group="Screens"),
    Key("go_clusters", ("g k",), "Clusters", "Go to Clusters: failures alike", group="Screens"),
    Key("go_slices", ("g s",), "Slices", "Go to Slices: where queries are missed", group="Screens"),
    Key("go_compare", ("g m",), "Compare", "Go to Compare: two models", group="Screens"),
    Key("go_plots", ("g p",), "Plots", "Go to Plots of a run", group="Screens"),
    Key("go_jobs", ("g j",), "Jobs", "Go to Jobs", group="Screens"),
    Key("doctor", ("g d",), "Doctor", "Doctor: terminal, machine, what to set", group="Screens"),
    Key(
        "go_search",
        ("g /",),
        "Search",
        "Search images: a line to type in; of a case, with its caption",
        EVERY,
        "Screens",
    ),
    Key("next_screen", ("]",), "next screen", "Next screen", EVERY, "Screens"),
    Key("previous_screen", ("[",), "previous screen", "Previous screen", EVERY, "Screens"),
    Key("back", ("q",), "back", "Back to where you came from; on Home: quit", group="Screens"),
    Key(
        "escape",
        ("escape",),
        "close",
        "Close an overlay, clear the filter, the marks",
        EVERY,
        "Screens",
    ),
    Key("quit", ("ctrl+q",), "quit", "Quit; jobs keep running", group="Screens"),
    Key("help", ("?", "f1"), "all", "All keys of this screen", group="Screens"),
    Key("commands", (":", "ctrl+p"), "commands", "Every action by name", group="Screens"),
    Key("guide", ("L",), "guide", "Label guide: definitions and examples", group="Screens"),
    Key("reload", ("R",), "reload", "Reload from the database", group="Screens"),
    Key("redraw", ("ctrl+l",), "redraw", "Draw the screen again", group="Screens"),
    Key("undo", ("u",), "undo", "Undo the last change of a label", LABELS, "Label"),
    Key("redo", ("U",), "redo", "Redo what was undone", LABELS, "Label"),
    Key("undo", ("u",), "undo", "Undo the last name or merge of this session", CLUSTERS, "Work"),
    Key("redo", ("U",), "redo", "Redo what was undone", CLUSTERS, "Work"),
    Key("undo", ("backspace",), "undo", "Undo the last change of a label", ("triage",), "Label"),
    Key("details", ("d",), "details", "All details of what the cursor is on", group="Look"),
)
