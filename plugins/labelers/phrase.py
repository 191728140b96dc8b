"""A noun phrase: how many, what it is like, and its noun."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.labelers.language import Language, Word
from plugins.labelers.readings import Attribute, Count, Noun, Tag, Token

WORN = "clothes"
"""The lemma of clothes that are named by their colour only."""

_POSSESSIVE = ("'s", "\u2019s")
_JOINTS = (".", ":", "-", "/")
_THING_KINDS = ("material", "shade", "shape")


class Phrase:
    """A noun phrase that begins at a token: determiners and numbers, attributes, the noun."""

    def __init__(self, language: Language, tokens: Sequence[Token], start: int) -> None:
        self._language = language
        self._tokens = tokens
        self._start = start
        self._nothing = language.word("")
        self._marks: list[Count] = []
        self._definite = False
        self._verb: int | None = None
        self._predicate: int | None = None
        self._first = self._determiners(start)
        self._head = None if self._is_action() else self._find_head(self._first)
        self.end = max(self._first, self._head or 0, self._verb or 0) + 1

    def noun(self) -> Noun | None:
        """Return the thing, None where no phrase begins."""
        if self._head is None:
            return None
        head = self._tokens[self._head]
        before = self._tokens[self._first : self._head]
        self._predicate = self._find_predicate()
        lemma = head.word.lemma
        if self._names_clothes(head.word):
            lemma, before = WORN, [*before, head]
        attributes = [a for a in map(_attribute, before) if a is not None]
        if self._predicate is not None and lemma != WORN:
            said = _attribute(self._tokens[self._predicate])
            attributes += [said] if said is not None else []
        return Noun(
            lemma=lemma,
            start=self._tokens[min(self._start, self._head)].start,
            head_start=head.start,
            end=head.end,
            count=self._count(head.word),
            counting_words=tuple(t.word.lemma for t in self._tokens[self._start : self._first]),
            attributes=tuple(attributes),
            position=self._head,
        )

    def tags(self) -> dict[int, Tag]:
        """Return what the words of the phrase do, by position."""
        found: dict[int, Tag] = {}
        for position in range(self._start, self._first):
            word = self._tokens[position].word
            counts = word.number is not None or word.roles & {"many", "counting_nouns", "exact"}
            found[position] = "number" if counts else "empty"
        if self._head is None:
            return found
        for position in range(self._first, self._head + 1):
            token = self._tokens[position]
            if position == self._head:
                clothes = self._names_clothes(token.word)
                found[position] = "attribute" if clothes else "noun"
            elif _attribute(token) is not None or token.word.adverb:
                found[position] = "attribute"
            elif token.word.noun:
                found[position] = "part"
            elif token.word.adjective:
                found[position] = "attribute"
        if self._verb is not None:
            found[self._verb] = "verb"
        if self._predicate is not None:
            found[self._predicate] = "attribute"
        return found

    def _names_clothes(self, word: Word) -> bool:
        """Read "a man in white": clothes of that colour, without a noun."""
        wearing = self._word(self._start - 1).text in self._language.lists.get("wearing", ())
        return wearing and word.attribute is not None and word.attribute[0] == "colour"

    def _word(self, position: int) -> Word:
        inside = 0 <= position < len(self._tokens)
        return self._tokens[position].word if inside else self._nothing

    def _determiners(self, position: int) -> int:
        """Read articles and numbers; return the position of the word behind them."""
        counting = self._language.counting_nouns
        of = self._language.lists.get("of", frozenset())
        while True:
            word, behind = self._word(position), self._word(position + 1)
            step = 1
            if word.text in counting and (behind.text in of or (not of and behind.noun)):
                known = counting[word.text]
                self._marks.append(Count(known or 2, known, "numeral" if known else "plural"))
                step = 2 if of else 1
            elif word.text in counting and counting[word.text] and self._marks and behind.plural:
                known = counting[word.text]
                self._marks.append(Count(known or 2, known, "numeral"))
            elif word.number is not None and self._counts(position):
                self._marks.append(Count(word.number, word.number, "numeral"))
            elif "many" in word.roles:
                self._marks.append(Count(2, None, "plural"))
            elif "one" in word.roles:
                self._marks.append(Count(1, 1, "article"))
            elif "definite" in word.roles:
                self._definite = True
            elif not ("exact" in word.roles and self._begins_number(behind)) and not (
                word.text in of and self._marks and "definite" in behind.roles
            ):
                return position
            position += step

    def _begins_number(self, word: Word) -> bool:
        return word.number is not None or "many" in word.roles or "one" in word.roles

    def _counts(self, position: int) -> bool:
        """Tell a count from a name ("number 5", "#5", "5 :00") and from a pronoun ("one is")."""
        before = self._word(position - 1).text
        if before in ("number", "#", "no", "$") or (before in _JOINTS and self._touches(position)):
            return False
        behind = self._word(position + 1)
        return behind.text not in (":", "/", "%", "-") and (
            self._word(position).text != "one" or "stop" not in behind.roles or behind.text == "of"
        )

    def _touches(self, position: int) -> bool:
        """Say whether no space stands before a word: "5:00", "1/2"."""
        return self._tokens[position - 1].end == self._tokens[position].start

    def _is_action(self) -> bool:
        """Say whether a verb stands where a phrase without any determiner would begin."""
        if self._marks or self._definite:
            return False
        word = self._word(self._first)
        if not word.verb or word.attribute is not None or "ing_nouns" in word.roles:
            return False
        return word.action or word.text.endswith("ing") or not (word.noun or word.adjective)

    def _find_head(self, position: int) -> int | None:
        """Return the position of the noun of a run of adjectives and nouns."""
        head: int | None = None
        many = any(mark.low > 1 or mark.high == 0 for mark in self._marks)
        while (word := self._word(position)).text:
            # The dictionary has gaps ("log" as a verb only): behind a number it is a thing.
            noun = word.noun or bool(head is None and self._marks and word.only_verb)
            if word.text in _POSSESSIVE and head is not None:  # "the dog's legs": the legs
                head, many = None, False
            elif head is not None and self._is_verb(position, many):
                self._verb = position
                break
            elif head is not None and word.adjective and not self._continues(position):
                break
            elif noun:
                head = position
                if many and word.plural and not word.adjective and not self._possessive(position):
                    break
            elif not word.adjective and not self._joins(position):
                break
            position += 1
        return head

    def _continues(self, position: int) -> bool:
        """Say whether an adjective goes on after a noun: "a gray old dog", "a brick red wall"."""
        word = self._word(position)
        thing = word.attribute is not None and word.attribute[0] in _THING_KINDS and word.noun
        return thing or self._word(position - 1).adjective or self._word(position + 1).noun

    def _possessive(self, position: int) -> bool:
        return self._word(position + 1).text in _POSSESSIVE

    def _is_verb(self, position: int, many: bool) -> bool:
        """Say whether a word behind a noun is what the thing does."""
        word, before = self._word(position), self._word(position - 1)
        if not word.verb:
            return False
        if word.text.endswith(("ing", "ed")) and "ing_nouns" not in word.roles:
            return True
        if not word.noun and not word.listed_adjective:
            return True
        if word.base_verb and (before.plural or "plural_only" in before.roles):
            return True
        if word.action and not before.adjective:
            return True
        behind = self._word(position + 1)
        if "one" in behind.roles or "definite" in behind.roles:  # "the dogs hunt a wolf"
            return True
        single = any(mark.low == mark.high == 1 for mark in self._marks)
        return single and not many and word.plural

    def _joins(self, position: int) -> bool:
        """Say whether a word leads on to an adjective: "red and white", "newly married"."""
        word, before, behind = (self._word(position + step) for step in (0, -1, 1))
        if word.text == "," or "and" in word.roles:
            return before.attribute is not None and behind.attribute is not None
        return word.adverb and behind.adjective

    def _find_predicate(self) -> int | None:
        """Read "the dog is black" and "doors that are open"; what a thing does is no attribute."""
        assert self._head is not None
        position = self._head + 1
        if "relative" in self._word(position).roles:
            position += 1
        if "be" not in self._word(position).roles:
            return None
        position += 1
        while self._word(position).adverb:
            position += 1
        word, behind = self._word(position), self._word(position + 1)
        if not word.text or behind.noun or (word.verb and word.attribute is None):
            return None
        return position if _attribute(self._tokens[position]) is not None else None

    def _count(self, word: Word) -> Count:
        strongest = [mark for mark in self._marks if mark.grade == "numeral"]
        if strongest:
            return strongest[-1]
        if any(mark.grade == "plural" for mark in self._marks) or word.plural:
            return Count(2, None, "plural")
        if "plural_only" in word.roles:
            return Count(1, None, "unknown")
        if self._marks:
            return self._marks[-1]
        return Count(1, 1, "bare") if self._definite else Count(1, None, "unknown")


def _attribute(token: Token) -> Attribute | None:
    word = token.word
    if word.attribute is not None:
        return Attribute(*word.attribute, word.lemma, token.start, token.end)
    if (
        word.adjective
        and "relational" not in word.roles
        and (not word.noun or word.listed_adjective)
    ):
        return Attribute("quality", word.lemma, word.lemma, token.start, token.end)
    return None


def tagged(token: Token, tag: Tag) -> Token:
    """Return a token with what it does in its caption."""
    return Token(token.text, token.start, token.end, token.word, tag)
