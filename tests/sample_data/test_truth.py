"""The true category of a pair, on cases worked out by hand."""

from typing import Any

import pytest

from sample_data.world.claims import holds
from sample_data.world.scene import Animal, Person, Scene, Thing, scene_from
from sample_data.world.truth import category, violations

PARK = Scene(
    "park",
    "day",
    "cheerful",
    people=(
        Person("man", "red", hat="blue", holds="umbrella", item="yellow"),
        Person("woman", "green", "striped", action="sitting"),
    ),
    animals=(Animal("dog", "brown", "small"), Animal("dog", "brown", "small")),
    things=(Thing("house", "white"),),
    side="right",
)

MAN_IN_RED: dict[str, Any] = {"claim": "entity", "kind": "man", "traits": {"coat": "red"}}
TWO_DOGS: dict[str, Any] = {"claim": "count", "kind": "dog", "n": 2}
IN_THE_PARK: dict[str, Any] = {"claim": "place", "value": "park"}


def entity(kind: str, **traits: str) -> dict[str, Any]:
    """An ``entity`` claim."""
    return {"claim": "entity", "kind": kind, "traits": traits}


def every(kind: str, **traits: str) -> dict[str, Any]:
    """An ``every`` claim."""
    return {"claim": "every", "kind": kind, "traits": traits}


def number(kind: str, n: int) -> dict[str, Any]:
    """A ``count`` claim."""
    return {"claim": "count", "kind": kind, "n": n}


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (MAN_IN_RED, "data_fault"),
        (TWO_DOGS, "data_fault"),
        (number("person", 2), "data_fault"),
        (number("umbrella", 1), "data_fault"),
        ({"claim": "count", "kind": "dog", "min": 2}, "data_fault"),
        (every("dog", colour="brown", size="small"), "data_fault"),
        ({"claim": "relation", "left": "man", "right": "dog"}, "data_fault"),
        (entity("woman", side="right"), "data_fault"),
        (number("dog", 3), "counting"),
        ({"claim": "count", "kind": "dog", "min": 3}, "counting"),
        (number("person", 3), "counting"),
        (number("cat", 1), "fine_grained"),
        (entity("girl", coat="red"), "fine_grained"),
        (entity("man", holds="balloon"), "fine_grained"),
        (entity("man", action="running"), "fine_grained"),
        ({"claim": "place", "value": "beach"}, "fine_grained"),
        ({"claim": "sky", "value": "night"}, "fine_grained"),
        ({"claim": "relation", "left": "dog", "right": "man"}, "fine_grained"),
        (entity("man", coat="blue"), "attributes"),
        (entity("man", hat="purple"), "attributes"),
        (entity("man", holds="umbrella", item="red"), "attributes"),
        (entity("man", pattern="dotted"), "attributes"),
        (every("dog", colour="black"), "attributes"),
        (every("dog", size="big"), "attributes"),
        (entity("man", coat="green"), "coreference"),
        (entity("woman", holds="umbrella", item="yellow"), "coreference"),
        (entity("man", action="sitting"), "coreference"),
        (entity("man", side="right"), "coreference"),
        (every("person", action="sitting"), "coreference"),
        (every("person", action="jumping"), "fine_grained"),
        (every("person", coat="red"), "attributes"),
        ({"claim": "mood", "value": "lonely"}, "abstract"),
    ],
)
def test_one_claim(claim: dict[str, Any], expected: str) -> None:
    assert category([claim], PARK) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([number("dog", 3), {"claim": "place", "value": "beach"}], "fine_grained"),
        ([entity("man", coat="blue"), number("dog", 3)], "counting"),
        ([entity("woman", holds="umbrella"), entity("man", coat="blue")], "attributes"),
        ([{"claim": "mood", "value": "tense"}, entity("woman", holds="umbrella")], "coreference"),
        ([{"claim": "mood", "value": "tense"}, IN_THE_PARK, TWO_DOGS, MAN_IN_RED], "abstract"),
        ([MAN_IN_RED, TWO_DOGS, IN_THE_PARK], "data_fault"),
    ],
)
def test_of_several_broken_claims_the_plainest_counts(
    claims: list[dict[str, Any]], expected: str
) -> None:
    assert category(claims, PARK) == expected


def test_two_descriptions_need_two_people() -> None:
    alone = [entity("man", coat="red"), entity("man", hat="blue")]
    assert not holds(alone, PARK)
    assert category(alone, PARK) == "counting"
    assert holds([entity("man", coat="red"), entity("woman", action="sitting")], PARK)


def test_violations_are_listed_claim_by_claim() -> None:
    claims: list[dict[str, Any]] = [
        {"claim": "mood", "value": "tense"},
        TWO_DOGS,
        entity("man", coat="green"),
    ]
    assert violations(claims, PARK) == ["abstract", "coreference"]


def test_swapped_holders_are_told_apart_in_both_directions() -> None:
    man, woman = PARK.people
    swapped = Scene(
        "park",
        "day",
        "cheerful",
        (
            Person("man", "red", hat="blue"),
            Person("woman", "green", "striped", holds="umbrella", item="yellow", action="sitting"),
        ),
        PARK.animals,
        PARK.things,
        "right",
    )
    here = [entity("man", holds="umbrella"), entity("woman", holds="none")]
    there = [entity("man", holds="none"), entity("woman", holds="umbrella")]
    assert (category(here, PARK), category(here, swapped)) == ("data_fault", "coreference")
    assert (category(there, PARK), category(there, swapped)) == ("coreference", "data_fault")
    assert (man.kind, woman.kind) == ("man", "woman")


def test_a_scene_survives_json() -> None:
    import json
    from dataclasses import asdict

    assert scene_from(json.loads(json.dumps(asdict(PARK)))) == PARK
