"""BLIP's three losses, and the choice of hard negatives.

ITC, ITM and LM as in BLIP (https://arxiv.org/abs/2201.12086, section 3.2); negatives for ITM
are drawn by ITC score as in ALBEF (https://arxiv.org/abs/2107.07651, section 3.3).
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from sample_data.world.claims import holds
from sample_data.world.files import Truth

from .alterations import word_loss
from .blip_tokenizer import DEC_ID, ENC_ID, PAD_ID


def true_pairs(truths: list[Truth], chosen: list[int]) -> Tensor:
    """Tell which captions are true of which images of the same family: (n, n) booleans.

    ``chosen`` is the caption taken of each image; rows are captions, columns images. Only
    siblings are checked: hardly any caption fits an image of another family of the batch.
    """
    number = len(truths)
    fits = torch.eye(number, dtype=torch.bool)
    for row, (truth, caption) in enumerate(zip(truths, chosen, strict=True)):
        for column, other in enumerate(truths):
            if column != row and other.family == truth.family:
                fits[row, column] = holds(truth.claims[caption], other.scene)
    return fits


def contrastive_loss(
    scores: Tensor, fits: Tensor, taught: Tensor | None = None, trust: float = 0.4
) -> Tensor:
    """ITC over scaled scores (n, n) in both directions; other true pairs are no negatives.

    With ``taught``, a teacher's scaled scores, targets are the pairs and, to the share of
    ``trust``, the teacher's distributions (ALBEF's equation 6).
    """
    is_hidden = fits & ~torch.eye(len(scores), dtype=torch.bool)
    losses = []
    for turn in (lambda matrix: matrix, torch.t):
        targets = torch.eye(len(scores))
        if taught is not None:
            soft = turn(taught.masked_fill(is_hidden, -torch.inf)).softmax(dim=1)
            targets = (1 - trust) * targets + trust * soft
        # A hidden pair's target is 0; a finite score keeps 0 times infinity out of the sum.
        logits = turn(scores.masked_fill(is_hidden, -1e4))
        losses.append(functional.cross_entropy(logits, targets))
    return (losses[0] + losses[1]) / 2


def hard_negatives(scores: Tensor, fits: Tensor) -> Tensor:
    """Draw for each row a column that does not fit it, by softmax of the scaled scores: (n,)."""
    weights = scores.masked_fill(fits, -torch.inf).softmax(dim=1)
    return torch.multinomial(weights, 1).squeeze(1)


def matching_logits(model: Any, images: Tensor, texts: Tensor) -> Tensor:
    """ITM logits (n, 2) of image tokens (n, 1 + patches, width) and texts (n, length)."""
    return model.itm_head(matching_states(model, images, texts)[-1][:, 0])


def matching_states(model: Any, images: Tensor, texts: Tensor) -> tuple[Tensor, ...]:
    """Encode texts (n, length) that look at image tokens: per layer (n, length, width).

    The first token becomes ``[ENC]``, which BLIP does and transformers' ``forward`` does not.
    """
    texts = texts.clone()
    texts[:, 0] = ENC_ID
    encoded = model.text_encoder(
        input_ids=texts,
        attention_mask=texts != PAD_ID,
        encoder_hidden_states=images,
        output_hidden_states=True,
    )
    states: tuple[Tensor, ...] = encoded.hidden_states
    return states


def matching_pairs(
    scores: Tensor, fits: Tensor, changed: Tensor, number: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Choose the pairs for ITM: numbers of images, numbers of texts, and whether they match.

    For ``number`` of the n captions: the true pair, a wrong image for the caption, a wrong
    caption for the image, and the altered caption; texts n to 2n - 1 are the altered ones, and
    ``changed`` (n,) says whether anything was altered. ``scores`` and ``fits`` are (n, n), a row
    per caption.
    """
    own = torch.randperm(len(scores))[:number]
    other_image, other_text = hard_negatives(scores, fits), hard_negatives(scores.T, fits.T)
    images = torch.cat([own, other_image[own], own, own])
    texts = torch.cat([own, own, other_text[own], own + len(scores)])
    is_wrong = torch.ones(number, dtype=torch.bool)
    matches = ~torch.cat([~is_wrong, is_wrong, is_wrong, changed[own]])
    return images, texts, matches


def matching_loss(
    model: Any, images: Tensor, texts: Tensor, matches: Tensor, changed: Tensor
) -> dict[str, Tensor]:
    """ITM over pairs of image tokens and texts, and over the words of the altered texts.

    ``matches`` (pairs,) labels the pairs; ``changed`` (pairs, length) the words that are wrong,
    which the same head is to find. Only pairs that match, or have such words, teach words.
    """
    *_, middle, last = matching_states(model, images, texts)
    logits = model.itm_head(last[:, 0]).float()
    teaches = matches | changed.any(dim=1)
    # One layer before the last, so that [ENC] can still gather from the words what they found.
    words = model.itm_head(middle[teaches]).float()
    return {
        "itm": functional.cross_entropy(logits, matches.long()),
        "words": word_loss(words, texts[teaches], changed[teaches]),
        "itm_right": ((logits[:, 1] > logits[:, 0]) == matches).float().mean(),
    }


def caption_loss(captioner: Any, images: Tensor, texts: Tensor) -> Tensor:
    """LM: predict each next word of captions (n, length) from image tokens and earlier words."""
    texts = texts.clone()
    texts[:, 0] = DEC_ID
    return captioner.text_decoder(
        input_ids=texts,
        attention_mask=texts != PAD_ID,
        encoder_hidden_states=images,
        labels=texts.masked_fill(texts == PAD_ID, -100),
    ).loss
