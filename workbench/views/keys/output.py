"""Keys that copy and write."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import (
    CLUSTERS,
    COPYING,
    GROUPED,
    HOME,
    JOBS,
    LABELLING,
    PLOTS,
    ROWS,
    SEARCH,
    SLICES,
)

KEYS: tuple[Key, ...] = (
    Key("export", ("w", "g x"), "write", "Write every slice to a file", SLICES, "Work"),
    Key(
        "export",
        ("w", "g x"),
        "write",
        "Write the table or the cases of clusters",
        CLUSTERS,
        "Work",
    ),
    Key("copy_id", ("y i",), "id", "Copy the id", (*COPYING, *SEARCH, *CLUSTERS), "Copy"),
    Key("copy_text", ("y c",), "caption", "Copy the caption", (*LABELLING, *SEARCH), "Copy"),
    Key("copy_text", ("y c",), "command", "Copy the command of the job", JOBS, "Copy"),
    Key("copy_text", ("y c",), "name", "Copy the name and its words", GROUPED, "Copy"),
    Key(
        "copy_path",
        ("y p",),
        "path",
        "Copy the path: of the image, the log, the workspace",
        (*COPYING, *SEARCH, *HOME),
        "Copy",
    ),
    Key("copy_row", ("y r",), "row", "Copy the row, tabs between its fields", ROWS, "Copy"),
    Key("copy_row", ("y r",), "values", "Copy the values of the mark", PLOTS, "Copy"),
    Key(
        "copy_link",
        ("y l",),
        "link",
        "Copy the command that opens this here",
        (*COPYING, *CLUSTERS, *HOME),
        "Copy",
    ),
    Key("copy_view", ("y v",), "view", "Copy the command that opens this list", LABELLING, "Copy"),
    Key(
        "copy_view",
        ("y v",),
        "command",
        "Copy the command that prints all this",
        (*GROUPED, *PLOTS, *SEARCH),
        "Copy",
    ),
    Key("export", ("w", "g x"), "write", "Write (export) this view", LABELLING, "Work"),
    Key("export", ("w", "g x"), "write", "Write all runs with their metrics", HOME, "Work"),
    Key("export", ("w", "g x"), "write", "Write the jobs that are listed", JOBS, "Work"),
    Key("export", ("w", "g x"), "write", "Write the images that were found", SEARCH, "Work"),
    Key("export", ("w", "g x"), "write", "Write this plot: PNG, SVG or CSV", PLOTS, "Work"),
)
