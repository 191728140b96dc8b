"""The trained BLIP at work: scores by ITC, their re-ranking by ITM, and captions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .blip_tokenizer import CONTEXT_LENGTH, PAD_ID
from .objectives import matching_logits
from .retrieval import Floats, Ints, Ranking, ranked

K_TEST = 32
"""Items of a ranking that ITM looks at; BLIP takes 256 of Flickr30K's 1,000 images."""

Matcher = Callable[[Ints, Ints], Floats]
"""ITM logits of the pairs of these image and text numbers."""


@dataclass(frozen=True, slots=True)
class Blip:
    """Everything that a model folder holds, loaded with plain transformers."""

    retrieval: Any
    captioner: Any
    tokenizer: Any
    processor: Any

    def pixels(self, paths: list[Path]) -> Tensor:
        """Load and prepare images: (n, 3, size, size)."""
        from PIL import Image

        # RGB first: Pillow resizes a palette by dropping pixels.
        pictures = [Image.open(path).convert("RGB") for path in paths]
        return self.processor(pictures, return_tensors="pt")["pixel_values"]

    def texts(self, captions: list[str]) -> Tensor:
        """Number the words of captions: (n, length)."""
        return self.tokenizer(captions, padding=True, return_tensors="pt").input_ids

    def captions(self, pixels: Tensor, beams: int = 3, batch: int = 50) -> list[str]:
        """Write a caption for each image, without a prompt."""
        written: list[str] = []
        for part in pixels.split(batch):
            # transformers would stop after 20 tokens, in the middle of a long sentence.
            found = self.captioner.generate(
                pixel_values=part, num_beams=beams, max_length=CONTEXT_LENGTH
            )
            written += self.tokenizer.batch_decode(found, skip_special_tokens=True)
        return written


def loaded(folder: Path) -> Blip:
    """Load both models of a folder in single precision, whatever it stores."""
    from transformers import (
        AutoImageProcessor,
        AutoTokenizer,
        BlipForConditionalGeneration,
        BlipForImageTextRetrieval,
    )

    retrieval, captioner = (
        cls.from_pretrained(folder, dtype=torch.float32).eval()
        for cls in (BlipForImageTextRetrieval, BlipForConditionalGeneration)
    )
    return Blip(
        retrieval,
        captioner,
        AutoTokenizer.from_pretrained(folder),
        AutoImageProcessor.from_pretrained(folder),
    )


def encoded(model: Any, pixels: Tensor, texts: Tensor) -> tuple[Tensor, Floats]:
    """Return image tokens (n_images, 1 + patches, width) and cosines (n_texts, n_images)."""
    tokens, image_vectors, text_vectors = [], [], []
    with torch.inference_mode():
        for part in pixels.split(100):
            tokens.append(model.vision_model(pixel_values=part).last_hidden_state)
            image_vectors.append(model.vision_proj(tokens[-1][:, 0]))
        for part in texts.split(250):
            states = model.text_encoder(input_ids=part, attention_mask=part != PAD_ID)
            text_vectors.append(model.text_proj(states.last_hidden_state[:, 0]))
        images, words = (
            torch.nn.functional.normalize(torch.cat(vectors).float(), dim=1)
            for vectors in (image_vectors, text_vectors)
        )
    return torch.cat(tokens), (words @ images.T).numpy()


def matcher(model: Any, tokens: Tensor, texts: Tensor, batch: int = 256) -> Matcher:
    """Return ITM's "match" logit for pairs of an image number and a text number."""

    def match(images: Ints, captions: Ints) -> Floats:
        found = []
        with torch.inference_mode():
            for start in range(0, len(images), batch):
                one, other = images[start : start + batch], captions[start : start + batch]
                words = texts[torch.from_numpy(other)]
                words = words[:, : int((words != PAD_ID).sum(dim=1).max())]
                logits = matching_logits(model, tokens[torch.from_numpy(one)], words)
                found.append(logits[:, 1].float().numpy())
        return np.concatenate(found)

    return match


def reranked(scores: Floats, match: Callable[[Ints, Ints], Floats], k: int = K_TEST) -> Floats:
    """Put the best ``k`` items of each row in the order of ITC + ITM, the others behind them.

    ``scores`` (n_queries, n_items) are cosines; ``match`` gives the ITM logits of (row, column)
    pairs. This is BLIP's ``score_matrix`` with the rest kept in ITC's order.
    """
    k = min(k, scores.shape[1])
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    rows = np.repeat(np.arange(len(scores)), k)
    columns = best.ravel()
    result = scores - np.float32(1e4)
    result[rows, columns] = scores[rows, columns] + match(rows, columns)
    return result


def both_rankings(
    scores: Floats, owners: Ints, match: Matcher | None = None, k: int = K_TEST
) -> dict[str, Ranking]:
    """Rank captions' and images' queries by ITC, or with ``match`` by ITC and ITM."""
    own: NDArray[np.bool_] = owners[:, None] == np.arange(scores.shape[1])[None, :]
    t2i, i2t = scores, np.ascontiguousarray(scores.T)
    if match is not None:
        t2i = reranked(t2i, lambda texts, images: match(images, texts), k)
        i2t = reranked(i2t, match, k)
    return {"t2i": ranked(t2i, own), "i2t": ranked(i2t, own.T)}
