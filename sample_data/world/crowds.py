"""Sentences about three and more people: how many there are, of whom, with what."""

import random
from collections import Counter

from .phrases import Phrase, counted, shared
from .scene import NONE, Scene
from .wording import NUMBERS, joined, plural, with_article


def crowd(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase:
    """Describe a crowd by its number or its members, and by what they have in common."""
    head = dice.choice((_numbered, _composed))(scene, dice, must)
    tails = [
        tail
        for tail in (_holders(scene, dice), _uniform(scene, dice), _coats(scene))
        if tail is not None
    ]
    tail = dice.choice(tails) if tails else None
    if tail is None:
        return head
    return Phrase(f"{head.words}, {tail.words}", head.claims + tail.claims, True)


def _group_word(scene: Scene) -> str:
    kinds = {person.kind for person in scene.people}
    if len(kinds) == 1:
        return scene.people[0].kind
    return "child" if kinds == {"boy", "girl"} else "person"


def _numbered(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase:
    word, number = _group_word(scene), len(scene.people)
    claims = [counted(word, number)]
    if "count" not in must and dice.random() < 0.25:
        claims = [{"claim": "count", "kind": word, "min": 3}]
        return Phrase(f"a group of {plural(word)}", tuple(claims), True)
    return Phrase(f"{NUMBERS[number]} {plural(word)}", tuple(claims), True)


def _composed(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase:
    numbers = Counter(person.kind for person in scene.people)
    kinds = list(numbers)
    dice.shuffle(kinds)
    words = [
        with_article(kind) if number == 1 else f"{NUMBERS[number]} {plural(kind)}"
        for kind, number in ((kind, numbers[kind]) for kind in kinds)
    ]
    return Phrase(joined(words), tuple(counted(kind, numbers[kind]) for kind in kinds), True)


def _holders(scene: Scene, dice: random.Random) -> Phrase | None:
    held = [person for person in scene.people if person.holds != NONE]
    if not held:
        return None
    item, number = held[0].holds, len(held)
    claim = counted(item, number)
    if number == len(scene.people):
        return Phrase(f"each with {with_article(item)}", (claim, shared("person", {"holds": item})))
    if number == 1:
        form = dice.choice(("only one of them has {}", "one of them holds {}"))
        return Phrase(form.format(with_article(item)), (claim,))
    return Phrase(f"{NUMBERS[number]} of them with {plural(item)}", (claim,))


def _uniform(scene: Scene, dice: random.Random) -> Phrase | None:
    coats = {person.coat for person in scene.people}
    if len(coats) > 1:
        return None
    coat = scene.people[0].coat
    words = dice.choice((f"all dressed in {coat}", f"everyone in {coat}"))
    return Phrase(words, (shared("person", {"coat": coat}),))


def _coats(scene: Scene) -> Phrase | None:
    numbers = Counter((person.kind, person.coat) for person in scene.people)
    if len({coat for _, coat in numbers}) == 1:
        return None
    kind, coat = next(iter(numbers))
    claims = tuple(
        {"claim": "entity", "kind": kind, "traits": {"coat": coat}}
        for _ in range(numbers[kind, coat])
    )
    who = (
        f"{with_article(kind)} is"
        if len(claims) == 1
        else (f"{NUMBERS[len(claims)]} of the {plural(kind)} are")
    )
    return Phrase(f"{who} in {coat}", claims)
