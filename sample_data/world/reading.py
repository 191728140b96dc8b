"""Reading: from the words of a caption back to its claims, the inverse of ``captions``.

It knows the turns of phrase that ``captions`` writes, and so can check what a model writes after
their pattern. Punctuation and case do not matter, as a model's tokenizer drops them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import wording
from .claims import Claim
from .scene import NONE
from .vocabulary import ACTIONS, ANIMALS, COLOURS, COLOURS_OF, ITEMS, PEOPLE, THINGS

EVERY_COLOUR = {*COLOURS, *(colour for some in COLOURS_OF.values() for colour in some)}
PERSON = {name: kind for kind in PEOPLE for name in wording.NAMES[kind]}
GROUP = {wording.plural(name): kind for name, kind in PERSON.items()} | {
    "people": "person",
    "children": "child",
}
LOOSE = {
    form: kind
    for kind in ANIMALS + THINGS
    for name in wording.NAMES[kind]
    for form in (name, wording.plural(name))
}
ITEM = {form: item for item in ITEMS for form in (item, wording.plural(item))}
PATTERN = {word: value for value, words in wording.PATTERN_WORDS.items() for word in words}
SIZE = {word: value for value, words in wording.SIZE_WORDS.items() for word in words}
NUMBER = {word: number for number, word in wording.NUMBERS.items()} | {
    "a": 1,
    "an": 1,
    "a pair of": 2,
}


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of some phrases, the longest first."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_OWN = "(?:an?|his|her|their)"
_COLOUR = f"(?P<colour>{_any(EVERY_COLOUR)})"
_NUMBER = f"(?P<number>several|{_any(NUMBER)})"
_GROUP, _ITEM = f"(?P<group>{_any(GROUP)})", f"(?P<item>{_any(ITEM)})"
_IN_HAND = _any(set(ITEMS) - {"dog"})

PHRASES = {
    name: re.compile(rf"(?:{pattern})\b")
    for name, pattern in {
        "but_only": "but only",
        "several_people": f"a group of {_GROUP}",
        "share": f"{_NUMBER} of the {_GROUP} are in {_COLOUR}",
        "some_of_them": f"(?:only )?{_NUMBER} of them (?:with|has|holds)(?: an?)? {_ITEM}",
        "each": f"each with an? {_ITEM}",
        "everyone": f"(?:all dressed in|everyone in) {_COLOUR}",
        "both": f"both (?:of them|{_GROUP}) are (?P<action>{_any(ACTIONS)})",
        "people": f"{_NUMBER} {_GROUP}",
        "his_and_hers": (
            f"(?P<whose>his|her) {_ITEM} is {_COLOUR} and (?:hers|his) is "
            f"(?P<other>{_any(EVERY_COLOUR)})"
        ),
        "other": "and (?:he|she) wears",
        "person": f"(?P<article>an?|the) (?P<kind>{_any(PERSON)})",
        "the_one": "the (?:one|other one|other)",
        "empty": "with empty hands|(?:holding|holds|has|carries) nothing|with nothing in hand",
        "bare": "(?:without a|with no) hat",
        "coat": f"an? (?:(?P<pattern>{_any(PATTERN)}) )?{_COLOUR} (?:coat|jacket|shirt|dress)",
        "hat": f"an? {_COLOUR} hat",
        "leash": f"with {_OWN} (?:{_COLOUR} )?(?P<item>dog) on a leash",
        "walk": f"(?:walking|walks|has) {_OWN} (?:{_COLOUR} )?(?P<item>dog)",
        "hold": (
            f"(?:holding|with|carrying|under|has|holds|carries) {_OWN} (?:{_COLOUR} )?"
            f"(?P<item>{_IN_HAND})(?! on the (?:left|right))"
        ),
        "loose": (f"{_NUMBER} (?:(?P<size>{_any(SIZE)}) )?(?:{_COLOUR} )?(?P<kind>{_any(LOOSE)})"),
        "placed": "to the (?P<side>left|right) of",
        "side": "on the (?P<side>left|right)",
        "dressed": f"(?:in|wearing) {_COLOUR}",
        "action": f"(?P<action>{_any(ACTIONS)})",
    }.items()
}
"""What is said of people, animals and things; of two that fit, the first is meant."""


def _settings() -> dict[str, Claim]:
    """Return what is said of place, sky and mood, with what that claims."""
    said: dict[str, Claim] = {}
    for sort, phrases in (
        ("place", wording.PLACES),
        ("sky", wording.SKIES),
        ("mood", wording.REMARKS),
        ("mood", wording.FEELINGS),
    ):
        for value, options in phrases.items():
            said |= {phrase: {"claim": sort, "value": value} for phrase in options}
    for value, adjectives in wording.ADJECTIVES.items():
        claim = {"claim": "mood", "value": value}
        for word in adjectives:
            said[f"it all looks {word}"] = claim
            for scenery in wording.SCENES:
                said[f"the {scenery} feels {word}"] = claim
                said[wording.with_article(f"{word} {scenery}")] = claim
    return said


SETTINGS = _settings()
_SETTING = re.compile(rf"\b{_any(SETTINGS)}\b")


def claims_of(text: str) -> list[Claim]:
    """Read a caption; words that belong to no known phrase are passed over."""
    words = " ".join(re.findall(r"[a-z]+", text.lower()))
    settings = [SETTINGS[match.group()] for match in _SETTING.finditer(words)]
    reader = _Reader()
    for name, match in _phrases(_SETTING.sub(".", words)):
        getattr(reader, name)(**match.groupdict())
    return [*reader.finished(), *settings]


def _phrases(words: str) -> Iterator[tuple[str, "re.Match[str]"]]:
    """Yield the phrases from left to right, with their names."""
    position = 0
    while position < len(words):
        found = ((name, phrase.match(words, position)) for name, phrase in PHRASES.items())
        name, match = next((pair for pair in found if pair[1]), ("", None))
        if match:
            yield name, match
            position = match.end() + 1
        else:
            position = words.find(" ", position) + 1 or len(words)


def _given(**traits: str | None) -> dict[str, str]:
    """Return the traits that were said."""
    return {name: value for name, value in traits.items() if value}


@dataclass(slots=True)
class _Reader:
    """What has been read so far; the last of the ``persons`` is the one spoken of.

    Every method but the last two takes in one of the ``PHRASES``.
    """

    claims: list[Claim] = field(default_factory=list)
    persons: list[Claim] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    twins: str | None = None
    is_crowd: bool = False
    is_only_one: bool = False
    relation: tuple[str, bool] | None = None

    def but_only(self) -> None:
        self.is_only_one = True

    def several_people(self, group: str) -> None:
        self.is_crowd = True
        self.claims.append({"claim": "count", "kind": GROUP[group], "min": 3})

    def share(self, number: str, group: str, colour: str) -> None:
        for _ in range(NUMBER.get(number, 1)):
            self._meet(GROUP[group], coat=colour)

    def some_of_them(self, number: str, item: str) -> None:
        self.claims.append(_counted(ITEM[item], number))

    def each(self, item: str) -> None:
        everybody = [claim for claim in self._tally() if claim["claim"] == "count"]
        if all("n" in claim for claim in everybody):
            total = sum(claim["n"] for claim in everybody)
            self.claims.append({"claim": "count", "kind": ITEM[item], "n": total})
        self._every("person", holds=ITEM[item])

    def everyone(self, colour: str) -> None:
        self._every("person", coat=colour)

    def both(self, group: str | None, action: str) -> None:
        self.twins = GROUP[group] if group else None
        self.claims.append(_counted("person", "two"))
        self._every("person", action=action)

    def people(self, number: str, group: str) -> None:
        self.twins = GROUP[group] if number == "two" else None
        self.is_crowd = True
        self.claims.append(_counted(GROUP[group], number))

    def his_and_hers(self, whose: str, item: str, colour: str, other: str) -> None:
        for one in self.persons[-2:]:
            is_mine = wording.HIS[one["kind"]] == whose
            one["traits"] |= {"holds": ITEM[item], "item": colour if is_mine else other}

    def other(self) -> None:
        self.persons[:] = [*self.persons[-1:], *self.persons[:-1]]

    def person(self, article: str, kind: str) -> None:
        kind = PERSON[kind]
        known = [one for one in self.persons if one["kind"] == kind and not one["traits"]]
        if article == "the" and known:
            self.persons.remove(known[0])
            self.persons.append(known[0])
        else:
            self._meet(kind)

    def the_one(self) -> None:
        if self.twins:
            self._meet(self.twins)
        else:
            self.other()

    def empty(self) -> None:
        self._describe(holds=NONE)

    def bare(self) -> None:
        self._describe(hat=NONE)

    def coat(self, pattern: str | None, colour: str) -> None:
        self._describe(coat=colour, pattern=PATTERN[pattern] if pattern else None)

    def hat(self, colour: str) -> None:
        self._describe(hat=colour)

    def hold(self, colour: str | None, item: str) -> None:
        self._describe(holds=ITEM[item], item=colour)

    leash = walk = hold

    def loose(self, number: str, size: str | None, colour: str | None, kind: str) -> None:
        kind = LOOSE[kind]
        self.kinds.append(kind)
        self.claims.append(_counted(kind, number))
        traits = _given(colour=colour, size=SIZE[size] if size else None)
        if traits:
            self._every(kind, **traits)

    def placed(self, side: str) -> None:
        self.relation = (side, False)

    def side(self, side: str) -> None:
        if self.kinds:
            self.relation = (side, True)
        else:
            self._describe(side=side)

    def dressed(self, colour: str) -> None:
        self._describe(coat=colour)

    def action(self, action: str) -> None:
        self._describe(action=action)

    def finished(self) -> list[Claim]:
        """Return all claims, once everything has been read."""
        if self.is_only_one:
            if self.twins and len(self.persons) == 1:
                self._meet(self.twins)
            for one in self.persons:
                one["traits"].setdefault("holds", NONE)
        if self.relation and self.persons:
            side, is_of_loose = self.relation
            somebody = self.persons[-1]["kind"]
            for kind in self.kinds:
                pair = (kind, somebody) if (side == "left") == is_of_loose else (somebody, kind)
                self.claims.append({"claim": "relation", "left": pair[0], "right": pair[1]})
        return self._tally()

    def _tally(self) -> list[Claim]:
        """Return the claims so far; of a crowd, whoever is merely named is counted."""
        if not (self.is_crowd or len(self.persons) > 2):
            return [*self.claims, *self.persons]
        return [
            *self.claims,
            *(
                one if one["traits"] or one["kind"] == self.twins else _counted(one["kind"], "one")
                for one in self.persons
            ),
        ]

    def _meet(self, kind: str, **traits: str) -> None:
        self.persons.append({"claim": "entity", "kind": kind, "traits": dict(traits)})

    def _describe(self, **traits: str | None) -> None:
        if self.persons:
            self.persons[-1]["traits"] |= _given(**traits)

    def _every(self, kind: str, **traits: str) -> None:
        self.claims.append({"claim": "every", "kind": kind, "traits": traits})


def _counted(kind: str, number: str) -> Claim:
    amount: dict[str, Any] = {"min": 3} if number == "several" else {"n": NUMBER[number]}
    return {"claim": "count", "kind": kind} | amount
