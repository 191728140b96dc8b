"""The small CLIP as a teacher of BLIP's towers.

A transformer for images learns slowly from few of them, a convolutional network does not. So
every patch learns to say what the network sees at its place (FitNets, Romero et al. 2015,
https://arxiv.org/abs/1412.6550), and ITC learns from the network's similarities as well as from
the pairs (as ALBEF does from its momentum model, https://arxiv.org/abs/2107.07651, section 3.4).
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

STAGES = ("layer2", "layer3")
CHANNELS = 128 + 256
"""Of the two maps that are taught."""


class Lessons:
    """What a trained CLIP makes of all images and captions of a split, looked at once."""

    def __init__(self, folder: Path, images: Tensor, captions: list[str], side: int) -> None:
        """Look at scaled images (n, 3, height, width); maps are made ``side`` patches wide."""
        import open_clip

        name = f"local-dir:{folder}"
        model, _, _ = open_clip.create_model_and_transforms(name)
        model = model.eval().to(memory_format=torch.channels_last)
        kept: dict[str, Tensor] = {}
        for stage in STAGES:
            getattr(model.visual, stage).register_forward_hook(_keeper(kept, stage))
        maps, vectors, texts = [], [], []
        with torch.no_grad():
            for part in images.split(100):
                part = part.contiguous(memory_format=torch.channels_last)
                vectors.append(model.encode_image(part, normalize=True))
                maps.append(torch.cat([_fitted(kept[stage], side) for stage in STAGES], 1).half())
            for words in open_clip.get_tokenizer(name)(captions).split(500):
                texts.append(model.encode_text(words, normalize=True))
        self.maps = torch.cat(maps)
        """What the network sees where: (n, CHANNELS, side, side), standardised."""
        self.images, self.texts = torch.cat(vectors), torch.cat(texts)
        self.scale = float(model.logit_scale.detach().exp())

    def similarities(self, captions: Tensor, images: Tensor) -> Tensor:
        """Return scaled scores (n, m) of captions and images, both by their numbers."""
        return self.scale * self.texts[captions] @ self.images[images].T


def _keeper(kept: dict[str, Tensor], stage: str) -> Any:
    def keep(_module: Any, _inputs: Any, output: Tensor) -> None:
        kept[stage] = output

    return keep


def _fitted(stage: Tensor, side: int) -> Tensor:
    """Resize a map (n, channels, h, w), and standardise the channels of each place."""
    resized = functional.interpolate(stage.float(), (side, side), mode="bilinear")
    mean, std = resized.mean(1, keepdim=True), resized.std(1, keepdim=True)
    return (resized - mean) / (std + 1e-3)


class Imitation(nn.Module):
    """Say for each patch what the teacher sees there."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, CHANNELS)

    def forward(self, tokens: Tensor, maps: Tensor) -> Tensor:
        """Return the mean squared error of tokens (n, 1 + side², width) for maps.

        The class token has no place and imitates nothing.
        """
        return functional.mse_loss(
            self.linear(tokens[:, 1:]).float(), maps.flatten(2).transpose(1, 2)
        )
