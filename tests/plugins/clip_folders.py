"""Tiny models of open_clip in its local-dir layout."""

import json
from pathlib import Path

WORDS = ["[PAD]", "[UNK]", "[SOS]", "[EOS]", "a", "dog", "cat", "runs", "red", "blue"]
CONTEXT = 8
SIZE = 32


def model_config(quick_gelu: bool) -> dict:
    config = {
        "embed_dim": 16,
        "vision_cfg": {
            **{"image_size": SIZE, "layers": 2, "width": 32, "head_width": 16},
            "patch_size": 16,
        },
        "text_cfg": {
            **{"context_length": CONTEXT, "vocab_size": len(WORDS), "width": 16, "heads": 2},
            **{"layers": 2, "hf_tokenizer_name": "anything", "pool_type": "eos"},
            "eos_id": WORDS.index("[EOS]"),
        },
    }
    return {**config, "quick_gelu": True} if quick_gelu else config


def build_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[SOS] $A [EOS]",
        special_tokens=[(word, vocabulary[word]) for word in ("[SOS]", "[EOS]")],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        bos_token="[SOS]",
        eos_token="[EOS]",
    ).save_pretrained(folder)


def build_clip(folder: Path, *, quick_gelu: bool, seed: int = 0) -> Path:
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    build_tokenizer(folder)
    preprocessing = {"mean": [0.5] * 3, "std": [0.25] * 3, "interpolation": "bilinear"}
    config = {"model_cfg": model_config(quick_gelu), "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(seed)
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    return folder
