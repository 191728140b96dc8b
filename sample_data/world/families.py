"""Families: scenes that are alike but for one aspect, as real photographs often are."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

from .sampling import SORTS, fits
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

AXES = {"counting": 25, "attributes": 24, "coreference": 25, "abstract": 18, "fine_grained": 8}
"""What the members of a family differ in, and how often."""

SIZES_OF_FAMILY = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Family:
    """Scenes that differ in one aspect: ``axis`` is its category, ``aspect`` its name."""

    axis: str
    aspect: str
    scenes: tuple[Scene, ...]


def sampled_family(dice: random.Random) -> Family:
    """Return a family along a random axis."""
    axis = dice.choices(list(AXES), list(AXES.values()))[0]
    wanted = dice.choice(SIZES_OF_FAMILY)
    while True:
        aspect, variants = MAKERS[axis](dice)
        unique = [scene for scene in dict.fromkeys(variants) if not _is_muddled(scene)]
        if len(unique) >= 2:
            chosen = dice.sample(unique, min(wanted, len(unique)))
            return Family(axis, aspect, tuple(chosen))


def _is_muddled(scene: Scene) -> bool:
    """Tell whether somebody holds what also stands about: nobody could say which is meant."""
    loose = {member.kind for member in scene.loose}
    return any(person.holds in loose for person in scene.people)


def _counting(dice: random.Random) -> tuple[str, list[Scene]]:
    sort = dice.choice(("herd", "herd", "fleet", "fleet", "crowd"))
    base = SORTS[sort](dice)
    most = 6 if not base.people else 4
    if sort == "fleet":
        return "things", [replace(base, things=base.things[:1] * n) for n in range(1, most + 1)]
    if sort == "herd":
        kinds = list(dict.fromkeys(base.animals))
        if len(kinds) == 1:
            return "animals", [replace(base, animals=(kinds[0],) * n) for n in range(1, most + 1)]
        numbers = [(1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2)]
        return "animals", [
            replace(base, animals=(kinds[0],) * n + (kinds[1],) * m) for n, m in numbers
        ]
    if base.people[0].holds == NONE and dice.random() < 0.5:
        kinds_of = dice.sample(PEOPLE, 2)
        return "people", [
            _of_kinds(base, kinds_of, n, m)
            for n, m in ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (2, 3), (3, 2))
        ]
    more = tuple(replace(person, holds=NONE, item=NONE) for person in base.people)
    return "people", [replace(base, people=(base.people[:3] + more)[:n]) for n in range(3, 7)]


def _of_kinds(base: Scene, kinds: list[str], first: int, second: int) -> Scene:
    names = [kinds[0]] * first + [kinds[1]] * second
    return replace(
        base,
        people=tuple(
            replace(base.people[index % 3], kind=name, holds=NONE, item=NONE)
            for index, name in enumerate(names)
        ),
    )


def _attributes(dice: random.Random) -> tuple[str, list[Scene]]:
    base = SORTS[dice.choice(("solo", "solo", "solo", "herd", "fleet"))](dice)
    options: list[tuple[str, list[Scene]]] = []
    if base.people:
        person = base.people[0]
        options += [
            ("coat", [_dressed(base, replace(person, coat=c)) for c in COLOURS]),
            ("pattern", [_dressed(base, replace(person, pattern=p)) for p in PATTERNS]),
            ("hat", [_dressed(base, replace(person, hat=c)) for c in (*COLOURS, NONE)]),
        ]
        if person.holds != NONE:
            options.append(
                (
                    "item",
                    [_dressed(base, replace(person, item=c)) for c in COLOURS_OF[person.holds]],
                )
            )
    if base.animals:
        options += [("animals", _recoloured_animals(base)), ("animals", _resized(base))]
    if base.things:
        thing = base.things[0]
        options += [
            (
                "things",
                [
                    replace(base, things=(Thing(thing.kind, c),) * len(base.things))
                    for c in COLOURS_OF[thing.kind]
                ],
            )
        ] * 2
    return dice.choice(options)


def _dressed(base: Scene, person: Person) -> Scene:
    return replace(base, people=(person,))


def _recoloured_animals(base: Scene) -> list[Scene]:
    first = base.animals[0]
    return [
        replace(
            base,
            animals=tuple(
                replace(animal, colour=colour) if animal.kind == first.kind else animal
                for animal in base.animals
            ),
        )
        for colour in COLOURS_OF[first.kind]
    ]


def _resized(base: Scene) -> list[Scene]:
    kinds = list(dict.fromkeys(animal.kind for animal in base.animals))
    variants = []
    for sizes in product(SIZES, repeat=len(kinds)):
        size = dict(zip(kinds, sizes, strict=True))
        variants.append(
            replace(
                base,
                animals=tuple(
                    Animal(animal.kind, animal.colour, size[animal.kind]) for animal in base.animals
                ),
            )
        )
    return variants


def _coreference(dice: random.Random) -> tuple[str, list[Scene]]:
    base = SORTS["pair"](dice)
    first, second = base.people
    if dice.random() < 0.4:
        second = replace(second, kind=first.kind)
    swaps = [("holds", "item"), ("coat", "pattern"), ("hat",), ("action",)]
    differing = [
        names
        for names in swaps
        if any(getattr(first, name) != getattr(second, name) for name in names)
    ]
    chosen = [differing[0], dice.choice(differing[1:])]
    variants = []
    for flags in product((False, True), repeat=2):
        left, right = first, second
        for names, is_swapped in zip(chosen, flags, strict=True):
            if is_swapped:
                left, right = _swapped(left, right, names)
        variants.append(replace(base, people=(left, right)))
    if first.kind == second.kind:
        # With two of one kind, swapping everything is but a mirror image: one swap is enough.
        mirrored = replace(base, people=(second, first))
        variants = [base, mirrored if dice.random() < 0.3 else variants[1]]
    return "who", variants


def _swapped(left: Person, right: Person, names: tuple[str, ...]) -> tuple[Person, Person]:
    return (
        replace(left, **{name: getattr(right, name) for name in names}),
        replace(right, **{name: getattr(left, name) for name in names}),
    )


def _abstract(dice: random.Random) -> tuple[str, list[Scene]]:
    base = SORTS[dice.choice(("solo", "solo", "pair", "crowd", "herd", "fleet"))](dice)
    return "mood", [
        replace(base, mood=mood) for mood in MOODS_UNDER[base.sky] if fits(mood, len(base.people))
    ]


def _fine_grained(dice: random.Random) -> tuple[str, list[Scene]]:
    base = SORTS["solo"](dice)
    person = base.people[0]
    options: list[tuple[str, list[Scene]]] = [
        ("sky", [replace(base, sky=sky) for sky in SKIES if base.mood in MOODS_UNDER[sky]]),
        ("action", [_dressed(base, replace(person, action=a)) for a in ACTIONS]),
        (
            "holds",
            [
                _dressed(base, replace(person, holds=h, item=dice.choice(COLOURS_OF[h])))
                for h in ITEMS
                if h != "dog"
            ],
        ),
        ("kind", [_dressed(base, replace(person, kind=kind)) for kind in PEOPLE]),
    ]
    if base.things:
        options.append(
            (
                "things",
                [
                    replace(base, things=(Thing(kind, dice.choice(COLOURS_OF[kind])),))
                    for kind in THINGS_AT[base.place]
                ],
            )
        )
    else:
        options.append(("place", [replace(base, place=place) for place in PLACES]))
    if base.animals or base.things:
        options.append(("side", [replace(base, side=side) for side in ("left", "right")]))
    return dice.choice(options)


MAKERS: dict[str, Callable[[random.Random], tuple[str, list[Scene]]]] = {
    "counting": _counting,
    "attributes": _attributes,
    "coreference": _coreference,
    "abstract": _abstract,
    "fine_grained": _fine_grained,
}
