"""Tiny models of transformers, saved as transformers saves them."""

import json
from pathlib import Path

SIZE = 32
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "dog", "cat", "runs", "red", "blue", "the"]
CONTEXT = 12
BLIP_SPECIAL = ["[DEC]", "[ENC]"]
TOWER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
VISION = {**TOWER, "num_attention_heads": 4, "image_size": SIZE, "patch_size": 8}
TEXT = {**TOWER, "num_attention_heads": 4, "max_position_embeddings": CONTEXT, "pad_token_id": 0}
RETRIEVAL, CAPTIONING = "BlipForImageTextRetrieval", "BlipForConditionalGeneration"


def build_tokenizer(folder: Path, words: list[str], **special: object) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(word, numbers[word]) for word in ("[CLS]", "[SEP]")],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        **special,
    ).save_pretrained(folder)


def write_image_settings(folder: Path, **changed: object) -> None:
    settings = {
        "do_resize": True,
        "size": {"height": SIZE, "width": SIZE},
        "resample": 3,
        "rescale_factor": 1 / 255,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        **changed,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))


def scrambled(model):
    """Give every parameter a value that matters: fresh models have zeros and ones in places."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model.eval()


def build_blip(
    folder: Path, architectures: tuple[str, ...], *, seed: int = 0, tells_special: bool = True
) -> Path:
    """Save a BLIP; without `tells_special` its tokenizer lacks [DEC] and [ENC] as on the hub."""
    import torch
    import transformers
    from safetensors.torch import save_file

    folder.mkdir(parents=True)
    known = {"bos_token": "[DEC]", "extra_special_tokens": ["[ENC]"]} if tells_special else {}
    build_tokenizer(folder, [*WORDS, *(BLIP_SPECIAL if tells_special else ())], **known)
    write_image_settings(folder)
    numbers = {"bos_token_id": len(WORDS), "sep_token_id": 3, "eos_token_id": 3}
    config = transformers.BlipConfig(
        vision_config={**VISION, "initializer_range": 0.02},
        text_config={**TEXT, **numbers, "vocab_size": len(WORDS) + 2},
        image_text_hidden_size=16,
    )
    config.architectures = list(architectures)
    config.save_pretrained(folder)
    torch.manual_seed(seed)
    state = {}
    for name in architectures:
        state = {**scrambled(getattr(transformers, name)(config)).state_dict(), **state}
    state = {key: value.clone().contiguous() for key, value in state.items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def build_blip2(folder: Path) -> Path:
    import torch
    from transformers import Blip2Config, Blip2ForImageTextRetrieval

    folder.mkdir(parents=True)
    build_tokenizer(folder, [*WORDS, "[DEC]"], bos_token="[DEC]")
    write_image_settings(folder)
    config = Blip2Config(
        vision_config=VISION,
        qformer_config={
            **TEXT,
            "encoder_hidden_size": 32,
            "vocab_size": len(WORDS) + 1,
            "use_qformer_text_input": True,
        },
        text_config={"model_type": "opt", "hidden_size": 16, "num_hidden_layers": 1},
        num_query_tokens=3,
        image_text_hidden_size=16,
    )
    torch.manual_seed(0)
    scrambled(Blip2ForImageTextRetrieval(config)).save_pretrained(folder)
    return folder


def build_clip(folder: Path, architecture: str) -> Path:
    """Save a CLIP of some kind."""
    import torch
    import transformers

    folder.mkdir(parents=True)
    build_tokenizer(folder, WORDS)
    crop = {"do_center_crop": True, "crop_size": {"height": SIZE, "width": SIZE}}
    siglip = architecture == "SiglipModel"
    write_image_settings(folder, **({} if siglip else {"size": {"shortest_edge": SIZE}, **crop}))
    text = {**TEXT, "vocab_size": len(WORDS), "eos_token_id": 3, "bos_token_id": 2}
    vision = dict(VISION)
    if siglip:
        text["projection_size"] = 32
    if architecture == "AltCLIPModel":
        text |= {"project_dim": 32, "max_position_embeddings": 100}
    if architecture == "ChineseCLIPModel":
        text["max_position_embeddings"] = 100
    name = architecture.removesuffix("Model")
    sizes = {} if siglip else {"projection_dim": 16}
    config = getattr(transformers, f"{name}Config")(text_config=text, vision_config=vision, **sizes)
    torch.manual_seed(0)
    scrambled(getattr(transformers, architecture)(config)).save_pretrained(folder)
    return folder
