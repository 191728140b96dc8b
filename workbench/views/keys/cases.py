"""Keys of lists of cases, and of plots, which show such a list: narrow and sort it."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import FILTERED, LABELLING, LISTING

KEYS: tuple[Key, ...] = (
    Key("filter", ("/",), "filter", "Filter what is shown", FILTERED, "Look"),
    Key("filter", ("/",), "filter", "Filter the queue", ("triage",), "Look"),
    Key("facets", ("f",), "facets", "Facets: narrow the list; saved views", FILTERED, "Look"),
    Key("save_view", ("S",), "save view", "Save this view under a name", FILTERED, "Look"),
    Key("triage", ("T",), "triage", "Triage the filtered cases one by one", LISTING, "Look"),
    Key("switch_direction", ("V",), "direction", "Switch t2i and i2t", FILTERED, "Look"),
    Key("sort_rank", ("o r",), "rank", "Sort by rank", LISTING, "Look"),
    Key("sort_margin", ("o m",), "margin", "Sort by margin", LISTING, "Look"),
    Key("sort_id", ("o i",), "id", "Sort by id", LISTING, "Look"),
    Key("sort_time", ("o t",), "time", "Sort by time of the decision", LISTING, "Look"),
    Key("sort_suggestion", ("o s",), "hint", "Sort by suggestion", LISTING, "Look"),
    Key("sort_cluster", ("o c",), "cluster", "Sort by cluster, if there are any", LISTING, "Look"),
    Key("sort_reverse", ("o o",), "reverse (or a capital)", "Reverse the order", LISTING, "Look"),
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
