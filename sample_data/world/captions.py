"""Captions: whole sentences about a scene, each with its claims."""

import random
from dataclasses import dataclass

from .claims import Claim, holds
from .crowds import crowd
from .pairs import pair
from .phrases import Phrase, groups, person
from .scene import Scene
from .wording import ADJECTIVES, FEELINGS, PLACES, REMARKS, SCENES, SKIES, with_article

PER_IMAGE = 5
MOST_WORDS = 26
"""Longer captions are thrown away, as long as there is hope for a short one."""

TRIES = 2000

CARELESS = 0.05
"""How often a writer does not mind that the caption also fits a picture much like this one."""

MUST: dict[str, tuple[str, ...]] = {
    "animals": ("count", "colour", "size"),
    "things": ("count", "colour"),
    "people": ("count",),
    "who": ("coat", "holds", "item"),
}
"""What each aspect of a family makes its captions mention; other aspects name themselves."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence and what it claims."""

    text: str
    claims: tuple[Claim, ...]


def captions_of(
    scene: Scene, aspect: str, siblings: list[Scene], dice: random.Random
) -> list[Caption]:
    """Write five different captions that, but for the careless ones, fit no sibling."""
    written: dict[str, Caption] = {}
    while len(written) < PER_IMAGE:
        is_careless = dice.random() < CARELESS
        for attempt in range(TRIES):
            chatter = 1.0 if attempt < TRIES // 10 else 0.2
            caption = _caption(scene, aspect, is_careless, chatter, dice)
            is_long = len(caption.text.split()) > MOST_WORDS + (4 if attempt > TRIES // 2 else 0)
            if is_long or caption.text in written or len(caption.claims) < 2:
                continue
            if is_careless or not any(holds(list(caption.claims), one) for one in siblings):
                written[caption.text] = caption
                break
        else:
            raise ValueError(f"no caption tells the scene from its siblings: {scene.key()}")
    return list(written.values())


def _caption(
    scene: Scene, aspect: str, is_careless: bool, chatter: float, dice: random.Random
) -> Caption:
    """Write one caption; ``chatter`` scales how often it says where, when and in what mood."""
    must = _must(scene, aspect, dice)
    if is_careless:
        must = frozenset()
    subject = _subject(scene, dice, must)
    where = _chosen(PLACES[scene.place], "place", scene.place, 0.72 * chatter, dice, must)
    when = _chosen(SKIES[scene.sky], "sky", scene.sky, 0.35 * chatter, dice, must)
    has_mood = "mood" in must or dice.random() < 0.2 * chatter
    text = _sentence(scene, subject, where, when, has_mood, dice)
    claims = [*subject.claims, *where.claims, *when.claims]
    if has_mood:
        claims.append({"claim": "mood", "value": scene.mood})
    return Caption(text, tuple(claims))


def _must(scene: Scene, aspect: str, dice: random.Random) -> frozenset[str]:
    names = list(MUST.get(aspect, (aspect,)))
    if aspect == "who":
        # A pair may differ in any of these; the siblings decide whether it was enough.
        names = ["holds", dice.choice(["coat", "item", "hat", "action", "pattern"])]
    elif aspect in ("animals", "things"):
        names = ["count", *dice.sample(names[1:], dice.randint(1, len(names) - 1))]
    return frozenset(names)


def _chosen(
    options: tuple[str, ...],
    sort: str,
    value: str,
    chance: float,
    dice: random.Random,
    must: frozenset[str],
) -> Phrase:
    if sort not in must and dice.random() > chance:
        return Phrase("")
    return Phrase(dice.choice(options), ({"claim": sort, "value": value},))


def _subject(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase:
    if len(scene.people) > 2:
        return crowd(scene, dice, must)
    if len(scene.people) == 2:
        return pair(scene, dice, must)
    loose = groups(scene, dice, must)
    if not scene.people:
        assert loose is not None, "a scene shows somebody or something"
        return loose
    is_alone = loose is None or (
        not must & {"count", "colour", "size", "side"} and dice.random() < 0.25
    )
    one = person(scene.people[0], dice, must, is_alone and dice.random() < 0.5)
    if is_alone or loose is None:
        return one
    return _together(scene, one, loose, dice, must)


def _together(
    scene: Scene, one: Phrase, loose: Phrase, dice: random.Random, must: frozenset[str]
) -> Phrase:
    claims = one.claims + loose.claims
    if "side" in must or dice.random() < 0.2:
        kind = one.claims[0]["kind"]
        kinds = dict.fromkeys(member.kind for member in scene.loose)
        pairs = [(other, kind) if scene.side == "left" else (kind, other) for other in kinds]
        claims += tuple({"claim": "relation", "left": a, "right": b} for a, b in pairs)
        mirrored = {"left": "right", "right": "left"}[scene.side]
        words = dice.choice(
            (
                f"{one.words} with {loose.words} on the {scene.side}",
                f"{one.words} to the {mirrored} of {loose.words}",
            )
        )
        return Phrase(words, claims)
    if scene.things and scene.things[0].kind != "ball" and dice.random() < 0.5:
        return Phrase(f"{one.words} in front of {loose.words}", claims)
    link = dice.choice(("and", "next to", "beside", "near"))
    if link == "and":
        first, second = (one, loose) if dice.random() < 0.6 else (loose, one)
        return Phrase(f"{first.words} and {second.words}", claims, True)
    return Phrase(f"{one.words} {link} {loose.words}", claims)


def _sentence(
    scene: Scene, subject: Phrase, where: Phrase, when: Phrase, has_mood: bool, dice: random.Random
) -> str:
    words, place, hour = subject.words, where.words, when.words
    body = dice.choice((f"{words} {place} {hour}", f"{words} {hour} {place}"))
    opening = dice.random()
    if opening < 0.12 and not scene.people:
        body = f"there {'are' if subject.is_plural else 'is'} {body}"
    elif opening < 0.35:
        lead, rest = (place, hour) if place and dice.random() < 0.6 else (hour, place)
        body = f"{lead}, {words} {rest}" if lead else body
    if has_mood:
        body = _with_mood(scene, words, body, dice)
    text = " ".join(body.split()).replace(" ,", ",")
    return f"{text[0].upper()}{text[1:]}."


def _with_mood(scene: Scene, words: str, body: str, dice: random.Random) -> str:
    adjective = dice.choice(ADJECTIVES[scene.mood])
    scenery = dice.choice(SCENES)
    forms = [
        f"{with_article(f'{adjective} {scenery}')}: {body}",
        f"{body}, {dice.choice(REMARKS[scene.mood])}",
        f"{body}, the {scenery} feels {adjective}",
        f"{body}, it all looks {adjective}",
    ]
    if scene.people:
        forms += [f"{body}, {dice.choice(FEELINGS[scene.mood])}"] * 2
    return dice.choice(forms)
