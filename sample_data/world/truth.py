"""The true category of a failure, decided from what was drawn.

A failure is a caption and an image that a model wrongly put together: for ``t2i`` the query caption
and the retrieved image, for ``i2t`` the retrieved caption and the query image. In both
directions the question is the same: *which claim of the caption does the image break?*

Each broken claim has a category:

=================== ============================================================================
``fine_grained``    another place, time, weather or arrangement; a kind of person, animal, thing
                    or held item that is nowhere in the image; an action that nobody does
``counting``        the kind is there, in another number; also when two described entities are
                    both there only as one and the same
``attributes``      the kind is there, but its colour, size, pattern or clothing is not found on
                    anyone or anything comparable in the image
``coreference``     every trait is in the image, but on another one: who has, wears or does what
``abstract``        the mood is another
=================== ============================================================================

If no claim is broken the pair is a ``data_fault``: the model was right and the data set was not.

If several claims are broken, the first category in the order above is the pair's. The order goes
from what settles the matter at a glance to what needs the closest look: in an image without any
dog it is moot how the dog looks, and whose it is; a mood is named only if all that can be pointed
at agrees.
"""

from .claims import Claim, are_distinct, holds, is_met, of_kind
from .scene import Entity, Scene, count, entities
from .vocabulary import ANIMALS, CLASSES, ITEMS, PEOPLE, THINGS

CATEGORIES = (
    "fine_grained",
    "counting",
    "attributes",
    "coreference",
    "abstract",
    "data_fault",
)
"""All categories; for a pair that breaks several claims, the earlier one is its own."""

LOOKS = frozenset({"coat", "pattern", "hat", "item", "colour", "size"})
"""Traits of appearance; the others (``holds``, ``action``, ``side``) are objects and acts."""

GROUPS = (frozenset(PEOPLE) | frozenset(CLASSES), frozenset(ANIMALS), frozenset(THINGS + ITEMS))


def category(claims: list[Claim], scene: Scene) -> str:
    """Return the true category of a caption with these claims put together with a scene."""
    if holds(claims, scene):
        return "data_fault"
    broken = violations(claims, scene)
    return min(broken, key=CATEGORIES.index)


def violations(claims: list[Claim], scene: Scene) -> list[str]:
    """List the category of every broken claim, in the order of the claims."""
    broken = [_category_of(claim, scene) for claim in claims if not is_met(claim, scene)]
    if not broken and not are_distinct(claims, scene):
        broken.append("counting")
    return broken


def _category_of(claim: Claim, scene: Scene) -> str:
    sort = claim["claim"]
    if sort == "mood":
        return "abstract"
    if sort in ("place", "sky", "relation") or not count(scene, claim["kind"]):
        return "fine_grained"
    if sort == "count":
        return "counting"
    if sort == "every":
        return _category_of_every(claim, scene)
    return _category_of_entity(claim, scene)


def _category_of_entity(claim: Claim, scene: Scene) -> str:
    peers = _peers(claim["kind"], scene)
    missing = [
        name
        for name, value in claim["traits"].items()
        if not any(peer.has({name: value}) for peer in peers)
    ]
    if not missing:
        return "coreference"
    return "attributes" if LOOKS.issuperset(missing) else "fine_grained"


def _category_of_every(claim: Claim, scene: Scene) -> str:
    group = of_kind(scene, claim["kind"])
    odd = [
        name
        for name, value in claim["traits"].items()
        if not all(member.has({name: value}) for member in group)
    ]
    if LOOKS.issuperset(odd):
        return "attributes"
    shared = {name: claim["traits"][name] for name in odd if name not in LOOKS}
    return "coreference" if any(member.has(shared) for member in group) else "fine_grained"


def _peers(kind: str, scene: Scene) -> list[Entity]:
    group = next(group for group in GROUPS if kind in group)
    return [entity for entity in entities(scene) if entity.kind in group]
