"""People: legs, coat, arms, and a head with hair and hat."""

import random
from dataclasses import dataclass

from ..scene import NONE, Person
from .canvas import Canvas, Point
from .faces import draw_face
from .items import draw_item
from .mood import Mood
from .paint import HAIRS, PAINTS, SKINS, Paint, darker, lighter, mixed

TROUSERS: Paint = (58, 62, 92)
SHOES: Paint = (50, 38, 40)

CHILD_SCALE = 0.7
"""A child's height beside a grown-up's."""

SHORTS: Paint = (74, 118, 196)
SNEAKERS: Paint = (250, 246, 240)
RIBBON: Paint = (255, 120, 170)

RAISED = ("cheerful", "festive")
LOWERED = ("lonely", "gloomy")


@dataclass(frozen=True, slots=True)
class Pose:
    """Where one person's parts are; ``unit`` is the height of the figure."""

    x: float
    foot: float
    unit: float
    lean: float
    skin: Paint
    hair: Paint
    skirt: bool
    hand_side: int

    def at(self, right: float, up: float) -> Point:
        """Return the point so many heights right of the axis and above the foot."""
        return self.x + (right + self.lean * up) * self.unit, self.foot - up * self.unit


def height_of(person: Person, adult: float) -> float:
    """Return the figure's height where a grown-up has the given one."""
    return adult * (CHILD_SCALE if person.kind in ("boy", "girl") else 1.0)


def draw_person(
    canvas: Canvas,
    person: Person,
    mood: Mood,
    x: float,
    foot: float,
    adult: float,
    hand_side: int,
    dice: random.Random,
) -> None:
    """Draw a person whose feet stand at ``(x, foot)``."""
    unit = height_of(person, adult)
    canvas.ellipse(x, foot, unit * 0.24, unit * 0.045, (20, 20, 50, 80))
    lift = {"jumping": 0.15, "sitting": -0.14}.get(person.action, 0.0)
    tone = dice.randrange(len(SKINS))
    hair = dice.choice(HAIRS[: 4 if tone < 2 else 2])
    pose = Pose(
        x,
        foot - lift * unit,
        unit,
        0.12 * hand_side * (person.action == "running"),
        SKINS[tone],
        hair,
        person.kind in ("woman", "girl"),
        hand_side,
    )
    if person.action == "sitting":
        _bench(canvas, x, foot, unit)
    _back_hair(canvas, pose, person)
    _legs(canvas, pose, person)
    _coat(canvas, pose, person)
    _free_arm(canvas, pose, person, mood)
    _head(canvas, pose, person, mood)
    hand = _holding_arm(canvas, pose, person, mood)
    if person.holds != NONE:
        ground = foot + unit * 0.02
        draw_item(canvas, person.holds, person.item, hand, ground, adult, hand_side)
    canvas.ellipse(*hand, unit * 0.052, unit * 0.052, pose.skin)


def _bench(canvas: Canvas, x: float, foot: float, unit: float) -> None:
    wood: Paint = (150, 98, 58)
    for right in (-0.3, 0.3):
        leg = x + right * unit
        canvas.box(
            leg - unit * 0.03,
            foot - unit * 0.2,
            leg + unit * 0.03,
            foot + unit * 0.01,
            darker(wood),
        )
    canvas.box(
        x - unit * 0.4, foot - unit * 0.21, x + unit * 0.4, foot - unit * 0.13, wood, unit * 0.02
    )


def _legs(canvas: Canvas, pose: Pose, person: Person) -> None:
    action, is_boy = person.action, person.kind == "boy"
    thick = pose.unit * 0.1
    feet = {
        "running": ((-0.24, 0.1), (0.22, 0.02)),
        "jumping": ((-0.17, 0.04), (0.17, 0.04)),
        "sitting": ((-0.1, 0.14), (0.1, 0.14)),
        "standing": ((-0.075, 0.02), (0.075, 0.02)),
    }[action]
    for side, (right, up) in zip((-1, 1), feet, strict=True):
        colour = mixed(pose.skin, TROUSERS, 0.15) if pose.skirt or is_boy else TROUSERS
        hip, foot = pose.at(side * 0.065, 0.34), pose.at(right, up)
        if action == "sitting":
            hip = pose.at(side * 0.09, 0.3)
        canvas.line([hip, foot], thick, colour)
        if is_boy:
            knee = ((hip[0] + foot[0]) / 2, (hip[1] + foot[1]) / 2)
            canvas.line([hip, knee], thick * 1.35, SHORTS)
        canvas.ellipse(
            foot[0] + pose.hand_side * thick * 0.2,
            foot[1],
            thick * 0.75,
            thick * 0.5,
            SNEAKERS if is_boy else SHOES,
        )


def _coat_shape(pose: Pose) -> list[Point]:
    hem = 0.235 if pose.skirt else 0.165
    waist = 0.105 if pose.skirt else 0.145
    return [
        pose.at(-0.1, 0.69),
        pose.at(0.1, 0.69),
        pose.at(0.14, 0.64),
        pose.at(waist, 0.47),
        pose.at(hem, 0.25),
        pose.at(-hem, 0.25),
        pose.at(-waist, 0.47),
        pose.at(-0.14, 0.64),
    ]


def _coat(canvas: Canvas, pose: Pose, person: Person) -> None:
    paint, shape, unit = PAINTS[person.coat], _coat_shape(pose), pose.unit
    canvas.line([*shape, shape[0]], unit * 0.035, darker(paint, 0.45))
    canvas.polygon(shape, paint)
    left, top = pose.at(-0.3, 0.69)
    pale = lighter(paint, 0.86)
    if person.pattern == "striped":
        rows = [top + unit * (0.055 + 0.13 * row) for row in range(4)]
        right = left + unit * 0.65
        canvas.stamp(shape, [("box", (left, y, right, y + unit * 0.063)) for y in rows], pale)
    elif person.pattern == "dotted":
        spots = [
            (
                pose.x + pose.unit * (0.13 * column - 0.26 + 0.065 * (row % 2)),
                top + unit * (0.075 + 0.105 * row),
            )
            for row in range(4)
            for column in range(5)
        ]
        radius = unit * 0.033
        canvas.stamp(
            shape,
            [("dot", (sx - radius, sy - radius, sx + radius, sy + radius)) for sx, sy in spots],
            pale,
        )


def _arm(canvas: Canvas, pose: Pose, person: Person, elbow: Point, hand: Point, side: int) -> Point:
    paint = darker(PAINTS[person.coat], 0.14)
    points = [
        pose.at(side * 0.12, 0.63),
        pose.at(side * elbow[0], elbow[1]),
        pose.at(side * hand[0], hand[1]),
    ]
    canvas.line(points, pose.unit * 0.1, darker(PAINTS[person.coat], 0.45))
    canvas.line(points, pose.unit * 0.08, paint)
    canvas.ellipse(*points[-1], pose.unit * 0.052, pose.unit * 0.052, pose.skin)
    return points[-1]


def _free_arm(canvas: Canvas, pose: Pose, person: Person, mood: Mood) -> None:
    _arm(canvas, pose, person, *_relaxed(person.action, mood), -pose.hand_side)


def _relaxed(action: str, mood: Mood) -> tuple[Point, Point]:
    shown = mood.name if mood.moves_arms else "calm"
    if action == "jumping" or shown in RAISED:
        return (0.25, 0.66), (0.29, 0.86)
    if shown == "tense":
        return (0.3, 0.52), (0.15, 0.4)
    if action == "running":
        return (0.24, 0.5), (0.33, 0.58)
    if shown in LOWERED:
        return (0.16, 0.5), (0.14, 0.34)
    return (0.2, 0.5), (0.23, 0.38)


def _holding_arm(canvas: Canvas, pose: Pose, person: Person, mood: Mood) -> Point:
    reach = {
        "umbrella": ((0.22, 0.5), (0.27, 0.6)),
        "balloon": ((0.23, 0.56), (0.3, 0.68)),
        "ball": ((0.2, 0.48), (0.27, 0.46)),
        "bouquet": ((0.19, 0.46), (0.24, 0.54)),
        "dog": ((0.2, 0.5), (0.28, 0.42)),
    }.get(person.holds, _relaxed(person.action, mood))
    return _arm(canvas, pose, person, *reach, pose.hand_side)


def _back_hair(canvas: Canvas, pose: Pose, person: Person) -> None:
    x, y = pose.at(0, 0.8)
    if person.kind == "woman":
        canvas.box(
            x - pose.unit * 0.175,
            y - pose.unit * 0.08,
            x + pose.unit * 0.175,
            y + pose.unit * 0.2,
            pose.hair,
            pose.unit * 0.09,
        )
    elif person.kind == "girl":
        for side in (-1, 1):
            canvas.ellipse(
                x + side * pose.unit * 0.235,
                y + pose.unit * 0.05,
                pose.unit * 0.08,
                pose.unit * 0.12,
                pose.hair,
            )
            canvas.ellipse(
                x + side * pose.unit * 0.19,
                y - pose.unit * 0.06,
                pose.unit * 0.045,
                pose.unit * 0.045,
                RIBBON,
            )


def _head(canvas: Canvas, pose: Pose, person: Person, mood: Mood) -> None:
    unit, child = pose.unit, person.kind in ("boy", "girl")
    droop = 0.02 if mood.name in LOWERED else 0.0
    radius = unit * (0.2 if child else 0.148)
    x, y = pose.at(droop * pose.hand_side, (0.84 if child else 0.815) - droop)
    canvas.ellipse(x, y - radius * 0.14, radius * 1.08, radius * 1.06, pose.hair)
    canvas.ellipse(x, y + radius * 0.1, radius * 0.96, radius * 0.93, pose.skin)
    if person.kind == "man":
        canvas.pie(x, y + radius * 0.14, radius * 0.95, radius * 0.92, 25, 155, pose.hair)
        canvas.ellipse(x, y + radius * 0.42, radius * 0.5, radius * 0.3, pose.skin)
    draw_face(canvas, mood.name, x, y + radius * 0.12, radius, pose.hand_side)
    if person.hat != NONE:
        _hat(canvas, person, x, y, radius)


def _hat(canvas: Canvas, person: Person, x: float, y: float, radius: float) -> None:
    paint = PAINTS[person.hat]
    band, edge = darker(paint, 0.35), darker(paint, 0.5)
    crown_top, brim = y - radius * 1.75, y - radius * 0.62
    if person.kind in ("boy", "girl"):
        canvas.pie(x, brim + radius * 0.1, radius * 1.16, radius * 1.12, 180, 360, edge)
        canvas.pie(x, brim + radius * 0.06, radius * 1.06, radius * 1.02, 180, 360, paint)
        canvas.box(
            x - radius * 1.12,
            brim - radius * 0.2,
            x + radius * 1.12,
            brim + radius * 0.14,
            band,
            radius * 0.15,
        )
        canvas.ellipse(x, crown_top + radius * 0.1, radius * 0.34, radius * 0.34, lighter(paint))
        return
    wide = 1.6 if person.kind == "woman" else 1.42
    canvas.box(
        x - radius * 0.86, crown_top - radius * 0.05, x + radius * 0.86, brim, edge, radius * 0.36
    )
    canvas.box(x - radius * 0.78, crown_top, x + radius * 0.78, brim, paint, radius * 0.3)
    canvas.box(x - radius * 0.8, brim - radius * 0.36, x + radius * 0.8, brim, band)
    canvas.ellipse(x, brim + radius * 0.04, radius * wide, radius * 0.27, edge)
    canvas.ellipse(x, brim, radius * (wide - 0.06), radius * 0.22, paint)
