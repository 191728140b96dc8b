"""Keys that search images and show them."""

from __future__ import annotations

from workbench.views.keys.key import Key
from workbench.views.keys.screens import PICTURES, SEARCH

KEYS: tuple[Key, ...] = (
    Key("filter", ("/",), "search", "Search images for a sentence", ("home",), "Screens"),
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
)
