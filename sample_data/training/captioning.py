"""How true generated captions are, claim by claim."""

from dataclasses import dataclass

from sample_data.world.claims import Claim, holds, is_met
from sample_data.world.reading import EVERY_COLOUR, claims_of
from sample_data.world.scene import Scene


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a caption is true of its scene; what it does not state cannot be false."""

    counts: bool
    colours: bool
    everything: bool


def counts_of(claims: list[Claim]) -> list[Claim]:
    """Return the numbers that claims state; a described person is one of their kind."""
    stripped = [claim | {"traits": {}} for claim in claims if claim["claim"] == "entity"]
    return [claim for claim in claims if claim["claim"] == "count"] + stripped


def colours_of(claims: list[Claim]) -> list[Claim]:
    """Return the colours that claims state, each with the one who has it."""
    return [
        claim | {"traits": coloured}
        for claim in claims
        if (coloured := _coloured(claim.get("traits", {})))
    ]


def _coloured(traits: dict[str, str]) -> dict[str, str]:
    """Keep colours, and with an item's colour what the item is."""
    colours = {name: value for name, value in traits.items() if value in EVERY_COLOUR}
    return colours | {"holds": traits["holds"]} if "item" in colours else colours


def judged(caption: str, scene: Scene) -> Verdict:
    """Read a caption and check it against a scene."""
    claims = claims_of(caption)
    return Verdict(
        holds(counts_of(claims), scene), holds(colours_of(claims), scene), holds(claims, scene)
    )


def shares(captions: list[str], scenes: list[Scene]) -> dict[str, float]:
    """Return the shares of captions with all counts, all colours, both, and everything true."""
    verdicts = [judged(caption, scene) for caption, scene in zip(captions, scenes, strict=True)]
    rows = {
        "counts": [one.counts for one in verdicts],
        "colours": [one.colours for one in verdicts],
        "counts_and_colours": [one.counts and one.colours for one in verdicts],
        "everything": [one.everything for one in verdicts],
    }
    return {name: round(sum(row) / len(row), 4) for name, row in rows.items()}


def claim_shares(captions: list[str], scenes: list[Scene]) -> dict[str, float]:
    """Return the shares of all stated counts, of all stated colours and of all claims that hold.

    Each claim is taken alone, whatever caption it is of: a caption of five claims, one of them
    wrong, is false but mostly true.
    """
    stated = [(claims_of(caption), scene) for caption, scene in zip(captions, scenes, strict=True)]
    parts = {"counts": counts_of, "colours": colours_of, "claims": list[Claim]}
    shares_of = {}
    for name, part in parts.items():
        met = [is_met(claim, scene) for claims, scene in stated for claim in part(claims)]
        shares_of[name] = round(sum(met) / max(1, len(met)), 4)
    return shares_of
