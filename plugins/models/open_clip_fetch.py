"""Downloads weights with open_clip; the one place of this plugin that uses the network."""

from __future__ import annotations

from plugins.api import PluginError, SpecError
from plugins.models.open_clip_spec import OpenClipSpec, TagSpec


def fetch(spec: OpenClipSpec, weights: str) -> None:
    """Bring a tag's weights and its tokenizer into open_clip's cache.

    Raises SpecError for what is no tag, and PluginError when the download fails.
    """
    if not isinstance(spec, TagSpec):
        raise SpecError(
            f"open_clip:{weights} is on this machine or nowhere: only tags are fetched."
        )
    from open_clip import get_tokenizer
    from open_clip.pretrained import download_pretrained

    try:
        download_pretrained(dict(spec.entry), prefer_hf_hub=True)
        get_tokenizer(spec.architecture)
    # The hub's, requests' and open_clip's own errors are all OSError, RuntimeError or ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise PluginError(
            f"The weights of open_clip:{weights} could not be fetched: {reason}"
        ) from error
