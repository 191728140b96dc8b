"""Captions with a word changed or two swapped, so that they are false: the hardest negatives.

In-batch negatives teach little at first: most differ in everything, and which word it was that
was wrong nobody says. NegCLIP (Yuksekgonul et al. 2023, https://arxiv.org/abs/2210.01936) alters
captions instead. Here the truth is known besides, so an altered caption is false for certain, and
the word that makes it false is known.
"""

import numpy as np
import torch
from torch import Tensor

from sample_data.world import vocabulary, wording
from sample_data.world.claims import holds
from sample_data.world.reading import claims_of
from sample_data.world.scene import Scene

from .blip_tokenizer import ENC_ID, PAD_ID

PEOPLE = tuple({name.split()[-1] for kind in vocabulary.PEOPLE for name in wording.NAMES[kind]})
ALIKE: tuple[tuple[str, ...], ...] = (
    vocabulary.COLOURS,
    ("brown", "black", "white", "grey", "pink"),
    tuple(wording.NUMBERS[number] for number in range(2, 7)),
    PEOPLE,
    tuple(wording.plural(name) for name in PEOPLE),
    vocabulary.ANIMALS,
    tuple(wording.plural(kind) for kind in vocabulary.ANIMALS),
    vocabulary.THINGS,
    tuple(wording.plural(kind) for kind in vocabulary.THINGS),
    ("umbrella", "balloon", "bouquet", "ball"),
    ("umbrellas", "balloons", "bouquets", "balls"),
    ("standing", "running", "jumping"),
    ("striped", "dotted", "spotted", "plain"),
    ("small", "little", "big", "large"),
    ("left", "right"),
    tuple(word for words in wording.ADJECTIVES.values() for word in words),
)
"""Words that can stand for each other in a sentence."""

TRIES = 4
SWAPS = 0.3
"""Share of the tries in which two words of a caption change places, if there are such."""


class Alterer:
    """Change words of tokenized captions, given the vocabulary's numbers."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.words = {number: word for word, number in numbers.items()}
        known = [sorted(numbers[word] for word in set(group) if word in numbers) for group in ALIKE]
        self.others = {
            word: [other for group in known if word in group for other in group if other != word]
            for word in {word for group in known for word in group}
        }

    def altered(
        self, texts: Tensor, scenes: list[Scene], generator: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Change each text (n, length) so that it is false of its scene.

        Returns the texts and which words were changed (n, length); a text that could not be
        made false stays as it is.
        """
        changed = texts.clone()
        for row, scene in enumerate(scenes):
            ids = texts[row].tolist()
            for _ in range(TRIES):
                candidate = self._candidate(ids, generator)
                if candidate != ids and not holds(claims_of(self.text(candidate)), scene):
                    changed[row] = torch.tensor(candidate)
                    break
        return changed, changed != texts

    def _candidate(self, ids: list[int], generator: np.random.Generator) -> list[int]:
        """Swap two words that are alike, or replace one."""
        places = [place for place, word in enumerate(ids) if self.others.get(word)]
        pairs = [
            (one, other)
            for one in places
            for other in places
            if one < other and ids[other] in self.others[ids[one]]
        ]
        changed = list(ids)
        if pairs and generator.random() < SWAPS:
            one, other = pairs[int(generator.integers(len(pairs)))]
            changed[one], changed[other] = ids[other], ids[one]
        elif places:
            place = int(generator.choice(places))
            changed[place] = int(generator.choice(self.others[ids[place]]))
        return changed

    def text(self, ids: list[int]) -> str:
        """Return the words of a text, without special tokens."""
        return " ".join(self.words[word] for word in ids if word > ENC_ID and word != PAD_ID)


def word_loss(logits: Tensor, texts: Tensor, changed: Tensor) -> Tensor:
    """Tell changed words (label 0) from others (label 1), either sort weighing the same.

    ``logits`` is (n, length, 2); special tokens do not count.
    """
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), (~changed).long().flatten(), reduction="none"
    ).view(texts.shape)
    unchanged = (texts > ENC_ID) & ~changed
    parts = [losses[chosen].mean() for chosen in (changed, unchanged) if chosen.any()]
    return torch.stack(parts).mean()
