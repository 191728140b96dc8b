"""The identity of a model: equal fingerprints give equal vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

VERSION = "m1"
"""Prefix of every fingerprint; a new one when the way of hashing changes."""


def fingerprint(state: Mapping[str, Tensor], settings: Mapping[str, object]) -> str:
    """Hash a state dictionary (name, type, shape and bytes, by name) and what else matters.

    `settings` holds the configuration, preprocessing, precision and tokenizer, without any path
    of this machine: a model that is copied elsewhere stays the same model.
    """
    import torch

    digest = hashlib.sha256()
    digest.update(json.dumps(settings, sort_keys=True, default=list).encode())
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous()
        head = f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0"
        digest.update(head.encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return f"{VERSION}:{digest.hexdigest()}"
