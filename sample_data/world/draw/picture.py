"""A whole picture: place, then things, people and animals from back to front, then light."""

import random
from dataclasses import dataclass

from PIL import Image

from ..scene import NONE, Animal, Person, Scene, Thing
from .animals import draw_animal
from .canvas import SIDE, Canvas
from .mood import Mood, mood_of
from .people import draw_person
from .places import draw_place
from .skies import draw_mood, draw_sky
from .things import draw_thing

MARGIN = 9.0
FLOOR = 180.0
BODY = 0.74
"""Width of somebody with empty hands; that of a big dog is 0.86."""

FLOORS: dict[str, tuple[float, float, float]] = {
    "car": (142.0, 124.0, 156.0),
    "boat": (128.0, 112.0, 148.0),
    "house": (134.0, 112.0, 168.0),
    "tree": (140.0, 114.0, 172.0),
    "ball": (178.0, 150.0, 180.0),
}
"""Where a thing stands: alone in its row, in the back of two rows, in the front of two."""

DRY_FLOORS = {"lake": (164.0, 105.0, 170.0), "street": (104.0, 104.0, 172.0)}
"""Where houses and trees stand instead: not in the water and not on the road."""

WIDEST: dict[str, tuple[float, float]] = {
    "car": (84.0, 58.0),
    "boat": (70.0, 48.0),
    "house": (88.0, 58.0),
    "tree": (86.0, 54.0),
    "ball": (38.0, 34.0),
}
"""A thing's width at most, in one row and in two."""


@dataclass(frozen=True, slots=True)
class Block:
    """Things of one sort that stand together; ``wide`` is their share of the width."""

    members: tuple[Person | Animal | Thing, ...]
    rows: int
    wide: float

    @property
    def columns(self) -> int:
        """Number of places side by side."""
        return -(-len(self.members) // self.rows)


def draw(scene: Scene, dice: random.Random) -> Image.Image:
    """Draw a scene; the dice decide only what no caption may speak about."""
    canvas, mood = Canvas((255, 255, 255)), mood_of(scene, dice)
    draw_sky(canvas, scene.sky, mood, dice)
    draw_place(canvas, scene.place, scene.sky, dice)
    blocks = _blocks(scene)
    total = sum(block.wide for block in blocks)
    slack = dice.uniform(0.9, 1.0)
    unit = min((SIDE - 2 * MARGIN) * slack / total, 76.0)
    left = (SIDE - unit * total) * dice.uniform(0.3, 0.7)
    for depth in ("things", "front"):
        x = left
        for block in blocks:
            is_back = isinstance(block.members[0], Thing) and block.members[0].kind != "ball"
            if is_back == (depth == "things"):
                _draw_block(canvas, scene, mood, block, x, unit, dice)
            x += block.wide * unit
    draw_mood(canvas, scene.sky, mood, dice)
    return canvas.finished()


def _blocks(scene: Scene) -> list[Block]:
    crowded = len(scene.people) > 3
    people = [Block((person,), 1, _person_width(person, crowded)) for person in scene.people]
    loose: list[Block] = []
    kinds = sorted({animal.kind for animal in scene.animals})
    for kind in kinds:
        group = tuple(animal for animal in scene.animals if animal.kind == kind)
        rows = 2 if len(group) > 2 else 1
        size = max(0.86 if animal.size == "big" else 0.6 for animal in group)
        loose.append(Block(group, rows, -(-len(group) // rows) * size))
    for kind in sorted({thing.kind for thing in scene.things}):
        stuff = tuple(thing for thing in scene.things if thing.kind == kind)
        rows = 2 if len(stuff) > 2 else 1
        size = {"car": 1.05, "ball": 0.55, "tree": 0.85}.get(kind, 1.0)
        loose.append(Block(stuff, rows, -(-len(stuff) // rows) * size))
    return [*loose, *people] if scene.side == "left" else [*people, *loose]


def _person_width(person: Person, crowded: bool) -> float:
    extra = {"dog": 0.72, "umbrella": 0.68, "balloon": 0.62, "ball": 0.2, "bouquet": 0.2}
    wide = BODY + extra.get(person.holds, 0.0)
    if crowded:
        wide *= 0.86
    return wide + (0.2 if person.action != "standing" else 0.0)


def _draw_block(
    canvas: Canvas,
    scene: Scene,
    mood: Mood,
    block: Block,
    left: float,
    unit: float,
    dice: random.Random,
) -> None:
    slot = block.wide * unit / block.columns
    for index in range(len(block.members)):
        row, column = divmod(index, block.columns)
        short = len(block.members) - row * block.columns
        shift = (block.columns - min(short, block.columns)) / 2
        x = left + slot * (column + shift + 0.5)
        member = block.members[index]
        if isinstance(member, Thing):
            _draw_thing(canvas, scene, member, x + dice.uniform(-2, 2), slot, block.rows, row)
        else:
            _draw_living(canvas, scene, mood, member, x, slot, block.rows - 1 - row, unit, dice)


def _draw_living(
    canvas: Canvas,
    scene: Scene,
    mood: Mood,
    member: Person | Animal,
    x: float,
    slot: float,
    back: int,
    unit: float,
    dice: random.Random,
) -> None:
    jitter = dice.uniform(-2.5, 2.5)
    if isinstance(member, Person):
        adult = min(124.0, unit * 1.85)
        side = _hand_side(scene, member, dice)
        reach = 0.5 * (slot - BODY * unit) if member.holds != NONE else 0.0
        draw_person(
            canvas, member, mood, x - side * max(reach, 0.0), FLOOR + jitter, adult, side, dice
        )
    else:
        size = slot * (0.92 if member.size == "big" else 0.84)
        size = min(size, 66.0 if member.size == "big" else 40.0)
        side = 1 if dice.random() < 0.5 else -1
        draw_animal(canvas, member.kind, member.colour, x, FLOOR - 38 * back + jitter, size, side)


def _hand_side(scene: Scene, person: Person, dice: random.Random) -> int:
    """Hold things away from one's neighbours, so that nobody can wonder whose they are."""
    middle, position = (len(scene.people) - 1) / 2, scene.people.index(person)
    if position != middle:
        return 1 if position > middle else -1
    return 1 if dice.random() < 0.5 else -1


def _draw_thing(
    canvas: Canvas, scene: Scene, thing: Thing, x: float, slot: float, rows: int, row: int
) -> None:
    widest = WIDEST[thing.kind][rows - 1]
    floors = FLOORS[thing.kind]
    if thing.kind in ("house", "tree"):
        floors = DRY_FLOORS.get(scene.place, floors)
    ground = floors[0 if rows == 1 else 1 + row]
    draw_thing(
        canvas,
        thing.kind,
        thing.colour,
        x,
        ground,
        min(slot * 0.94, widest),
        scene.sky in ("night", "evening"),
    )
