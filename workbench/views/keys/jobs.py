"""Keys of Jobs only."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import JOBS

KEYS: tuple[Key, ...] = (
    Key("cancel_job", ("X",), "cancel", "Cancel (asks); kill what does not stop", JOBS, "Work"),
    Key("retry_job", ("r",), "retry", "Retry or resume the job", JOBS, "Work"),
    Key("hold_job", ("P",), "hold", "Hold a queued job, or release it", JOBS, "Work"),
    Key("earlier", ("<",), "earlier", "Earlier in the queue", JOBS, "Work"),
    Key("later", (">",), "later", "Later in the queue", JOBS, "Work"),
    Key("delete", ("D",), "delete", "Delete the job's record and log (asks)", JOBS, "Work"),
    Key("follow", ("F",), "follow", "Follow the end of the log", JOBS, "Look"),
    Key("filter", ("/",), "filter", "Filter the jobs; in the log, search it", JOBS, "Look"),
    Key("facets", ("f",), "facets", "Facets: narrow by state, kind, device", JOBS, "Look"),
    Key("wrap", ("W",), "wrap", "Wrap the long lines of the log, or cut them", JOBS, "Look"),
    Key("next_error", ("E",), "error", "Next error or warning in the log", JOBS, "Look"),
    Key("mark", ("space",), "mark", "Mark the job: X, r, P and D then do all", JOBS, "Work"),
    Key(
        "mark_range",
        ("v",),
        "range",
        "Range that follows the cursor; v keeps it, Esc drops it",
        JOBS,
        "Work",
    ),
    Key("mark_all", ("A",), "mark all", "Mark all jobs, or none", JOBS, "Work"),
    Key("note", ("e",), "edit", "Edit what a queued job was asked for with", JOBS, "Work"),
    Key("sort_queue", ("o q",), "queue", "As they run: running, queue, ended", JOBS, "Look"),
    Key("sort_id", ("o i",), "id", "Sort by id, newest first", JOBS, "Look"),
    Key("sort_time", ("o t",), "time", "Sort by when they last moved", JOBS, "Look"),
    Key("sort_kind", ("o k",), "kind", "Sort by kind", JOBS, "Look"),
    Key("sort_device", ("o d",), "device", "Sort by device", JOBS, "Look"),
    Key("sort_state", ("o a",), "state", "Sort by state", JOBS, "Look"),
    Key("sort_reverse", ("o o",), "reverse (or a capital)", "Reverse the order", JOBS, "Look"),
)
