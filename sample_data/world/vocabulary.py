"""The things, traits, places and moods that exist in the world."""

PEOPLE = ("man", "woman", "boy", "girl")
ANIMALS = ("dog", "cat", "duck")
THINGS = ("car", "boat", "house", "tree", "ball")
ITEMS = ("umbrella", "balloon", "ball", "bouquet", "dog")
"""What a person can hold; a dog is held on a leash."""

CLASSES: dict[str, tuple[str, ...]] = {
    "person": PEOPLE,
    "child": ("boy", "girl"),
    "adult": ("man", "woman"),
}
"""Words that stand for several kinds."""

COLOURS = ("red", "blue", "green", "yellow", "purple", "orange")
PATTERNS = ("plain", "striped", "dotted")
ACTIONS = ("standing", "running", "sitting", "jumping")
SIZES = ("small", "big")

COLOURS_OF: dict[str, tuple[str, ...]] = {
    "dog": ("brown", "black", "white"),
    "cat": ("orange", "grey", "black"),
    "duck": ("yellow", "white"),
    "car": ("red", "blue", "green", "yellow"),
    "boat": ("red", "blue", "green", "yellow"),
    "house": ("red", "blue", "yellow", "white"),
    "tree": ("green", "orange", "pink"),
    "ball": ("red", "blue", "yellow", "purple"),
    "umbrella": COLOURS,
    "balloon": COLOURS,
    "bouquet": ("red", "yellow", "purple"),
}

PLACES = ("park", "street", "beach", "lake", "snow")
SKIES = ("day", "evening", "night", "rain")

THINGS_AT: dict[str, tuple[str, ...]] = {
    "park": ("tree", "house", "ball"),
    "street": ("car", "house", "tree"),
    "beach": ("boat", "ball"),
    "lake": ("boat", "tree", "house"),
    "snow": ("tree", "house", "car"),
}

MOODS_UNDER: dict[str, tuple[str, ...]] = {
    "day": ("cheerful", "festive", "peaceful", "gloomy", "tense"),
    "evening": ("cheerful", "festive", "peaceful", "lonely", "tense"),
    "night": ("festive", "peaceful", "lonely", "gloomy", "tense"),
    "rain": ("cheerful", "lonely", "gloomy", "tense"),
}
"""The moods that each sky can carry."""
