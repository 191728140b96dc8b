"""How strongly a mood shows in one picture: plainly in some, faintly in others."""

import random
from dataclasses import dataclass

from ..scene import Scene
from .paint import Paint

HAZES: tuple[Paint, ...] = ((255, 214, 160), (110, 146, 206), (150, 150, 156), (226, 160, 186))
"""Warm, cold, grey and rosy air."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood with the light and the signs by which one picture lets it show.

    ``strength`` scales light, clouds and haze; ``has_sign`` adds what settles it (a rainbow,
    bunting, birds, a dark rim, fog, lightning); ``moves_arms`` lets people's posture show it.
    Faces always do. A ``haze`` of chance tints light and sky, so that no tint alone betrays a mood.
    """

    name: str
    strength: float
    has_sign: bool
    moves_arms: bool
    haze: Paint
    haze_share: float


def mood_of(scene: Scene, dice: random.Random) -> Mood:
    """Throw how a scene's mood shows; without faces, a sign is likelier."""
    strength = dice.uniform(0.25, 0.8)
    chance = 0.35 if scene.people else 0.55
    return Mood(
        scene.mood,
        strength,
        dice.random() < chance,
        dice.random() < 0.6,
        dice.choice(HAZES),
        dice.uniform(0.0, 0.35),
    )
