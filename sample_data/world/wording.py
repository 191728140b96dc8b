"""Words and turns of phrase: how a caption names colours, places, hours and moods."""

NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

PLURALS = {
    "man": "men",
    "woman": "women",
    "lady": "ladies",
    "person": "people",
    "child": "children",
}

NAMES = {
    "man": ("man", "man", "guy"),
    "woman": ("woman", "woman", "lady"),
    "boy": ("boy", "boy", "little boy"),
    "girl": ("girl", "girl", "little girl"),
    "dog": ("dog",),
    "cat": ("cat",),
    "duck": ("duck",),
    "car": ("car",),
    "boat": ("boat", "sailboat"),
    "house": ("house",),
    "tree": ("tree",),
    "ball": ("ball",),
    "person": ("person",),
}

GARMENTS = {
    "man": ("coat", "jacket", "shirt"),
    "boy": ("jacket", "shirt"),
    "woman": ("dress", "coat"),
    "girl": ("dress", "coat"),
    "person": ("coat",),
}

HIS = {"man": "his", "boy": "his", "woman": "her", "girl": "her", "person": "their"}
HE = {"man": "he", "boy": "he", "woman": "she", "girl": "she"}

PATTERN_WORDS = {"plain": ("plain",), "striped": ("striped",), "dotted": ("dotted", "spotted")}
SIZE_WORDS = {"small": ("small", "little"), "big": ("big", "large")}

PLACES = {
    "park": ("in the park", "on the grass", "in a green meadow"),
    "street": ("on the street", "in the city", "by a city road"),
    "beach": ("on the beach", "by the sea", "at the seaside"),
    "lake": ("by the lake", "at the lake", "on the shore of a lake"),
    "snow": ("in the snow", "in the snowy mountains", "on a snowy field"),
}

SKIES = {
    "day": ("during the day", "in the daytime", "by day"),
    "evening": ("at sunset", "in the evening", "at dusk"),
    "night": ("at night", "under the moon", "after dark"),
    "rain": ("in the rain", "on a rainy day", "in a shower of rain"),
}

ADJECTIVES = {
    "cheerful": ("cheerful", "happy", "joyful"),
    "festive": ("festive", "exuberant", "celebratory"),
    "peaceful": ("peaceful", "calm", "serene"),
    "lonely": ("lonely", "forlorn", "melancholy"),
    "gloomy": ("gloomy", "dreary", "dismal"),
    "tense": ("tense", "hostile", "menacing"),
}

REMARKS = {
    "cheerful": (
        "what a lovely moment",
        "life is good",
        "it could hardly be nicer",
        "everything is going well",
        "a memory to keep",
        "good news must have arrived",
    ),
    "festive": (
        "there is something to celebrate",
        "the party is in full swing",
        "this will be remembered for years",
        "an occasion to be proud of",
        "somebody has won something",
    ),
    "peaceful": (
        "nothing could disturb this",
        "time seems to stand still",
        "a moment to breathe deeply",
        "no worries at all",
        "as quiet as a dream",
    ),
    "lonely": (
        "nobody is coming",
        "it feels abandoned",
        "full of longing",
        "a goodbye too many",
        "left behind by everyone",
    ),
    "gloomy": (
        "a day to forget",
        "there is not much hope in it",
        "everything feels hopeless",
        "bad news must have arrived",
        "one of those days",
    ),
    "tense": (
        "trouble is coming",
        "something bad is about to happen",
        "this is going to end badly",
        "the patience is running out",
        "a threat hangs over it all",
    ),
}

FEELINGS = {
    "cheerful": ("in a good mood", "full of joy"),
    "festive": ("in a party mood", "celebrating"),
    "peaceful": ("at peace with the world", "deeply relaxed"),
    "lonely": ("missing somebody", "feeling all alone"),
    "gloomy": ("in low spirits", "feeling miserable"),
    "tense": ("ready for a quarrel", "in a furious temper"),
}
"""How people are, in words that fit one and many."""

SCENES = ("scene", "picture", "atmosphere", "moment")


def plural(noun: str) -> str:
    """Return the plural of a noun of the world."""
    head, _, last = noun.rpartition(" ")
    return f"{head} {PLURALS.get(last, last + 's')}".strip()


def with_article(phrase: str) -> str:
    """Put ``a`` or ``an`` before a phrase."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def joined(parts: list[str]) -> str:
    """Join phrases with commas and ``and``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
