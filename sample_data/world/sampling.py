"""Sampling of scenes: one person, a pair, a crowd, animals, or things in a row."""

import random
from collections.abc import Callable
from dataclasses import replace

from .scene import NONE, Animal, Person, Scene, Thing
from .vocabulary import (
    ACTIONS,
    COLOURS,
    COLOURS_OF,
    ITEMS,
    MOODS_UNDER,
    PATTERNS,
    PEOPLE,
    PLACES,
    SIZES,
    SKIES,
    THINGS_AT,
)

ANIMALS_AT = {"lake": ("dog", "duck", "cat"), "park": ("dog", "cat", "duck")}


MOOD_WEIGHTS = {"cheerful": 3, "festive": 2, "peaceful": 3, "lonely": 2, "gloomy": 2, "tense": 1}


def sampled_setting(dice: random.Random, people: int) -> tuple[str, str, str]:
    """Return a place, a sky and a mood that go with a number of people."""
    place = dice.choice(PLACES)
    sky = dice.choices(SKIES, (5, 3, 2, 2))[0]
    moods = [mood for mood in MOODS_UNDER[sky] if fits(mood, people)]
    return place, sky, dice.choices(moods, [MOOD_WEIGHTS[mood] for mood in moods])[0]


def fits(mood: str, people: int) -> bool:
    """Tell whether a mood goes with a number of people: nobody is lonely in company."""
    return mood != "lonely" or people < 2


def sampled_person(dice: random.Random, holding: float = 0.6) -> Person:
    """Return a person, who holds something with the given probability."""
    holds = dice.choice(ITEMS) if dice.random() < holding else NONE
    item = dice.choice(COLOURS_OF[holds]) if holds != NONE else NONE
    return Person(
        dice.choice(PEOPLE),
        dice.choice(COLOURS),
        dice.choices(PATTERNS, (3, 2, 2))[0],
        dice.choice(COLOURS) if dice.random() < 0.5 else NONE,
        holds,
        item,
        dice.choices(ACTIONS, (4, 2, 2, 2) if holds != "dog" else (4, 2, 1, 0))[0],
    )


def sampled_animals(dice: random.Random, place: str, number: int) -> tuple[Animal, ...]:
    """Return so many animals of one kind and look."""
    kind = dice.choice(ANIMALS_AT.get(place, ("dog", "cat")))
    animal = Animal(kind, dice.choice(COLOURS_OF[kind]), dice.choice(SIZES))
    return (animal,) * number


def sampled_things(dice: random.Random, place: str, number: int) -> tuple[Thing, ...]:
    """Return so many things of one kind and colour."""
    kind = dice.choice(THINGS_AT[place])
    return (Thing(kind, dice.choice(COLOURS_OF[kind])),) * number


def solo(dice: random.Random) -> Scene:
    """Return one person, often with an animal or a thing nearby."""
    place, sky, mood = sampled_setting(dice, 1)
    company = dice.random()
    animals = sampled_animals(dice, place, dice.choice((1, 1, 2))) if company < 0.35 else ()
    things = sampled_things(dice, place, dice.choice((1, 1, 2))) if company > 0.6 else ()
    return Scene(place, sky, mood, (sampled_person(dice),), animals, things, _side(dice))


def pair(dice: random.Random) -> Scene:
    """Return two people who differ in coat and in what they hold."""
    place, sky, mood = sampled_setting(dice, 2)
    first, second = sampled_person(dice, 1.0), sampled_person(dice, 0.6)
    while second.coat == first.coat or (second.holds, second.item) == (first.holds, first.item):
        second = sampled_person(dice, 0.6)
    if first.holds != "bouquet" and dice.random() < 0.25:
        other = dice.choice([one for one in COLOURS_OF[first.holds] if one != first.item])
        second = replace(second, holds=first.holds, item=other)
    return Scene(place, sky, mood, (first, second))


def crowd(dice: random.Random) -> Scene:
    """Return three to six people, some of whom hold the same sort of thing."""
    number = dice.randint(3, 6)
    place, sky, mood = sampled_setting(dice, number)
    kinds = dice.choice((PEOPLE, ("boy", "girl"), ("man", "woman")))
    item = dice.choice(("umbrella", "balloon", "ball", NONE))
    holders = dice.randint(1, 3) if item != NONE else 0
    uniform = dice.choice(COLOURS) if dice.random() < 0.5 else NONE
    chosen = sorted(dice.sample(range(number), holders))
    people = tuple(
        Person(
            dice.choice(kinds),
            uniform if uniform != NONE else dice.choice(COLOURS),
            holds=item if index in chosen else NONE,
            item=dice.choice(COLOURS_OF[item]) if index in chosen else NONE,
        )
        for index in range(number)
    )
    return Scene(place, sky, mood, people)


def herd(dice: random.Random) -> Scene:
    """Return one to six animals, perhaps of two kinds, perhaps with a person."""
    people = _perhaps_somebody(dice, 0.25, "dog")
    place, sky, mood = sampled_setting(dice, len(people))
    animals = sampled_animals(dice, place, dice.randint(1, 6 if not people else 4))
    if len(animals) <= 3 and dice.random() < 0.45:
        others = sampled_animals(dice, place, dice.randint(1, 3))
        if others[0].kind != animals[0].kind:
            animals += others
    return Scene(place, sky, mood, people, animals, (), _side(dice))


def fleet(dice: random.Random) -> Scene:
    """Return one to six things, perhaps with a person."""
    people = _perhaps_somebody(dice, 0.3, "ball")
    place, sky, mood = sampled_setting(dice, len(people))
    things = sampled_things(dice, place, dice.randint(1, 6 if not people else 4))
    return Scene(place, sky, mood, people, (), things, _side(dice))


def _perhaps_somebody(dice: random.Random, holding: float, nothing: str) -> tuple[Person, ...]:
    if dice.random() >= 0.5:
        return ()
    person = sampled_person(dice, holding)
    return (person,) if person.holds != nothing else ()


def _side(dice: random.Random) -> str:
    return dice.choice(("left", "right"))


SORTS: dict[str, Callable[[random.Random], Scene]] = {
    "solo": solo,
    "pair": pair,
    "crowd": crowd,
    "herd": herd,
    "fleet": fleet,
}
"""How to sample each sort of scene."""
