"""Phrases: a part of a caption together with the claims it makes."""

import random
from dataclasses import dataclass

from .claims import Claim
from .scene import NONE, Animal, Person, Scene, Thing
from .wording import (
    GARMENTS,
    HIS,
    NAMES,
    NUMBERS,
    PATTERN_WORDS,
    SIZE_WORDS,
    joined,
    plural,
    with_article,
)

VERBS = {
    "standing": "standing",
    "running": "running",
    "sitting": "sitting on a bench",
    "jumping": "jumping",
}
EMPTY_HANDED = ("with empty hands", "holding nothing", "with nothing in hand")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, what they claim, and whether they name more than one."""

    words: str
    claims: tuple[Claim, ...] = ()
    is_plural: bool = False


def counted(kind: str, number: int) -> Claim:
    """Claim an exact number."""
    return {"claim": "count", "kind": kind, "n": number}


def described(kind: str, traits: dict[str, str]) -> Claim:
    """Claim that somebody or something of a kind has traits."""
    return {"claim": "entity", "kind": kind, "traits": traits}


def shared(kind: str, traits: dict[str, str]) -> Claim:
    """Claim that all of a kind have traits."""
    return {"claim": "every", "kind": kind, "traits": traits}


def clothing(
    person: Person, dice: random.Random, must: frozenset[str], traits: dict[str, str]
) -> str:
    """Return how somebody is dressed (perhaps nothing), and add what that claims."""
    parts = []
    if "pattern" in must or dice.random() < (0.6 if person.pattern != "plain" else 0.05):
        traits |= {"coat": person.coat, "pattern": person.pattern}
        pattern = dice.choice(PATTERN_WORDS[person.pattern])
        parts.append(with_article(f"{pattern} {person.coat} {_garment(person, dice)}"))
    elif "coat" in must or dice.random() < 0.75:
        traits["coat"] = person.coat
        parts.append(
            dice.choice((with_article(f"{person.coat} {_garment(person, dice)}"), person.coat))
        )
    if person.hat != NONE and ("hat" in must or dice.random() < 0.45):
        traits["hat"] = person.hat
        parts.append(with_article(f"{person.hat} hat"))
    link = " and " if parts and " " in parts[0] else " with "
    verbs = ("in", "in", "wearing", "dressed in") if "coat" in traits else ("in", "wearing")
    words = f" {dice.choice(verbs)} {link.join(parts)}" if parts else ""
    if person.hat == NONE and "hat" in must:
        traits["hat"] = NONE
        words += dice.choice((" without a hat", " with no hat"))
    return words


def holding(
    person: Person,
    dice: random.Random,
    must: frozenset[str],
    traits: dict[str, str],
    verb: str = "",
) -> str:
    """Return what somebody holds (perhaps nothing), and add what that claims.

    With a verb the words are a predicate (``has his ball``), else they go with a noun.
    """
    if person.holds == NONE:
        if not must & {"holds", "item"}:
            return ""
        traits["holds"] = NONE
        return " " + (f"{verb} nothing" if verb else dice.choice(EMPTY_HANDED))
    if not must & {"holds", "item"} and dice.random() < 0.2:
        return ""
    traits["holds"] = person.holds
    thing = person.holds
    if "item" in must or dice.random() < 0.7:
        traits["item"] = person.item
        thing = f"{person.item} {thing}"
    thing = _own(thing, person, dice)
    if person.holds == "dog":
        if "action" not in traits and person.action == "standing" and dice.random() < 0.6:
            return f" {'walks' if verb else 'walking'} {thing}"
        return f" {'has' if verb else 'with'} {thing} on a leash"
    form = verb or dice.choice(("holding", "with", "carrying"))
    return f" {'under' if person.holds == 'umbrella' and form == 'with' else form} {thing}"


def person(
    subject: Person,
    dice: random.Random,
    must: frozenset[str] = frozenset(),
    is_clause: bool = False,
) -> Phrase:
    """Describe one person; ``must`` names the traits that may not be left out.

    A clause (``a boy in red is running``) is a sentence, else the words are a noun phrase.
    """
    traits: dict[str, str] = {}
    words = with_article(dice.choice(NAMES[subject.kind]))
    words += clothing(subject, dice, must, traits)
    chance = 0.6 if subject.action != "standing" else 0.15
    is_acting = "action" in must or dice.random() < chance
    if is_acting:
        traits["action"] = subject.action
        words += f" {'is ' if is_clause else ''}{VERBS[subject.action]}"
    held = holding(subject, dice, must, traits)
    if is_acting and held.split(" ")[1:2] in (["holding"], ["carrying"]):
        held = f" and{held}"
    return Phrase(words + held, (described(subject.kind, traits),))


def group(members: tuple[Animal | Thing, ...], dice: random.Random, must: frozenset[str]) -> Phrase:
    """Describe animals or things of one kind and look, with their number."""
    first, number = members[0], len(members)
    traits: dict[str, str] = {}
    noun = dice.choice(NAMES[first.kind])
    if "colour" in must or dice.random() < 0.7:
        traits["colour"] = first.colour
        noun = f"{first.colour} {noun}"
    if isinstance(first, Animal) and ("size" in must or dice.random() < 0.4):
        traits["size"] = first.size
        noun = f"{dice.choice(SIZE_WORDS[first.size])} {noun}"
    claims = [counted(first.kind, number)]
    if traits:
        claims.append(shared(first.kind, traits))
    if number == 1:
        return Phrase(with_article(noun), tuple(claims))
    word = dice.choice(
        (NUMBERS[number], NUMBERS[number], "a pair of" if number == 2 else NUMBERS[number])
    )
    if number >= 3 and "count" not in must and dice.random() < 0.3:
        word, claims[0] = "several", {"claim": "count", "kind": first.kind, "min": 3}
    return Phrase(f"{word} {plural(noun)}", tuple(claims), True)


def groups(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase | None:
    """Describe all loose animals and things of a scene."""
    kinds = list(dict.fromkeys(member.kind for member in scene.loose))
    dice.shuffle(kinds)
    phrases = [
        group(tuple(one for one in scene.loose if one.kind == kind), dice, must) for kind in kinds
    ]
    if not phrases:
        return None
    claims = tuple(claim for phrase in phrases for claim in phrase.claims)
    return Phrase(
        joined([phrase.words for phrase in phrases]),
        claims,
        len(phrases) > 1 or phrases[0].is_plural,
    )


def _garment(subject: Person, dice: random.Random) -> str:
    return dice.choice(GARMENTS[subject.kind])


def _own(thing: str, subject: Person, dice: random.Random) -> str:
    return dice.choice((f"{HIS[subject.kind]} {thing}", with_article(thing)))
