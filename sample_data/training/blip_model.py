"""The small BLIP: its configuration, its making with shared weights, and its saving.

BLIP (Li et al. 2022, https://arxiv.org/abs/2201.12086) is one image tower and three uses of one
text transformer: alone (``[CLS]``), looking at the image (``[ENC]``) and writing (``[DEC]``).
transformers has two classes for these; here both are built around the same modules.
"""

import json
from pathlib import Path
from typing import Any

from .blip_tokenizer import CLS_ID, CONTEXT_LENGTH, DEC_ID, PAD_ID, SEP_ID

IMAGE_SIZE = 96
WIDTH = 128
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]

ARCHITECTURES = ["BlipForImageTextRetrieval", "BlipForConditionalGeneration"]


def configuration(words: int) -> Any:
    """Return the ``BlipConfig`` for a vocabulary of so many words."""
    from transformers import BlipConfig

    config = BlipConfig(
        image_text_hidden_size=WIDTH,
        vision_config={
            "hidden_size": WIDTH,
            "intermediate_size": 4 * WIDTH,
            "num_hidden_layers": 6,
            "num_attention_heads": 4,
            "image_size": IMAGE_SIZE,
            "patch_size": 12,
            # transformers' default of 1e-10 is for towers that are loaded, not trained.
            "initializer_range": 0.02,
        },
        text_config={
            "vocab_size": words,
            "hidden_size": WIDTH,
            "intermediate_size": 4 * WIDTH,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "max_position_embeddings": CONTEXT_LENGTH,
            "pad_token_id": PAD_ID,
            "bos_token_id": DEC_ID,
            "eos_token_id": SEP_ID,
            "sep_token_id": SEP_ID,
            "cls_token_id": CLS_ID,
        },
    )
    config.architectures = ARCHITECTURES
    # The weights are stored as float16, and without this transformers would compute in it too.
    config.dtype = "float32"
    return config


def built(config: Any) -> tuple[Any, Any]:
    """Return the retrieval and the captioning model, with every weight shared that BLIP shares.

    That is the image tower, and all of the text transformer but its self-attention, which sees
    both ways in the encoder and only back in the decoder (section 3.2 of the paper).
    """
    from transformers import BlipForConditionalGeneration, BlipForImageTextRetrieval

    retrieval = BlipForImageTextRetrieval(config)
    captioner = BlipForConditionalGeneration(config)
    captioner.vision_model = retrieval.vision_model
    encoder, decoder = retrieval.text_encoder, captioner.text_decoder.bert
    decoder.embeddings = encoder.embeddings
    for mine, theirs in zip(decoder.encoder.layer, encoder.encoder.layer, strict=True):
        mine.crossattention = theirs.crossattention
        mine.intermediate, mine.output = theirs.intermediate, theirs.output
    head = captioner.text_decoder.cls.predictions
    head.decoder.weight, head.decoder.bias = encoder.embeddings.word_embeddings.weight, head.bias
    return retrieval, captioner


def write_model(retrieval: Any, captioner: Any, folder: Path) -> None:
    """Write one ``model.safetensors`` that holds what either class looks for, as float16."""
    import torch
    from safetensors.torch import save_file

    weights = {
        name: value.to(torch.float16, copy=True).contiguous()
        for name, value in (captioner.state_dict() | retrieval.state_dict()).items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def write_configuration(config: Any, folder: Path) -> None:
    """Write ``config.json`` and ``preprocessor_config.json``."""
    config.save_pretrained(folder)
    record = {
        "image_processor_type": "BlipImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": IMAGE_SIZE, "width": IMAGE_SIZE},
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": MEAN,
        "image_std": STD,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
