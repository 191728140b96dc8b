"""Noun phrases: runs of words from a determiner or attribute to the noun."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.labelers.lexicon import (
    ACTIONS,
    ADVERBS,
    ATTRIBUTES,
    BE,
    DEFINITE,
    EXACT,
    ING_NOUNS,
    MANY,
    OF_NUMBERS,
    ONE,
    PLURAL_ONLY,
    RELATIONAL,
    STOP,
)
from plugins.labelers.readings import Attribute, Count, Noun, Token
from plugins.labelers.words import (
    NO_CONTENT,
    dictionary,
    is_adjective,
    is_base_verb,
    is_noun,
    is_plural,
    lemma_of,
    number_of,
)

WORN = "clothes"
"""The lemma of clothes that are named by their colour only."""

_POSSESSIVE = ("'s", "\u2019s")


class Phrase:
    """A noun phrase that begins at a token: determiners and numbers, attributes, the noun."""

    def __init__(self, tokens: Sequence[Token], start: int) -> None:
        self._tokens = tokens
        self._start = start
        self._marks: list[Count] = []
        self._definite = False
        self._verb: int | None = None
        self._first = self._determiners(start)
        self._head = None if self._is_action() else self._find_head(self._first)
        self.end = max(self._first, self._head or 0, self._verb or 0) + 1

    def noun(self) -> Noun | None:
        """Return the thing, None where no phrase begins."""
        if self._head is None:
            return None
        head = self._tokens[self._head]
        before = self._tokens[self._first : self._head]
        attributes = [a for a in map(_attribute, before) if a is not None]
        if (predicate := self._predicate()) is not None:
            attributes.append(predicate)
        lemma = lemma_of(head.text)
        if self._names_clothes(head.text):
            lemma, before = WORN, [*before, head]
            attributes = [a for a in map(_attribute, before) if a is not None]
        begin = self._tokens[min(self._start, self._head)].start
        counting = self._tokens[self._start : self._first]
        return Noun(
            lemma=lemma,
            start=begin,
            head_start=head.start,
            end=head.end,
            count=self._count(head.text),
            counting_words=tuple(lemma_of(token.text) for token in counting),
            attributes=tuple(attributes),
        )

    def _names_clothes(self, word: str) -> bool:
        """Read "a man in white": clothes of that colour, without a noun."""
        before = self._word(self._start - 1)
        return before in ("in", "wearing") and ATTRIBUTES.get(word, ("",))[0] == "colour"

    def _word(self, position: int) -> str:
        return self._tokens[position].text if 0 <= position < len(self._tokens) else ""

    def _determiners(self, position: int) -> int:
        """Read articles and numbers; return the position of the word behind them."""
        while True:
            word, behind = self._word(position), self._word(position + 1)
            step = 1
            if word in OF_NUMBERS and behind == "of":
                known = OF_NUMBERS[word]
                self._marks.append(Count(known or 2, known, "numeral" if known else "plural"))
                step = 2
            elif word in ("couple", "dozen") and self._marks and is_plural(behind):
                self._marks.append(Count(OF_NUMBERS[word] or 2, OF_NUMBERS[word], "numeral"))
            elif (number := number_of(word)) is not None and self._counts(position):
                self._marks.append(Count(number, number, "numeral"))
            elif word in MANY:
                self._marks.append(Count(2, None, "plural"))
            elif word in ONE:
                self._marks.append(Count(1, 1, "article"))
            elif word in DEFINITE:
                self._definite = True
            elif not (word in EXACT and self._begins_number(position + 1)) and not (
                word == "of" and self._marks and behind in DEFINITE
            ):
                return position
            position += step

    def _begins_number(self, position: int) -> bool:
        word = self._word(position)
        return number_of(word) is not None or word in MANY or word in ONE

    def _counts(self, position: int) -> bool:
        """Tell a count from a name ("number 5", "#5", "5 :00") and from a pronoun ("one is")."""
        if self._word(position - 1) in ("number", "#", "no", "$", ".", ":", "-", "/"):
            return False
        behind = self._word(position + 1)
        return behind not in (":", "/", "%", "-") and (
            self._word(position) != "one" or behind not in STOP or behind == "of"
        )

    def _is_action(self) -> bool:
        """Say whether a verb stands where a phrase without any determiner would begin."""
        if self._marks or self._definite:
            return False
        word = self._word(self._first)
        verbs = dictionary(word).get("VERB", ()) if word else ()
        if not verbs or word in ATTRIBUTES or word in ING_NOUNS:
            return False
        return verbs[0] in ACTIONS or word.endswith("ing")

    def _find_head(self, position: int) -> int | None:
        """Return the position of the noun of a run of adjectives and nouns."""
        head: int | None = None
        many = any(mark.low > 1 or mark.high == 0 for mark in self._marks)
        while word := self._word(position):
            noun, adjective = is_noun(word), is_adjective(word)
            # The dictionary has gaps ("log" as a verb only): behind a number it is a thing.
            noun = noun or bool(head is None and self._marks and is_base_verb(word))
            if word in _POSSESSIVE and head is not None:  # "the dog's legs": the legs
                head, many = None, False
            elif head is not None and self._is_verb(position, many):
                self._verb = position
                break
            elif head is not None and adjective and not self._continues(position):
                break
            elif noun:
                head = position
                if many and is_plural(word) and not adjective and not self._possessive(position):
                    break
            elif not adjective and not self._joins(position):
                break
            position += 1
        return head

    def _continues(self, position: int) -> bool:
        """Say whether an adjective goes on after a noun: "a gray old dog", "a brick red wall"."""
        word, before, behind = (self._word(position + step) for step in (0, -1, 1))
        thing = ATTRIBUTES.get(word, ("",))[0] in ("material", "shade", "shape") and is_noun(word)
        return thing or is_adjective(before) or is_noun(behind)  # thing: "a traffic light"

    def _possessive(self, position: int) -> bool:
        return self._word(position + 1) in _POSSESSIVE

    def _is_verb(self, position: int, many: bool) -> bool:
        """Say whether a word behind a noun is what the thing does."""
        word, before = self._word(position), self._word(position - 1)
        kinds = dictionary(word)
        if "VERB" not in kinds or word in NO_CONTENT:
            return False
        if word.endswith(("ing", "ed")) and word not in ING_NOUNS:
            return True
        if not is_noun(word) and "ADJ" not in kinds:
            return True
        if word in kinds["VERB"] and (is_plural(before) or before in PLURAL_ONLY):
            return True
        if kinds["VERB"][0] in ACTIONS and not is_adjective(before):
            return True
        if self._word(position + 1) in ONE | DEFINITE:  # "the dogs hunt a wolf"
            return True
        single = any(mark.low == mark.high == 1 for mark in self._marks)
        return single and not many and is_plural(word)

    def _joins(self, position: int) -> bool:
        """Say whether a word leads on to an adjective: "red and white", "newly married"."""
        word, behind = self._word(position), self._word(position + 1)
        if word in ("and", ","):
            return self._word(position - 1) in ATTRIBUTES and behind in ATTRIBUTES
        adverb = word in ADVERBS or (word.endswith("ly") and "ADV" in dictionary(word))
        return adverb and is_adjective(behind)

    def _predicate(self) -> Attribute | None:
        """Read "the dog is black" and "doors that are open"; what a thing does is no attribute."""
        assert self._head is not None
        position = self._head + 1
        if self._word(position) in ("that", "which", "who"):
            position += 1
        if self._word(position) not in BE:
            return None
        position += 1
        while self._word(position) in ADVERBS:
            position += 1
        word, behind = self._word(position), self._word(position + 1)
        if not word or is_noun(behind) or ("VERB" in dictionary(word) and word not in ATTRIBUTES):
            return None
        return _attribute(self._tokens[position])

    def _count(self, word: str) -> Count:
        strongest = [mark for mark in self._marks if mark.grade == "numeral"]
        plural = is_plural(word)
        if strongest:
            return strongest[-1]
        if any(mark.grade == "plural" for mark in self._marks) or plural:
            return Count(2, None, "plural")
        if word in PLURAL_ONLY:
            return Count(1, None, "unknown")
        if self._marks:
            return self._marks[-1]
        return Count(1, 1, "bare") if self._definite else Count(1, None, "unknown")


def _attribute(token: Token) -> Attribute | None:
    word = token.text
    known = ATTRIBUTES.get(word)
    if known is not None:
        return Attribute(*known, lemma_of(word), token.start, token.end)
    if (
        word not in RELATIONAL
        and is_adjective(word)
        and (not is_noun(word) or "ADJ" in dictionary(word))
    ):
        return Attribute("quality", word, lemma_of(word), token.start, token.end)
    return None
