"""Batches for training on the drawn world: alike images together, and a little shaken."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def batches(families: list[int], size: int, generator: np.random.Generator) -> list[list[int]]:
    """Shuffle whole families into batches: alike images are the negatives that teach most."""
    members: dict[int, list[int]] = {}
    for image, family in enumerate(families):
        members.setdefault(family, []).append(image)
    order = [image for family in generator.permutation(list(members)) for image in members[family]]
    return [order[start : start + size] for start in range(0, len(order) - size + 1, size)]


def jittered(*stacks: Tensor) -> list[Tensor]:
    """Shift and scale a little; mirror nothing, since left and right matter, as do colours.

    Stacks (n, channels, height, width) of one call move alike: images, and maps of the same.
    """
    number = len(stacks[0])
    scale = 1 + (torch.rand(number, 1, 1) - 0.5) * 0.2
    shift = (torch.rand(number, 2, 1) - 0.5) * 0.16
    affine = torch.cat([torch.eye(2).expand(number, 2, 2) * scale, shift], dim=2)
    moved = []
    for stack in stacks:
        grid = functional.affine_grid(affine, list(stack.shape), align_corners=False)
        moved.append(
            functional.grid_sample(stack, grid, padding_mode="border", align_corners=False)
        )
    return moved
