"""Sentences about two people: who of them has, wears or does what."""

import random

from .phrases import VERBS, Phrase, clothing, counted, described, holding, person, shared
from .scene import NONE, Person, Scene
from .wording import HE, HIS, NAMES, plural, with_article


def pair(scene: Scene, dice: random.Random, must: frozenset[str]) -> Phrase:
    """Describe the two people of a scene in one of several ways."""
    first, second = scene.people
    if dice.random() < 0.5:
        first, second = second, first
    options = [_listed, _listed, _by_side]
    if first.kind == second.kind:
        options += [_other_one, _other_one, _only_one]
    else:
        options += [_contrast, _contrast, _only_one]
    if first.action == second.action:
        options.append(_both)
    if first.holds == second.holds != NONE and HE[first.kind] != HE[second.kind]:
        options += [_his_and_hers] * 3
    return dice.choice(options)(scene, first, second, dice, must)


def _listed(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    one, other = person(first, dice, must), person(second, dice, must)
    return Phrase(f"{one.words} and {other.words}", one.claims + other.claims, True)


def _other_one(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    mine: dict[str, str] = {"coat": first.coat}
    theirs: dict[str, str] = {}
    whom = plural(dice.choice(NAMES[first.kind]))
    one, other = _deed(first, dice, mine, must), _deed(second, dice, theirs, must)
    words = f"two {whom}, the one in {first.coat} {one} and the other one {other}"
    return Phrase(
        words,
        (counted(first.kind, 2), described(first.kind, mine), described(first.kind, theirs)),
        True,
    )


def _contrast(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    mine: dict[str, str] = {}
    theirs: dict[str, str] = {}
    one = f"the {dice.choice(NAMES[first.kind])}"
    other = f"the {dice.choice(NAMES[second.kind])}"
    if dice.random() < 0.6 or must & {"coat", "hat"}:
        one += clothing(first, dice, must | {"coat"}, mine)
        other += clothing(second, dice, must, theirs)
    words = f"{one} {_deed(first, dice, mine, must)} while {other} " + _deed(
        second, dice, theirs, must
    )
    return Phrase(words, (described(first.kind, mine), described(second.kind, theirs)), True)


def _by_side(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    words, claims = [], []
    for one in (first, second):
        side = ("left", "right")[scene.people.index(one)]
        traits = {"side": side}
        phrase = f"the {dice.choice(NAMES[one.kind])} on the {side}"
        phrase += clothing(one, dice, must, traits)
        words.append(f"{phrase} {_deed(one, dice, traits, must)}")
        claims.append(described(one.kind, traits))
    return Phrase(f"{words[0]}, {words[1]}", tuple(claims), True)


def _only_one(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    holder, other = (first, second) if first.holds != NONE else (second, first)
    if other.holds != NONE:
        return _listed(scene, first, second, dice, must)
    mine = {"holds": holder.holds, "item": holder.item, "coat": holder.coat}
    thing = with_article(f"{holder.item} {holder.holds}")
    pronoun = HE[other.kind]
    are_alike = first.kind == second.kind
    whom = (
        f"two {plural(NAMES[first.kind][0])}"
        if are_alike
        else (f"a {NAMES[first.kind][0]} and a {NAMES[second.kind][0]}")
    )
    who = "the one" if are_alike else f"the {holder.kind}"
    theirs: dict[str, str] = {"holds": NONE}
    words = f"{whom}, but only {who} in {holder.coat} has {thing}"
    if "action" in must or dice.random() < 0.3:
        theirs["action"] = other.action
        mine["action"] = holder.action
        words += f" and is {VERBS[holder.action]}, the other is {VERBS[other.action]}"
    elif "hat" in must and other.hat != NONE and not are_alike:
        theirs["hat"] = other.hat
        words += f" and {pronoun} wears {with_article(f'{other.hat} hat')}"
    claims = (described(holder.kind, mine), described(other.kind, theirs))
    return Phrase(words, ((counted(first.kind, 2), *claims) if are_alike else claims), True)


def _both(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    mine: dict[str, str] = {"coat": first.coat}
    theirs: dict[str, str] = {}
    are_alike = first.kind == second.kind
    whom = plural(first.kind) if are_alike else "of them"
    who = "the one" if are_alike else f"the {first.kind}"
    other = "the other" if are_alike else f"the {second.kind}"
    verb = dice.choice(("has", "holds"))
    words = f"both {whom} are {VERBS[first.action]}, {who} in {first.coat}"
    words += holding(first, dice, must | {"holds"}, mine, verb)
    words += f" and {other}" + holding(second, dice, must | {"holds"}, theirs, verb)
    claims = (counted("person", 2), shared("person", {"action": first.action}))
    return Phrase(
        words, (*claims, described(first.kind, mine), described(second.kind, theirs)), True
    )


def _his_and_hers(
    scene: Scene, first: Person, second: Person, dice: random.Random, must: frozenset[str]
) -> Phrase:
    mine: dict[str, str] = {"holds": first.holds, "item": first.item}
    theirs: dict[str, str] = {"holds": second.holds, "item": second.item}
    one = with_article(first.kind) + clothing(first, dice, must, mine)
    other = with_article(second.kind) + clothing(second, dice, must, theirs)
    second_own = {"his": "his", "her": "hers"}[HIS[second.kind]]
    words = f"{one} and {other}, {HIS[first.kind]} {first.holds} is {first.item} and {second_own}"
    return Phrase(
        f"{words} is {second.item}",
        (described(first.kind, mine), described(second.kind, theirs)),
        True,
    )


def _deed(
    subject: Person, dice: random.Random, traits: dict[str, str], must: frozenset[str]
) -> str:
    """Say what one of two does: what they hold, how they stand, or both."""
    doing = ""
    if "action" in must or (subject.action != "standing" and dice.random() < 0.4):
        traits["action"] = subject.action
        doing = f"is {VERBS[subject.action]}"
        if not must & {"holds", "item"} and dice.random() < 0.5:
            return doing
    held = holding(
        subject, dice, must | {"holds"}, traits, dice.choice(("has", "holds", "carries"))
    ).strip()
    return f"{doing} and {held}" if doing else held
