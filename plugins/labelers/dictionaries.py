"""Dictionaries of word forms: what parts of speech a word can have, and its lemmas.

Their data come in the wheels of lemminflect and simplemma, imported with the first word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Kinds = Mapping[str, tuple[str, ...]]
"""Parts of speech that a word can have, each with its lemmas."""


class Dictionary(Protocol):
    """What a language asks of its dictionary."""

    def kinds(self, text: str) -> Kinds:
        """Return what a word can be, guessed where it is not listed; {} where it is no word."""
        ...

    def knows(self, lower: str) -> bool:
        """Say whether a word that has kinds is listed, not guessed."""
        ...


def dictionary_of(tables: Mapping[str, Any], code: str) -> Dictionary:
    """Return the dictionary that a language's file names; without one every word is a noun."""
    name = tables.get("dictionary", "")
    if name == "lemminflect":
        return _Lemminflect(tuple(tables.get("adjective_endings", "").split()))
    if name == "simplemma":
        return _Simplemma(str(tables.get("simplemma", code)))
    return _Nothing()


class _Lemminflect:
    """English; what is not listed is guessed by its ending."""

    def __init__(self, adjective_endings: tuple[str, ...]) -> None:
        self._endings = adjective_endings

    def kinds(self, text: str) -> Kinds:
        from lemminflect import getAllLemmas, getAllLemmasOOV

        lower = text.lower()
        found: Kinds = getAllLemmas(lower)
        if found or not lower.isalpha() or not lower.isascii():
            return found
        adjective = self._endings and lower.endswith(self._endings)
        guessed: Any = getAllLemmasOOV(lower, "ADJ" if adjective else "NOUN")
        return dict(guessed)

    def knows(self, lower: str) -> bool:
        from lemminflect import getAllLemmas

        return bool(getAllLemmas(lower))


class _Simplemma:
    """Lemmas alone; parts of speech are told as German spelling and inflection do."""

    def __init__(self, code: str) -> None:
        self._code = code

    def kinds(self, text: str) -> Kinds:
        from simplemma import lemmatize

        if not text[:1].isalpha():
            return {}
        lemma = str(lemmatize(text, lang=self._code)).lower()
        if text[0].isupper():
            return {"NOUN": (lemma,)}
        if lemma.endswith("n") and text.endswith(("t", "n")):
            return {"VERB": (lemma,)}
        if text.endswith(("e", "en", "er", "es", "em")):
            return {"ADJ": (lemma,)}
        return {"ADV": (lemma,)}

    def knows(self, lower: str) -> bool:
        return True


class _Nothing:
    """No dictionary."""

    def kinds(self, text: str) -> Kinds:
        return {"NOUN": (text.lower(),)} if text[:1].isalpha() else {}

    def knows(self, lower: str) -> bool:
        return True
