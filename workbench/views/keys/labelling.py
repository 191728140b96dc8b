"""Keys that label cases, and choose those that a label is for."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import LABELLING, LISTING

KEYS: tuple[Key, ...] = (
    Key(
        "set_category",
        tuple("123456789"),
        "label",
        "Set the category of this case, or of the marked ones",
        LABELLING,
        "Label",
        passes_key=True,
    ),
    Key(
        "set_category",
        ("0",),
        "other",
        "Category: none of these",
        LABELLING,
        "Label",
        passes_key=True,
    ),
    Key(
        "set_category",
        ("x",),
        "fault",
        "Category: data fault (the retrieved item is right as well)",
        LABELLING,
        "Label",
        passes_key=True,
    ),
    Key("accept", ("a",), "accept", "Accept the suggested category", LABELLING, "Label"),
    Key("skip", ("s",), "skip", "Skip: decide later", LABELLING, "Label"),
    Key("clear_label", ("-",), "clear", "Clear the label", LABELLING, "Label"),
    Key("repeat_label", (".",), "repeat", "Repeat the last label", LABELLING, "Label"),
    Key("star", ("*",), "star", "Star or unstar", LABELLING, "Label"),
    Key("note", ("e",), "note", "Edit the note", LABELLING, "Label"),
    Key("multi_label", ("m",), "multi", "Several categories a case, on or off", LABELLING, "Label"),
    Key("neighbours", ("b",), "alike", "Most similar cases, to label together", LABELLING, "Label"),
    Key("mark", ("space",), "mark", "Mark for labelling together", LISTING, "Label"),
    Key(
        "mark_range",
        ("v",),
        "range",
        "Range with the cursor: a digit labels, v keeps, Esc drops",
        LISTING,
        "Label",
    ),
    Key("mark_all", ("A",), "mark all", "Mark everything in the filter", LISTING, "Label"),
    Key("history", ("H",), "history", "Decisions, newest first", group="Label"),
    Key("adjudicate", ("g a",), "Adjudicate", "Settle cases labelled twice", LISTING, "Label"),
    Key("pick_label", ("t",), "pick", "Pick a category by its name", LABELLING, "Label"),
)
