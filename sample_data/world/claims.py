"""Claims: what a caption says, in a form that can be checked against a scene.

A claim is a JSON object whose ``claim`` names its sort:

============ ============================ =====================================================
sort         other fields                 holds when
============ ============================ =====================================================
``count``    ``kind``, ``n``              exactly ``n`` of the kind (or class) are there
``count``    ``kind``, ``min``            at least ``min`` of them are there
``entity``   ``kind``, ``traits``         somebody or something of the kind has all the traits
``every``    ``kind``, ``traits``         there are some of the kind, and all have the traits
``relation`` ``left``, ``right``          all of the one kind are left of all of the other
``place``    ``value``                    the scene is there
``sky``      ``value``                    it is that time or weather
``mood``     ``value``                    the scene was drawn in that mood
============ ============================ =====================================================

Two ``entity`` claims of one caption speak about two different entities.
"""

from typing import Any

from .scene import Entity, Scene, count, entities, is_left_of

Claim = dict[str, Any]

SETTING = ("place", "sky", "mood")
"""Sorts of claims about the whole scene, which are cheap to check."""


def holds(claims: list[Claim], scene: Scene) -> bool:
    """Tell whether a caption with these claims is true of a scene."""
    quick = (claim for claim in claims if claim["claim"] in SETTING)
    if not all(is_met(claim, scene) for claim in quick):
        return False
    return all(is_met(claim, scene) for claim in claims) and are_distinct(claims, scene)


def is_met(claim: Claim, scene: Scene) -> bool:
    """Tell whether one claim, taken alone, is true of a scene."""
    sort = claim["claim"]
    if sort == "count":
        found = count(scene, claim["kind"])
        return bool(found == claim["n"] if "n" in claim else found >= claim["min"])
    if sort == "entity":
        return bool(candidates(claim, scene))
    if sort == "every":
        group = [entity for entity in entities(scene) if entity.is_a(claim["kind"])]
        return bool(group) and all(entity.has(claim["traits"]) for entity in group)
    if sort == "relation":
        return is_left_of(scene, claim["left"], claim["right"])
    return bool(getattr(scene, sort) == claim["value"])


def candidates(claim: Claim, scene: Scene) -> list[int]:
    """List the entities (by position) that an ``entity`` claim can mean."""
    return [
        position
        for position, entity in enumerate(entities(scene))
        if entity.is_a(claim["kind"]) and entity.has(claim["traits"])
    ]


def are_distinct(claims: list[Claim], scene: Scene) -> bool:
    """Tell whether the ``entity`` claims can be met by different entities, all at once."""
    choices = [candidates(claim, scene) for claim in claims if claim["claim"] == "entity"]
    return _assigned(choices, frozenset())


def _assigned(choices: list[list[int]], taken: frozenset[int]) -> bool:
    if not choices:
        return True
    return any(
        _assigned(choices[1:], taken | {position})
        for position in choices[0]
        if position not in taken
    )


def of_kind(scene: Scene, kind: str) -> list[Entity]:
    """List the entities of a kind or class."""
    return [entity for entity in entities(scene) if entity.is_a(kind)]
