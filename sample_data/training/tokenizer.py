"""A tokenizer whose vocabulary is the world's words, in the files that open_clip reads."""

from collections import Counter
from pathlib import Path

from sample_data.world.dataset import tokens

PAD, UNKNOWN, START, END = "<pad>", "<unk>", "<start>", "<end>"
PAD_ID, UNKNOWN_ID, START_ID = 0, 1, 2


def vocabulary(captions: list[str]) -> dict[str, int]:
    """Number the captions' words; the end token comes last, as argmax pooling needs it."""
    words = Counter(word for caption in captions for word in tokens(caption))
    return {word: number for number, word in enumerate((PAD, UNKNOWN, START, *sorted(words), END))}


def write_tokenizer(numbers: dict[str, int], context_length: int, folder: Path) -> None:
    """Write ``tokenizer.json`` and its companions into a folder."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=[(START, START_ID), (END, numbers[END])]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        unk_token=UNKNOWN,
        bos_token=START,
        eos_token=END,
        model_max_length=context_length,
    ).save_pretrained(folder)
