"""What a word may be replaced by: others of its kind. Words that stand nowhere here stay."""

from __future__ import annotations

from collections.abc import Mapping

NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _rings(*lines: str) -> Mapping[str, tuple[str, ...]]:
    """Let each word of a line be replaced by those behind it, going round."""
    found = {}
    for line in lines:
        words = line.split()
        for place, word in enumerate(words):
            found[word] = (*words[place + 1 :], *words[:place])
    return found


def _pairs(text: str) -> Mapping[str, tuple[str, ...]]:
    """Read "word>replacement" pairs."""
    return {left: (right,) for left, right in (pair.split(">") for pair in text.split())}


ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    **_rings(
        "red blue green yellow purple orange pink",
        "black white brown gray",
        "wooden metal plastic",
        "striped spotted plaid",
    ),
    **_pairs(
        "grey>black tan>black blond>black blonde>black dotted>striped checkered>striped big>small "
        "large>small huge>tiny small>big little>big tiny>huge young>old old>young elderly>young "
        "tall>short empty>full wet>dry dirty>clean "
        "new>old"
    ),
}

MOODS: Mapping[str, tuple[str, ...]] = _pairs(
    "cheerful>gloomy happy>sad joyful>miserable festive>dreary exuberant>subdued "
    "celebratory>mournful peaceful>tense calm>tense serene>menacing lonely>cheerful "
    "forlorn>cheerful melancholy>joyful gloomy>cheerful dreary>festive dismal>joyful "
    "tense>peaceful hostile>friendly menacing>peaceful sad>happy miserable>joyful angry>friendly "
    "friendly>hostile scary>cozy romantic>hostile excited>bored bored>excited relaxed>stressed "
    "stressed>relaxed beautiful>ugly ugly>beautiful lively>lonely quiet>noisy noisy>quiet "
    "proud>ashamed happily>sadly sadly>happily peacefully>angrily angrily>peacefully "
    "cheerfully>gloomily"
)

PEOPLE: Mapping[str, tuple[str, ...]] = _pairs("man>woman woman>man boy>girl girl>boy lady>man")

THINGS: Mapping[str, tuple[str, ...]] = _rings(
    "dog cat horse",
    "cow sheep goat",
    "duck goose swan",
    "car truck bus",
    "bicycle motorcycle scooter",
    "boat canoe raft",
    "house barn tower",
    "tree bush flower",
    "ball kite frisbee",
    "umbrella balloon bouquet",
    "chair table bench",
    "guitar violin drum",
    "pizza sandwich cake",
)

ACTIONS: Mapping[str, tuple[str, ...]] = _rings(
    "standing sitting lying",
    "running jumping swimming",
    "walking dancing crawling",
    "eating drinking",
    "throwing catching",
    "pushing pulling",
    "laughing crying",
    "reading writing",
)

RELATIONS: Mapping[str, tuple[str, ...]] = _pairs(
    "under>over over>under above>below below>above inside>outside outside>inside behind>before"
)
