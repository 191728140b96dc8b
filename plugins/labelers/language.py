"""The words of a language: tables from a file, and what a dictionary says of all others.

A language is a TOML file in `languages/`; one that has none is read without tables: every word is
then a thing, and digits are numbers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

Kinds = Mapping[str, tuple[str, ...]]
"""Parts of speech that a word can have, each with its lemmas."""


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
        self._dictionary = _DICTIONARIES[tables.get("dictionary", "")]
        self._simplemma = str(tables.get("simplemma", code))
        self._endings = tuple(tables.get("adjective_endings", "").split())
        self._inflections = tuple(tables.get("inflections", "").split())
        self.lists = {
            name: frozenset(text.split()) for name, text in tables.items() if isinstance(text, str)
        }
        self.numbers = {
            word: int(number)
            for number, words in tables.get("numbers", {}).items()
            for word in words.split()
        }
        self.counting_nouns = {
            word: None if number == "many" else int(number)
            for number, words in tables.get("counting_nouns", {}).items()
            for word in words.split()
        }
        self.synonyms: dict[str, str] = {
            word: concept
            for concept, words in tables.get("synonyms", {}).items()
            for word in words.split()
        }
        self.attributes = _classes(tables.get("attributes", {}))
        self.groups = _groups(tables.get("groups", {}))
        self.weights = {
            word: float(weight)
            for weight, words in tables.get("weights", {}).items()
            for word in words.split()
        }
        self.alike: dict[str, set[str]] = {}
        for lines in tables.get("alike", {}).values():
            for line in lines.split("\n"):
                for word in line.split():
                    self.alike.setdefault(word, set()).update(line.split())
        self.moods: dict[str, str] = {
            word: line.split()[0]
            for lines in tables.get("moods", {}).values()
            for line in lines.split("\n")
            for word in line.split()
        }
        self.genders = {
            word: gender
            for gender, words in tables.get("genders", {}).items()
            for word in words.split()
        }
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
            known=bool(kinds) and not self._guesses(lower),
            roles=roles,
        )

    def _kinds(self, text: str) -> Kinds:
        lower = text.lower()
        if lower in self.synonyms:
            return {"NOUN": (self.synonyms[lower],)}
        return self._dictionary(self, text)

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

    def _guesses(self, lower: str) -> bool:
        return self._dictionary is _lemminflect and not _in_lemminflect(lower)

    def lemmatized(self, text: str) -> str:
        """Return simplemma's lemma."""
        from simplemma import lemmatize

        return str(lemmatize(text, lang=self._simplemma)).lower()

    def guessed(self, lower: str) -> str:
        """Guess the part of speech of a word that the dictionary lacks by its ending."""
        return "ADJ" if self._endings and lower.endswith(self._endings) else "NOUN"


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


def _lemminflect(language: Language, text: str) -> Kinds:
    from lemminflect import getAllLemmas, getAllLemmasOOV

    lower = text.lower()
    found: Kinds = getAllLemmas(lower)
    if found or not lower.isalpha() or not lower.isascii():
        return found
    guessed: Any = getAllLemmasOOV(lower, language.guessed(lower))
    return dict(guessed)


def _in_lemminflect(lower: str) -> bool:
    from lemminflect import getAllLemmas

    return bool(getAllLemmas(lower))


def _capitals(language: Language, text: str) -> Kinds:
    """Tell parts of speech as German spelling and inflection do."""
    if not text[:1].isalpha():
        return {}
    lemma = language.lemmatized(text)
    if text[0].isupper():
        return {"NOUN": (lemma,)}
    if lemma.endswith("n") and text.endswith(("t", "n")):
        return {"VERB": (lemma,)}
    if text.endswith(("e", "en", "er", "es", "em")):
        return {"ADJ": (lemma,)}
    return {"ADV": (lemma,)}


def _no_dictionary(language: Language, text: str) -> Kinds:
    return {"NOUN": (text.lower(),)} if text[:1].isalpha() else {}


_DICTIONARIES: Mapping[str, Callable[[Language, str], Kinds]] = {
    "lemminflect": _lemminflect,
    "simplemma": _capitals,
    "": _no_dictionary,
}
_MAX_WORDS = 1 << 17
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


def _classes(kinds: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for kind, lines in kinds.items():
        for line in lines.split("\n"):
            words = line.split()
            for word in words:
                found[word] = (kind, words[0])
    return found


def _groups(groups: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each word the broader ones, the nearest first."""
    parent = {word: broader for broader, words in groups.items() for word in words.split()}
    found = {}
    for word in parent:
        above: list[str] = []
        broader = parent.get(word)
        while broader is not None and broader not in above:
            above.append(broader)
            broader = parent.get(broader)
        found[word] = tuple(above)
    return found
