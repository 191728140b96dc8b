"""BLIP as a captioner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from plugins.api import CaptionOptions, PluginError
from plugins.models.blip_model import SeesImages
from plugins.models.transformers_loading import quiet

if TYPE_CHECKING:
    from plugins.api import Float32


class BlipCaptioner(SeesImages):
    """Writes captions by beam search or nucleus sampling."""

    def generate_captions(self, batch: Float32, options: CaptionOptions) -> list[str]:
        """Describe prepared images (n, 3, height, width), one caption each, without the prompt.

        Lengths are in new tokens, of which the end is one: neither the start token nor the prompt
        count (in salesforce/BLIP they do). Sampling is from the nucleus alone (no top 50), without
        a repetition penalty. Raises PluginError for options that cannot be.
        """
        import torch

        start = self._start(options)
        if not len(batch):
            return []
        with torch.inference_mode(), quiet(), _seeded(options.seed, self._parts.device):
            states = self._states(batch)
            ids = torch.tensor([start] * len(states), device=self._parts.device)
            written = self._parts.captioning.text_decoder.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                encoder_hidden_states=states,
                generation_config=self._generation(options),
            )
        texts: list[str] = self._parts.tokenizer.batch_decode(
            written[:, len(start) :], skip_special_tokens=True
        )
        return [text.strip() for text in texts]

    def _start(self, options: CaptionOptions) -> list[int]:
        """Return the start token and the prompt, cleaned like any caption, without its end."""
        _check(options)
        config = self._parts.captioning.config.text_config
        prompt = self._parts.captions.rows([options.prompt])[0][1:-1]
        room = int(config.max_position_embeddings) - 1 - len(prompt)
        if options.max_length > room:
            raise PluginError(
                f"{self.card.spec} writes at most {room} tokens"
                f"{' behind this prompt' if prompt else ''}; {options.max_length} were asked for."
            )
        return [int(config.bos_token_id), *prompt]

    def _generation(self, options: CaptionOptions) -> Any:
        from transformers import GenerationConfig

        config = self._parts.captioning.config.text_config
        way = (
            {"num_beams": options.beams, "do_sample": False}
            if options.method == "beam"
            else {"num_beams": 1, "do_sample": True, "top_p": options.top_p, "top_k": 0}
        )
        return GenerationConfig(
            **way,
            min_new_tokens=options.min_length,
            max_new_tokens=options.max_length,
            bos_token_id=config.bos_token_id,
            eos_token_id=config.sep_token_id,
            pad_token_id=config.pad_token_id,
        )


def _check(options: CaptionOptions) -> None:
    if options.method not in ("beam", "nucleus"):
        raise PluginError(f"There is no method {options.method!r}; there is: beam, nucleus.")
    if options.beams < 1:
        raise PluginError(f"The number of beams is {options.beams}; at least 1 is needed.")
    if not 0 < options.top_p <= 1:
        raise PluginError(f"top_p is {options.top_p:g}; it lies above 0 and at most at 1.")
    if not 0 <= options.min_length <= options.max_length or options.max_length < 1:
        raise PluginError(
            f"Captions of {options.min_length} to {options.max_length} tokens cannot be."
        )


@contextmanager
def _seeded(seed: int, device: Any) -> Iterator[None]:
    """Draw from a generator of one's own, and leave the caller's as it was."""
    import torch

    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
