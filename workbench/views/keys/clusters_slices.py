"""Keys of Clusters and Slices: lists of groups of queries."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import CLUSTERS, GROUPED, SLICES

KEYS: tuple[Key, ...] = (
    Key("preview", ("p",), "map", "Show the map, or the details again", CLUSTERS, "Look"),
    Key("new_evaluation", ("+",), "cluster", "Cluster the failures anew", CLUSTERS, "Work"),
    Key("filter", ("/",), "filter", "Filter by words of names, or by facets", GROUPED, "Look"),
    Key("facets", ("f",), "facets", "Facets: starred, named, merged ..", CLUSTERS, "Look"),
    Key("facets", ("f",), "facets", "Facets: significant, kind of property", SLICES, "Look"),
    Key("save_view", ("S",), "save view", "Save the cases of it under a name", GROUPED, "Look"),
    Key("mark", ("space",), "mark", "Mark the cluster, for M and w", CLUSTERS, "Work"),
    Key(
        "mark_range",
        ("v",),
        "range",
        "Range that follows the cursor; v keeps it, Esc drops it",
        CLUSTERS,
        "Work",
    ),
    Key("mark_all", ("A",), "mark all", "Mark all clusters, or none", CLUSTERS, "Work"),
    Key(
        "merge",
        ("M",),
        "merge",
        "Merge the marked clusters under a name; part a merged one",
        CLUSTERS,
        "Work",
    ),
    Key("note", ("e",), "name", "Name the cluster; names stay with failures", CLUSTERS, "Work"),
    Key("star", ("*",), "star", "Star the cluster, or unstar it", CLUSTERS, "Work"),
    Key("triage", ("T",), "triage", "Triage the cases of the cluster", CLUSTERS, "Look"),
    Key("triage", ("T",), "triage", "Triage the misses of the slice", SLICES, "Look"),
    Key("cycle", ("=",), "rank>K", "Next K of R@K: 1, 5, 10", SLICES, "Look"),
    Key("neighbours", ("b",), "nearest", "Nearest clusters first", CLUSTERS, "Look"),
    Key("switch_direction", ("V",), "direction", "Switch t2i and i2t", GROUPED, "Look"),
    Key("sort_size", ("o n",), "n", "Sort by size", GROUPED, "Look"),
    Key("sort_lift", ("o l",), "lift", "Sort by lift", GROUPED, "Look"),
    Key("sort_miss_rate", ("o e",), "error rate", "Sort by miss rate", GROUPED, "Look"),
    Key("sort_unlabelled", ("o u",), "unlabelled", "Sort by unlabelled", CLUSTERS, "Look"),
    Key("sort_reverse", ("o o",), "reverse (or a capital)", "Reverse the order", GROUPED, "Look"),
)
