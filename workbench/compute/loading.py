"""Loading a model as a job's parameters want it."""

from __future__ import annotations

from typing import cast

from plugins import registry
from plugins.api import Decoder, DecoderChoice, Model, PrecomputedVectors
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError


def load_model(context: JobContext, spec: str, device: str) -> Model:
    """Load a model; `params["decoder"]` chooses what decodes its images, PIL unless named."""
    context.progress("loading the model", 0, 0)
    model = registry.load_model(spec, device)
    choose_decoder(model, str(context.params.get("decoder") or "pil"))
    return model


def choose_decoder(model: Model, decoder: str) -> None:
    """Have a model's images decoded by "pil" or "torchvision"; JobError if it has no choice."""
    if decoder == "pil" or isinstance(model, PrecomputedVectors):
        return
    if not isinstance(model, DecoderChoice):
        raise JobError(
            f"{model.card.spec} has no choice of a decoder: leave out --decoder {decoder}."
        )
    model.use_decoder(cast(Decoder, decoder))
