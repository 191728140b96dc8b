"""The tally of a scene: how often each fact is there, as targets for the image tower.

BLIP starts from an image tower that was trained on labelled images (ImageNet). There is no such
thing for drawn scenes, but their truth is known. So a linear head reads from every patch how much
of each fact it sees, and what all patches see together must be the scene's count of it. That
makes patches local witnesses, which is what cross-attention later asks.
"""

from collections import Counter
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from sample_data.world.scene import Scene, entities

Fact = tuple[str, ...]


def facts(scene: Scene) -> Iterator[Fact]:
    """List the setting, and for every entity its kind and its kind with each of its traits."""
    for name in ("place", "sky", "mood"):
        yield (name, getattr(scene, name))
    for entity in entities(scene):
        yield (entity.kind,)
        for name, value in entity.traits:
            yield (entity.kind, name, value)
            if name == "item":
                yield (entity.kind, dict(entity.traits)["holds"], value)


def tallies(scenes: list[Scene], rarest: int = 20) -> Tensor:
    """Count the facts of scenes: (n_scenes, n_facts), without those in fewer than ``rarest``."""
    counted = [Counter(facts(scene)) for scene in scenes]
    spread = Counter(fact for counts in counted for fact in counts)
    kept = sorted(fact for fact, number in spread.items() if number >= rarest)
    return torch.tensor([[counts[fact] for fact in kept] for counts in counted]).float()


class TallyHead(nn.Module):
    """Read counts from patches: (batch, 1 + patches, width) to (batch, n_facts)."""

    def __init__(self, width: int, number: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, number)
        nn.init.constant_(self.linear.bias, -4.0)

    def forward(self, tokens: Tensor) -> Tensor:
        """Sum what each patch sees; the first token is the class token and no witness."""
        return functional.softplus(self.linear(tokens[:, 1:]).float()).sum(dim=1)


def tally_loss(predicted: Tensor, counts: Tensor) -> Tensor:
    """Poisson's negative log-likelihood, summed over facts and averaged over scenes."""
    loss = functional.poisson_nll_loss(predicted, counts, log_input=False, reduction="none")
    return loss.sum(dim=1).mean()
