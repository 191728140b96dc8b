"""Keys that move the cursor, and those of panes: which has the keys, which is shown."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import CASELESS, EVERY, LABELLING, PLOTS, PREVIEWED

KEYS: tuple[Key, ...] = (
    Key("cursor_down", ("j", "down"), "down", "Cursor down"),
    Key("cursor_up", ("k", "up"), "up", "Cursor up"),
    Key("cursor_left", ("h", "left"), "left", "Pane on the left; on plots and the map a mark"),
    Key("cursor_right", ("l", "right"), "right", "Pane on the right; on plots and the map a mark"),
    Key("next_pane", ("tab",), "next pane", "Give the keys to the next pane, or plot"),
    Key("previous_pane", ("shift+tab",), "previous pane", "Give the keys to the previous pane"),
    Key("zoom", ("z",), "zoom", "The pane that has the keys alone, or all again", EVERY, "Look"),
    Key("preview", ("p",), "preview", "Show or hide what is beside the list", PREVIEWED, "Look"),
    Key("preview", ("p",), "numbers", "Show or hide the numbers of all marks", PLOTS, "Look"),
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
    Key("other_down", ("J",), "top-k", "Next retrieved item of the case", LABELLING),
    Key("other_up", ("K",), "top-k", "Previous retrieved item of the case", LABELLING),
    Key("open", ("enter",), "open", "Open what the cursor is on"),
)
