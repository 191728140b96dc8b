"""Words of a caption, close to what caption metrics are published with, without Java."""

import re
import unicodedata
from typing import Final

_CURLY: Final = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'"})  # curly quotes
_DROPPED: Final = re.compile(
    r"[!?;…\"“”„«»()\[\]{}]"  # always
    r"|[\u3001\u3002\u0964\uff01\uff0c\uff1f]"  # of Chinese, Japanese and Hindi
    r"|(?<!\d)[.,:]|[.,:](?!\d)"  # but 3.5, 1,000 and 10:30 stay whole
    r"|--+|(?<!\w)-|-(?!\w)|[\u2013\u2014]"  # but t-shirt stays whole
    r"|(?<!\w)'(?!(?:s|m|d|re|ve|ll)\b)|'(?!\w)"  # but 's stands for itself
)
_SYMBOL: Final = re.compile(r"[&%$#@*+=<>~^|\\]")
_NEGATION: Final = re.compile(r"(?<=\w)n't\b")
_CLITIC: Final = re.compile(r"(?<=\w)'(?:s|m|d|re|ve|ll)\b")
_APART: Final = r" \g<0> "


def tokens(caption: str) -> list[str]:
    """The lower-case words of a caption without punctuation; empty for a caption without words.

    Follows the Penn Treebank rules as pycocoevalcap applies them (Stanford's PTBTokenizer, then a
    list of punctuation to drop): "isn't" is "is n't", "man's" is "man 's", numbers and hyphenated
    words stay whole, symbols such as & and % stand alone. Unlike there, brackets go (the list
    there misses them in lower case), abbreviations lose their full stop ("mr."), and words such as
    "cannot" or "gonna" are not taken apart. On ordinary captions the two agree; to reproduce a
    published number to the last digit, pass tokens of PTBTokenizer to the metrics instead.

    >>> tokens("A man's T-shirt isn't red; it costs $1,000.50 (about 10%)!")
    ... # doctest: +NORMALIZE_WHITESPACE
    ['a', 'man', "'s", 't-shirt', 'is', "n't", 'red', 'it', 'costs', '$', '1,000.50', 'about', '10',
     '%']
    """
    text = unicodedata.normalize("NFC", caption).lower().translate(_CURLY)
    text = _SYMBOL.sub(_APART, _DROPPED.sub(" ", text))
    if "'" in text:
        text = _CLITIC.sub(_APART, _NEGATION.sub(_APART, text))
    return text.split()
