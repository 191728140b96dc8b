"""A scene: everything in an image that a caption may speak about."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from .vocabulary import CLASSES, PEOPLE

NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, with clothes, at most one thing in hand, and something to do.

    ``hat`` is a colour or ``none``; ``item`` is the colour of what the person ``holds``.
    """

    kind: str
    coat: str
    pattern: str = "plain"
    hat: str = NONE
    holds: str = NONE
    item: str = NONE
    action: str = "standing"


@dataclass(frozen=True, slots=True)
class Animal:
    """An animal that nobody holds."""

    kind: str
    colour: str
    size: str = "big"


@dataclass(frozen=True, slots=True)
class Thing:
    """A vehicle, a building, a tree or a ball on the ground."""

    kind: str
    colour: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One image's content; people are listed from left to right.

    ``side`` says where the animals or things stand as seen from the people.
    """

    place: str
    sky: str
    mood: str
    people: tuple[Person, ...] = ()
    animals: tuple[Animal, ...] = ()
    things: tuple[Thing, ...] = ()
    side: str = "right"

    @property
    def loose(self) -> tuple[Animal | Thing, ...]:
        """Animals and things that nobody holds."""
        return (*self.animals, *self.things)

    def key(self) -> str:
        """Return a text that two scenes share only if they are the same."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Entity:
    """Anything countable in a scene, in the one form that claims are checked against."""

    kind: str
    traits: tuple[tuple[str, str], ...]

    def has(self, traits: dict[str, str]) -> bool:
        """Tell whether every given trait is one of this entity's."""
        return all(pair in self.traits for pair in traits.items())

    def is_a(self, kind: str) -> bool:
        """Tell whether the entity is of a kind, or of a class such as ``person``."""
        return self.kind in CLASSES.get(kind, (kind,))


@lru_cache(maxsize=4096)
def entities(scene: Scene) -> tuple[Entity, ...]:
    """List all people, held items, animals and things of a scene."""
    return (*_people(scene), *_held(scene), *_others(scene))


def _people(scene: Scene) -> Iterator[Entity]:
    for position, person in enumerate(scene.people):
        traits = {
            name: getattr(person, name)
            for name in ("coat", "pattern", "hat", "holds", "item", "action")
        }
        if len(scene.people) == 2:
            traits["side"] = ("left", "right")[position]
        yield Entity(person.kind, tuple(traits.items()))


def _held(scene: Scene) -> Iterator[Entity]:
    for person in scene.people:
        if person.holds != NONE:
            yield Entity(person.holds, (("colour", person.item),))


def _others(scene: Scene) -> Iterator[Entity]:
    for animal in scene.animals:
        yield Entity(animal.kind, (("colour", animal.colour), ("size", animal.size)))
    for thing in scene.things:
        yield Entity(thing.kind, (("colour", thing.colour),))


def count(scene: Scene, kind: str) -> int:
    """Count the entities of a kind or class."""
    return sum(entity.is_a(kind) for entity in entities(scene))


def is_left_of(scene: Scene, left: str, right: str) -> bool:
    """Tell whether every ``left`` stands left of every ``right``.

    Only people against loose animals and things are placed so; anything else is false.
    """
    people = {"person", *CLASSES, *PEOPLE}
    loose = {entity.kind for entity in scene.loose}
    if not (count(scene, left) and count(scene, right)):
        return False
    if left in loose and right in people:
        return scene.side == "left"
    if left in people and right in loose:
        return scene.side == "right"
    return False


def scene_from(record: dict[str, Any]) -> Scene:
    """Read a scene back from its JSON form."""
    return Scene(
        record["place"],
        record["sky"],
        record["mood"],
        tuple(Person(**person) for person in record["people"]),
        tuple(Animal(**animal) for animal in record["animals"]),
        tuple(Thing(**thing) for thing in record["things"]),
        record["side"],
    )
