"""The one table of keys. Bindings, `?`, hints and the palette are all made from it.

Rules: digits only ever label; letters never label (`x` excepted); a key has the same verb on
every screen; a key in the table does something. `"g h"` is a chord: `g` opens a menu.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EVERY = ("home", "cases", "triage", "clusters", "slices", "compare", "plots", "jobs", "search")
TABBED = ("home", "cases", "clusters", "slices", "compare", "plots", "jobs", "search")
LABELS = ("home", "cases", "triage", "slices", "compare", "plots", "jobs", "search")
CLUSTERS = ("clusters",)
SLICES = ("slices",)
GROUPED = (*CLUSTERS, *SLICES)
LISTING = ("cases", "compare")
LABELLING = ("cases", "triage", "compare")
CASELESS = tuple(screen for screen in EVERY if screen not in LABELLING)
JOBS = ("jobs",)
COPYING = (*LABELLING, *JOBS)
PLOTS = ("plots",)
SEARCH = ("search",)
PICTURES = (*LABELLING, *SEARCH)
ROWS = (*COPYING, *SEARCH, *GROUPED)
ZOOMED = tuple(screen for screen in EVERY if screen != "triage")
"""Triage is one case on the whole screen."""
PREVIEWED = tuple(screen for screen in EVERY if screen not in (*CLUSTERS, *PLOTS))
FILTERED = (*LISTING, *PLOTS)

NEVER_BOUND = frozenset(
    {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+z", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "f11"}
    | {"ctrl+left_square_bracket"}
    | {f"ctrl+{digit}" for digit in range(10)}
    | {f"shift+{digit}" for digit in range(10)}
)
"""Prefixes of multiplexers, keys of the shell, and keys that arrive as another key."""

NAMES = {
    "?": "question_mark",
    ":": "colon",
    "/": "slash",
    "*": "asterisk",
    "-": "minus",
    "=": "equals_sign",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "~": "tilde",
    "+": "plus",
    ".": "full_stop",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
}
"""Characters as the terminal library names them."""

SHOWN = {
    "down": "Down",
    "up": "Up",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "backspace": "Backspace",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "shift+tab": "Shift+Tab",
    "f1": "F1",
    "tab": "Tab",
    "left": "Left",
    "right": "Right",
}
"""Keys as people read them."""


@dataclass(frozen=True, slots=True)
class Key:
    """A verb and the keys that run it; `id` names the action method of the screen.

    `passes_key` hands the pressed key to the action, for the digits.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    screens: tuple[str, ...] = EVERY
    group: str = "Move"
    passes_key: bool = False

    @property
    def shown(self) -> str:
        """The keys as people read them: "j Down", "1-9", "g h"."""
        if len(self.keys) > 3 and all(key.isdigit() for key in self.keys):
            return f"{self.keys[0]}-{self.keys[-1]}"
        return " ".join(show_key(key) for key in self.keys)


def show_key(key: str) -> str:
    """Return a key as people read it: "ctrl+d" is "Ctrl+D"."""
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return SHOWN.get(key, key)


KEYS: tuple[Key, ...] = (
    Key("cursor_down", ("j", "down"), "down", "Cursor down"),
    Key("cursor_up", ("k", "up"), "up", "Cursor up"),
    Key("cursor_left", ("h", "left"), "left", "Pane on the left; on plots and the map a mark"),
    Key("cursor_right", ("l", "right"), "right", "Pane on the right; on plots and the map a mark"),
    Key("next_pane", ("tab",), "next pane", "Give the keys to the next pane, or plot"),
    Key("previous_pane", ("shift+tab",), "previous pane", "Give the keys to the previous pane"),
    Key("zoom", ("z",), "zoom", "The pane that has the keys alone, or all again", ZOOMED, "Look"),
    Key("preview", ("p",), "preview", "Show or hide what is beside the list", PREVIEWED, "Look"),
    Key("first_row", ("g g", "home"), "top", "First row"),
    Key("last_row", ("G", "end"), "end", "Last row"),
    Key("next_match", ("n",), "next", "Next match: the next row of a filter"),
    Key("previous_match", ("N",), "previous", "Previous match: the row before"),
    Key("half_page_down", ("ctrl+d",), "half page down", "Half a page down"),
    Key("half_page_up", ("ctrl+u",), "half page up", "Half a page up"),
    Key("page_down", ("pagedown",), "page down", "A page down"),
    Key("page_up", ("pageup",), "page up", "A page up"),
    Key("other_down", ("J",), "other pane", "Other pane down", CASELESS),
    Key("other_up", ("K",), "other pane", "Other pane up", CASELESS),
    Key("other_down", ("J",), "step", "Next retrieved item of the case", LABELLING),
    Key("other_up", ("K",), "step back", "Previous retrieved item of the case", LABELLING),
    Key("open", ("enter",), "open", "Open what is marked"),
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
    Key("next_screen", ("]",), "next screen", "Next screen", TABBED, "Screens"),
    Key("previous_screen", ("[",), "previous screen", "Previous screen", TABBED, "Screens"),
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
    Key("details", ("d",), "details", "All details of what is marked", group="Look"),
    Key(
        "choose_run",
        ("C",),
        "run",
        "Choose the run that is shown",
        ("cases", *CLUSTERS, *SLICES, *PLOTS),
        "Look",
    ),
    Key("choose_run", ("C",), "runs", "Choose the runs A and B", ("compare",), "Look"),
    Key(
        "cycle",
        ("=",),
        "quadrant",
        "Next quadrant of hits and misses",
        ("compare",),
        "Look",
    ),
    Key("swap_runs", ("~",), "swap", "Swap A and B", ("compare",), "Look"),
    Key("list_cases", ("Q",), "list", "This quadrant as a list of Cases", ("compare",), "Look"),
    Key("models", ("O",), "models", "All models: quality and cost", ("compare",), "Look"),
    Key("plots", ("B",), "plot", "Ranks of every query in A and B", ("compare",), "Look"),
    Key("preview", ("p",), "map", "Show the map, or the details again", CLUSTERS, "Look"),
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
        ("home", "compare", "jobs"),
        "Work",
    ),
    Key("new_evaluation", ("+",), "cluster", "Cluster the failures anew", CLUSTERS, "Work"),
    Key("import_dataset", ("g i",), "import", "Import a data set", ("home",), "Work"),
    Key("report", ("g r",), "Report", "Write a report of the run: a page to send", TABBED, "Work"),
    Key("cancel_job", ("X",), "cancel", "Cancel (asks); kill what does not stop", JOBS, "Work"),
    Key("retry_job", ("r",), "retry", "Retry or resume the job", JOBS, "Work"),
    Key("hold_job", ("P",), "hold", "Hold a queued job, or release it", JOBS, "Work"),
    Key("earlier", ("<",), "earlier", "Earlier in the queue", JOBS, "Work"),
    Key("later", (">",), "later", "Later in the queue", JOBS, "Work"),
    Key("delete_job", ("D",), "delete", "Delete the job's record and log (asks)", JOBS, "Work"),
    Key("follow", ("F",), "follow", "Follow the end of the log", JOBS, "Look"),
    Key("filter", ("/",), "filter", "Filter the jobs; in the log, search it", JOBS, "Look"),
    Key("filter", ("/",), "filter", "Filter by words of names, or by facets", GROUPED, "Look"),
    Key("facets", ("f",), "facets", "Facets: narrow by state, kind, device", JOBS, "Look"),
    Key("facets", ("f",), "facets", "Facets: starred, named, merged ..", CLUSTERS, "Look"),
    Key("facets", ("f",), "facets", "Facets: significant, kind of property", SLICES, "Look"),
    Key("save_view", ("S",), "save view", "Save the cases of it under a name", GROUPED, "Look"),
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
    Key("filter", ("/",), "filter", "Filter what is shown", FILTERED, "Look"),
    Key("filter", ("/",), "filter", "Filter the queue", ("triage",), "Look"),
    Key("filter", ("/",), "search", "Search images for a sentence", ("home",), "Screens"),
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
    Key("export", ("w", "g x"), "write", "Write every slice to a file", SLICES, "Work"),
    Key("neighbours", ("b",), "nearest", "Nearest clusters first", CLUSTERS, "Look"),
    Key("switch_direction", ("V",), "direction", "Switch t2i and i2t", GROUPED, "Look"),
    Key("sort_size", ("o n",), "n", "Sort by size", GROUPED, "Look"),
    Key("sort_lift", ("o l",), "lift", "Sort by lift", GROUPED, "Look"),
    Key("sort_miss_rate", ("o e",), "error rate", "Sort by miss rate", GROUPED, "Look"),
    Key("sort_unlabelled", ("o u",), "unlabelled", "Sort by unlabelled", CLUSTERS, "Look"),
    Key("sort_reverse", ("o o",), "reverse (or a capital)", "Reverse the order", GROUPED, "Look"),
    Key(
        "export",
        ("w", "g x"),
        "write",
        "Write the table or the cases of clusters",
        CLUSTERS,
        "Work",
    ),
    Key("triage", ("T",), "triage", "Triage the filtered cases one by one", LISTING, "Look"),
    Key("switch_direction", ("V",), "direction", "Switch t2i and i2t", FILTERED, "Look"),
    Key("filter", ("/",), "sentence", "Type what to search for", SEARCH, "Look"),
    Key("cycle", ("=",), "words", "By words of captions, or by meaning", SEARCH, "Look"),
    Key("more_like", (">",), "like it", "Search for images like this one", PICTURES, "Look"),
    Key("choose_run", ("C",), "run", "Choose the run that is searched", SEARCH, "Look"),
    Key("image_mode", ("i",), "images", "Next way to show images", PICTURES, "Look"),
    Key(
        "overlay",
        ("g o",),
        "Overlay",
        "What the model looked at, over the pictures, on or off",
        ("cases", "triage"),
        "Look",
    ),
    Key("full_image", ("I",), "full image", "The image on the whole screen", PICTURES, "Look"),
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
    Key(
        "set_category",
        tuple("123456789"),
        "label",
        "Set the category of the marked cases",
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
    Key("copy_id", ("y i",), "id", "Copy the id", (*COPYING, *SEARCH, *CLUSTERS), "Copy"),
    Key("copy_text", ("y c",), "caption", "Copy the caption", (*LABELLING, *SEARCH), "Copy"),
    Key("copy_text", ("y c",), "command", "Copy the command of the job", JOBS, "Copy"),
    Key("copy_text", ("y c",), "name", "Copy the name and its words", GROUPED, "Copy"),
    Key(
        "copy_path",
        ("y p",),
        "path",
        "Copy the path: of the image, the log, the workspace",
        (*COPYING, *SEARCH, "home"),
        "Copy",
    ),
    Key("copy_row", ("y r",), "row", "Copy the row, tabs between its fields", ROWS, "Copy"),
    Key("copy_row", ("y r",), "values", "Copy the values of the mark", PLOTS, "Copy"),
    Key(
        "copy_link",
        ("y l",),
        "link",
        "Copy the command that opens this here",
        (*COPYING, *CLUSTERS, "home"),
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
    Key("adjudicate", ("g a",), "Adjudicate", "Settle cases labelled twice", LISTING, "Label"),
    Key(
        "facets",
        ("f",),
        "facets",
        "Facets: narrow the list; saved views",
        FILTERED,
        "Look",
    ),
    Key("save_view", ("S",), "save view", "Save this view under a name", FILTERED, "Look"),
    Key("pick_label", ("t",), "pick", "Pick a category by its name", LABELLING, "Label"),
    Key("export", ("w", "g x"), "write", "Write (export) this view", LABELLING, "Work"),
    Key("export", ("w", "g x"), "write", "Write this plot: PNG, SVG or CSV", PLOTS, "Work"),
)

HINTS: dict[str, tuple[str, ...]] = {
    "home": (
        *("open", "new_evaluation", "details", "go_cases", "commands", "back", "import_dataset"),
        "go_jobs",
    ),
    "jobs": (
        *("open", "new_evaluation", "retry_job", "cancel_job", "hold_job", "details", "filter"),
        *(
            "next_error",
            "mark",
            "follow",
            "facets",
            "note",
            "delete_job",
            "back",
            "earlier",
            "later",
        ),
        *("next_pane", "zoom"),
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
        *("details", "choose_run", "switch_direction", "back"),
    ),
    "triage": (
        *("accept", "set_category", "skip", "undo", "note", "star", "other_down", "filter", "back"),
        *("repeat_label", "next_undecided"),
    ),
}
"""What the last line shows, most wanted first; it ends with `? all` whatever fits."""

SENTENCE_HINTS = (("Enter", "search"), ("Esc", "to the list"), ("Ctrl+U", "clear"))
"""What the last line shows while a sentence is typed."""

FILTER_HINTS = (("Enter", "apply"), ("Tab", "complete"), ("Esc", "cancel"), ("Ctrl+U", "clear"))
"""What the last line shows while a filter is typed."""

BOTH_WAYS = {"other_down": "other_up"}
"""Verbs that are hinted at together with the one that goes the other way."""

BACKWARDS = frozenset(
    {"sort_rank", "sort_margin", "sort_id", "sort_time", "sort_suggestion", "sort_cluster"}
    | {"sort_kind", "sort_device", "sort_state"}
    | {"sort_size", "sort_lift", "sort_miss_rate", "sort_unlabelled"}
)
"""Verbs of a chord that go the other way round with a capital: `o R`."""

CHORDS = {"g": "go", "o": "sort", "y": "copy"}
"""Keys that open a menu of second keys, and what the menu is called."""


class _InUse:
    """The table that this process works with: KEYS, or what a user's keymap.toml made of it."""

    keys: tuple[Key, ...] = KEYS
    digits: str = "1-9"


def use_keys(keys: tuple[Key, ...]) -> None:
    """Work with another table from now on; for the start of the program."""
    _InUse.keys = keys


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
    _InUse.digits = " ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)


def keys_of(screen: str) -> tuple[Key, ...]:
    """Return the keys of a screen in the order of the table in use."""
    return tuple(key for key in _InUse.keys if screen in key.screens)


def all_keys() -> tuple[Key, ...]:
    """Return the keys of all screens in the order of the table in use."""
    return _InUse.keys


def shown_key(name: str) -> str:
    """Return the first key of a verb as people read it."""
    return next(show_key(key.keys[0]) for key in _InUse.keys if key.id == name)


def chord(screen: str, prefix: str) -> tuple[tuple[str, Key], ...]:
    """Return the second keys of a chord on a screen with their verbs."""
    return tuple(
        (keys.split()[1], key)
        for key in keys_of(screen)
        for keys in key.keys
        if keys.startswith(f"{prefix} ")
    )


def hints_of(screen: str) -> tuple[tuple[str, str], ...]:
    """Return (key, label) pairs for the last line of a screen, without `? all`."""
    table: dict[str, Key] = {}
    for key in keys_of(screen):
        table.setdefault(key.id, key)
    pairs = []
    for name in HINTS[screen]:
        key = table[name]
        shown = _InUse.digits if key.passes_key else show_key(key.keys[0])
        if name in BOTH_WAYS:
            shown += f" {show_key(table[BOTH_WAYS[name]].keys[0])}"
        label = "quit" if (screen, name) == ("home", "back") else key.label
        pairs.append((shown, label))
    return tuple(pairs)
