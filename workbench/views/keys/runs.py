"""Keys that choose, compare and make runs."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import CLUSTERS, PLOTS, SLICES, TABBED

KEYS: tuple[Key, ...] = (
    Key(
        "choose_run",
        ("C",),
        "run",
        "Choose the run that is shown",
        ("cases", *CLUSTERS, *SLICES, *PLOTS),
        "Look",
    ),
    Key("choose_run", ("C",), "runs", "Choose the runs A and B", ("compare",), "Look"),
    Key("cycle", ("=",), "quadrant", "Next quadrant of hits and misses", ("compare",), "Look"),
    Key("cycle_k", ("@",), "rank<=K", "Next K of a hit: 1, 5, 10", ("compare",), "Look"),
    Key("swap_runs", ("~",), "swap", "Swap A and B", ("compare",), "Look"),
    Key("list_cases", ("Q",), "list", "This quadrant as a list of Cases", ("compare",), "Look"),
    Key("models", ("O",), "models", "All models: quality and cost", ("compare",), "Look"),
    Key("plots", ("B",), "plot", "Ranks of every query in A and B", ("compare",), "Look"),
    Key(
        "compare",
        ("c",),
        "compare",
        "Compare this run with another one at this case",
        ("cases", "triage"),
        "Look",
    ),
    Key("compare", ("c",), "all models", "This case in every run of it", ("compare",), "Look"),
    Key(
        "new_evaluation",
        ("+",),
        "evaluate",
        "Evaluate a model",
        ("home", "compare", "plots", "jobs"),
        "Work",
    ),
    Key("import_dataset", ("g i",), "import", "Import a data set", ("home",), "Work"),
    Key("report", ("g r",), "Report", "Write a report of the run: a page to send", TABBED, "Work"),
)
