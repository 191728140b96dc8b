"""Keys of lists of cases, and of plots, which show such a list: narrow and sort it."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import FILTERED, LABELLING, LISTING, NARROWED, PLOTS

KEYS: tuple[Key, ...] = (
    Key("filter", ("/",), "filter", "Filter what is shown", FILTERED, "Look"),
    Key("filter", ("/",), "filter", "Filter the queue", ("triage",), "Look"),
    Key("facets", ("f",), "facets", "Facets: narrow the list; saved views", NARROWED, "Look"),
    Key("save_view", ("S",), "save view", "Save this view under a name", NARROWED, "Look"),
    Key("delete", ("D",), "forget", "Forget the saved view that is plotted (asks)", PLOTS, "Look"),
    Key("triage", ("T",), "triage", "Triage the filtered cases one by one", LISTING, "Look"),
    Key("switch_direction", ("V",), "direction", "Switch t2i and i2t", FILTERED, "Look"),
    Key("sort_rank", ("o r",), "rank", "Sort by rank", LABELLING, "Look"),
    Key("sort_margin", ("o m",), "margin", "Sort by margin", LABELLING, "Look"),
    Key("sort_id", ("o i",), "id", "Sort by id", LABELLING, "Look"),
    Key("sort_time", ("o t",), "time", "Sort by time of the decision", LABELLING, "Look"),
    Key("sort_suggestion", ("o s",), "suggestion", "Sort by suggestion", LABELLING, "Look"),
    Key(
        "sort_cluster", ("o c",), "cluster", "Sort by cluster, if there are any", LABELLING, "Look"
    ),
    Key("sort_reverse", ("o o",), "reverse (or a capital)", "Reverse the order", LABELLING, "Look"),
    Key("next_undecided", ("}",), "next undecided", "Next undecided case", LABELLING, "Look"),
    Key(
        "previous_undecided",
        ("{",),
        "previous undecided",
        "Previous undecided case",
        LABELLING,
        "Look",
    ),
)
