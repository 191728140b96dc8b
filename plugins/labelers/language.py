"""The words of a language: tables from a file, and what a dictionary says of all others.

A language is a TOML file in `languages/`; one that has none is read without tables: every word is
then a thing, and digits are numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from plugins.labelers.dictionaries import Kinds, dictionary_of
from plugins.labelers.tables import alike_of, broader_of, classes_of, keys_of

_MAX_WORDS = 1 << 17


@dataclass(frozen=True, slots=True)
class Word:
    """What a single word can be, without its sentence."""

    text: str
    lemma: str
    verb_lemma: str
    noun: bool
    adjective: bool
    verb: bool
    adverb: bool
    listed_adjective: bool
    """The dictionary itself calls it an adjective."""
    base_verb: bool
    """Its form is that of an infinitive."""
    only_verb: bool
    """The dictionary knows it only as a verb in the present."""
    action: bool
    """A verb of captions first, a noun as well."""
    plural: bool
    number: int | None
    attribute: tuple[str, str] | None
    """Kind and value; values of a kind exclude each other."""
    known: bool
    """The dictionary has it."""
    roles: frozenset[str]
    """The tables of function words that it stands in."""


class Language:
    """The tables of a language with its dictionary."""

    def __init__(self, code: str, tables: Mapping[str, Any]) -> None:
        self.code = code
        self.capital_nouns = bool(tables.get("capital_nouns", False))
        self._dictionary = dictionary_of(tables, code)
        self._inflections = tuple(tables.get("inflections", "").split())
        self.lists = {
            name: frozenset(text.split()) for name, text in tables.items() if isinstance(text, str)
        }
        self.numbers = {
            word: int(number) for word, number in keys_of(tables.get("numbers", {})).items()
        }
        self.counting_nouns = {
            word: None if number == "many" else int(number)
            for word, number in keys_of(tables.get("counting_nouns", {})).items()
        }
        self.synonyms = keys_of(tables.get("synonyms", {}))
        self.attributes = classes_of(tables.get("attributes", {}))
        self.groups = broader_of(tables.get("groups", {}))
        self.weights = {
            word: float(weight) for word, weight in keys_of(tables.get("weights", {})).items()
        }
        self.alike = alike_of(tables.get("alike", {}))
        self.moods = {word: mood for word, (_, mood) in classes_of(tables.get("moods", {})).items()}
        self.genders = keys_of(tables.get("genders", {}))
        self.narrower: dict[str, set[str]] = {}
        for word, above in self.groups.items():
            for broader in above:
                self.narrower.setdefault(broader, set()).add(word)
        self._roles: dict[str, set[str]] = {}
        for name in _ROLES:
            for word in self.lists.get(name, ()):
                self._roles.setdefault(word, set()).add(name)
        for word in self.counting_nouns:
            self._roles.setdefault(word, set()).add("counting_nouns")
        self._words: dict[str, Word] = {}
        self.known: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str], float]] = {}
        """What an outline keeps of a word: its forms, alike and broader ones, its weight."""

    def word(self, text: str) -> Word:
        """Return what a word can be; `text` as written where capitals tell nouns, else lower."""
        known = self._words.get(text)
        if known is None:
            if len(self._words) >= _MAX_WORDS:
                self._words.clear()
            known = self._words[text] = self._look_up(text)
        return known

    def is_a(self, lemma: str, other: str) -> bool:
        """Say whether a thing is also another, broader one: a woman is a person."""
        return other in self.groups.get(lemma, ())

    def excludes(self, lemma: str, other: str) -> bool:
        """Say whether two things are different ones of a narrow group: a dog is no cat."""
        mine, theirs = self.groups.get(lemma, ()), self.groups.get(other, ())
        return bool(mine and theirs and lemma != other and mine[0] == theirs[0])

    def _look_up(self, text: str) -> Word:
        lower = text.lower()
        roles = frozenset(self._roles.get(lower, ()))
        number = self.numbers.get(lower)
        if number is None and lower.isdecimal() and len(lower) <= 6:
            number = int(lower)
        attribute = self._attribute(lower)
        content = number is None and not roles & _NO_CONTENT
        kinds = self._kinds(text)
        verbs = kinds.get("VERB", ())
        plural_only = "plural_only" in roles
        noun = content and ("NOUN" in kinds or "ing_nouns" in roles)
        participle = set(kinds) == {"VERB"} and lower not in verbs and not lower.endswith("s")
        plural = not plural_only and self._is_plural(lower, kinds)
        ending = lower.endswith(("ible", "ous", "less")) and not plural
        return Word(
            text=lower,
            lemma=self._lemma(lower, kinds, plural_only, attribute),
            verb_lemma=verbs[0] if verbs else "",
            noun=noun,
            adjective=content
            and (attribute is not None or "ADJ" in kinds or participle or ending or "-" in lower),
            verb=content and bool(verbs),
            adverb="adverbs" in roles or (lower.endswith("ly") and "ADV" in kinds),
            listed_adjective="ADJ" in kinds,
            base_verb=lower in verbs,
            only_verb=set(kinds) == {"VERB"} and lower in (*verbs, *(f"{v}s" for v in verbs)),
            action=bool(verbs) and verbs[0] in self.lists.get("actions", ()),
            plural=plural,
            number=number,
            attribute=attribute,
            known=bool(kinds) and self._dictionary.knows(lower),
            roles=roles,
        )

    def _kinds(self, text: str) -> Kinds:
        lower = text.lower()
        if lower in self.synonyms:
            return {"NOUN": (self.synonyms[lower],)}
        return self._dictionary.kinds(text)

    def _lemma(
        self, lower: str, kinds: Kinds, plural_only: bool, attribute: tuple[str, str] | None
    ) -> str:
        if plural_only or attribute is not None:
            return self.synonyms.get(lower, lower)
        for kind in ("NOUN", "VERB", "ADJ"):
            if kinds.get(kind):
                found = kinds[kind][0]
                return self.synonyms.get(found, found)
        return self.synonyms.get(lower, lower)

    def _is_plural(self, lower: str, kinds: Kinds) -> bool:
        if lower in self.lists.get("plurals", ()):
            return True
        lemmas = kinds.get("NOUN", ())
        if not lemmas or lower in lemmas or lower in self.synonyms:
            return False
        if self.capital_nouns and lower.endswith("s") and lower.rstrip("s").rstrip("e") in lemmas:
            return False  # a genitive
        return not lower.endswith("ing")

    def _attribute(self, lower: str) -> tuple[str, str] | None:
        known = self.attributes.get(lower)
        if known is not None or not self._inflections:
            return known
        for ending in self._inflections:
            if lower.endswith(ending) and (stem := lower[: -len(ending)]) in self.attributes:
                return self.attributes[stem]
        return None


@lru_cache(maxsize=64)
def language_of(code: str) -> Language:
    """Return a language by its code; of "en-GB" the part before the hyphen counts."""
    plain = code.lower().replace("_", "-").split("-")[0]
    if plain != code:
        return language_of(plain)
    name = f"{plain}.toml" if plain.isalpha() and plain.isascii() else ""
    source = resources.files("plugins.labelers") / "languages" / name
    if not name or not source.is_file():
        return Language(plain, {})
    return Language(plain, tomllib.loads(source.read_text(encoding="utf-8")))


_ROLES = (
    "many",
    "one",
    "definite",
    "exact",
    "stop",
    "relational",
    "be",
    "adverbs",
    "ing_nouns",
    "plural_only",
    "prepositions",
    "pronouns",
    "negations",
    "auxiliaries",
    "persons",
    "clothes",
    "and",
    "relative",
    "others",
)
_NO_CONTENT = frozenset({"stop", "many", "one", "definite"})
