"""A tokenizer whose vocabulary is the world's words, with BERT's and BLIP's special tokens."""

from collections import Counter
from pathlib import Path

from sample_data.world.dataset import tokens

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[DEC]", "[ENC]")
"""As in BLIP, ``[DEC]`` begins what the decoder writes and ``[ENC]`` what is matched."""

PAD_ID, UNKNOWN_ID, CLS_ID, SEP_ID, DEC_ID, ENC_ID = range(len(SPECIAL))
CONTEXT_LENGTH = 34


def vocabulary(captions: list[str]) -> dict[str, int]:
    """Number the special tokens and then the captions' words."""
    words = Counter(word for caption in captions for word in tokens(caption))
    return {word: number for number, word in enumerate((*SPECIAL, *sorted(words)))}


def write_tokenizer(numbers: dict[str, int], folder: Path) -> None:
    """Write ``tokenizer.json`` and its companion into a folder."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pad, unknown, cls, sep, dec, enc = SPECIAL
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token=unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}", special_tokens=[(cls, CLS_ID), (sep, SEP_ID)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=pad,
        unk_token=unknown,
        cls_token=cls,
        sep_token=sep,
        bos_token=dec,
        extra_special_tokens=[enc],
        model_max_length=CONTEXT_LENGTH,
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)
