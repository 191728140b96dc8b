"""The filter language: what it reads, what it refuses, and that it never fails otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import FilterError, StoreError
from store.filter import FIELDS, Filter, Term, parse


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  \n ", ()),
        ("rank>10", [Term("rank", ">", 10)]),
        ("rank<=50", [Term("rank", "<=", 50)]),
        ("rank=1", [Term("rank", ":", 1)]),
        ("margin<-.05", [Term("margin", "<", -0.05)]),
        ("margin>=1e-3", [Term("margin", ">=", 0.001)]),
        ("id:18231,412,7 star", [Term("id", ":", "18231,412,7"), Term("star", "", "")]),
        ("id:007,08 cluster:01,2", [Term("id", ":", "7,8"), Term("cluster", ":", "1,2")]),
        ("margin>10e99", [Term("margin", ">", 1e100)]),
        ("margin>1e+100", [Term("margin", ">", 1e100)]),
        ("len>20 id:18231", [Term("len", ">", 20), Term("id", ":", 18231)]),
        ("rank@7>10", [Term("rank@7", ">", 10)]),
        ("rank@007<=1", [Term("rank@7", "<=", 1)]),
        ("!rank@7:1", [Term("rank@7", ":", 1, True)]),
        ("rank>1 rank@7=1", [Term("rank", ">", 1), Term("rank@7", ":", 1)]),
        ('"rank@7"', [Term("text", "", "rank@7")]),
        ("rank@", [Term("text", "", "rank@")]),
        ("rank > 10 dog", [Term("rank", ">", 10), Term("text", "", "dog")]),
        ("!rank >10", [Term("rank", ">", 10, True)]),
        ("margin< -.05", [Term("margin", "<", -0.05)]),
        ("rank@7 <= 1", [Term("rank@7", "<=", 1)]),
        ('note ~ "two words"', [Term("note", "~", "two words")]),
        ("rank cat:CNT", [Term("text", "", "rank"), Term("cat", ":", "counting")]),
        ("dog and cat", [Term("text", "", word) for word in ("dog", "and", "cat")]),
        ('rank>10 "and"', [Term("rank", ">", 10), Term("text", "", "and")]),
        ("cluster:4", [Term("cluster", ":", 4)]),
        ("cluster:3,5", [Term("cluster", ":", "3,5")]),
        ("cluster:none", [Term("cluster", ":", "none")]),
        ("cat:CNT", [Term("cat", ":", "counting")]),
        ("label:counting", [Term("label", ":", "counting")]),
        ("hint:atr", [Term("hint", ":", "attributes")]),
        ("cat:fine", [Term("cat", ":", "fine_grained")]),
        ("hint:none", [Term("hint", ":", "none")]),
        ("status:und", [Term("status", ":", "undecided")]),
        ("by:mh", [Term("by", ":", "mh")]),
        ("model:clip", [Term("model", ":", "clip")]),
        ('note~"two words"', [Term("note", "~", "two words")]),
        ("star", [Term("star", "", "")]),
        ("!star", [Term("star", "", "", True)]),
        ('"star"', [Term("text", "", "star")]),
        ("dog", [Term("text", "", "dog")]),
        ("!dog", [Term("text", "", "dog", True)]),
        ('"red cap"', [Term("text", "", "red cap")]),
        ('!"red cap"', [Term("text", "", "red cap", True)]),
        ('"say ""hi"" now"', [Term("text", "", 'say "hi" now')]),
        ('"10:30"', [Term("text", "", "10:30")]),
        ("!cat:CNT", [Term("cat", ":", "counting", True)]),
        ("don't", [Term("text", "", "don't")]),
        ("nul\0here", [Term("text", "", "nul"), Term("text", "", "here")]),
    ],
)
def test_reads(text, terms):
    assert parse(text) == Filter(tuple(terms))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rnak>10", 'unknown field "rnak" in rnak>10: did you mean rank?'),
        ("xyz:1", 'to look for the words, write "xyz:1" in quotes; else choose from rank'),
        ("star:1", 'unknown field "star"'),
        ("10:30", 'unknown field "10" in 10:30: to look for the words, write "10:30" in quotes'),
        ("caption:dog", "a word without a field is looked for in captions"),
        (">10", ">10 has no field before it: write as in rank>10"),
        ("rank > > 10", "rank> lacks a value after >"),
        ("rank > dog", 'rank needs a whole number, not "dog", in rank>dog'),
        ("rank>10 and margin<0", 'no "and" here: terms apart by a space must all hold'),
        ("dog OR cat:CNT", 'no "OR" here: cat:CNT,ATR takes any of several'),
        ("not star", 'no "not" here: !dog is not'),
        ("rank>10 && dog", "no && here: terms apart by a space must all hold"),
        ("dog | cat", "no | here: cat:CNT,ATR takes any of several"),
        ("rank>ten", 'rank needs a whole number, not "ten", in rank>ten'),
        ("rank>1.5", "rank needs a whole number"),
        ("rank>99999999999999999999", "rank needs a whole number"),
        ("rnak@7>10", 'unknown field "rnak@7" in rnak@7>10: did you mean rank@7?'),
        ("margin@7>1", 'unknown field "margin@7"'),
        ("a@b.org:1", "choose from rank, margin"),
        ("rank@:1", 'rank@ needs the number of a run, not ""'),
        ("rank@b>1", 'needs the number of a run, not "b", in rank@b>1: write rank@7<=1'),
        ("rank@7", "rank@7 lacks a comparison: write rank@7<=1"),
        ("!rank@7", "lacks a comparison"),
        ("rank@7>", "rank@7> lacks a value after >"),
        ("rank@7>x", 'rank@7 needs a whole number, not "x"'),
        ("rank@7:none", "rank@7 needs a whole number"),
        ("rank@7:1,2", "rank@7 needs a whole number"),
        ("rank@7~1", "rank@7 does not take ~"),
        ("margin<nan", "margin needs a number"),
        ("margin<1e999", "margin needs a number"),
        ("rank~3", "rank does not take ~"),
        ("rank>", "rank> lacks a value after >"),
        ("cat>counting", "write cat:…"),
        ("note:bike", "write note~…"),
        ("cat:co", "cat:co could be coreference or counting"),
        ("cat:countng", 'unknown category "countng" in cat:countng: did you mean counting?'),
        ("cat:zzz", "choose from"),
        ("status:open", 'unknown status "open"'),
        ("status:d0ne", 'unknown status "d0ne"'),
        ('"red cap', "quotes"),
        ('"..."', "holds no word"),
        ("!", "holds no word"),
        ("-- ;", "holds no word"),
    ],
)
def test_refuses_naming_the_word(text, message):
    with pytest.raises(FilterError) as refusal:
        parse(text)
    assert message in str(refusal.value)
    assert isinstance(refusal.value, StoreError)


def test_a_workspace_may_bring_its_own_categories():
    own = {"col": "Colour", "colour": "Colour", "none": "none"}
    assert parse("cat:COL", own).terms[0].value == "Colour"
    assert parse("cat:Colour", own).terms[0].value == "Colour"
    with pytest.raises(FilterError, match="counting"):
        parse("cat:counting", own)


def test_canonical_text():
    text = 'rank=10 rank@07>=2 margin<-.050 cat:cnt !"red cap" note~"a ""b""" '
    text += '"star" "rank@7" "x=1" dog "Or"'
    assert str(parse(text)) == (
        'rank:10 rank@7>=2 margin<-0.05 cat:counting !"red cap" note~"a ""b""" "star" "rank@7" '
        '"x=1" dog "Or"'
    )
    assert parse(str(parse(text))) == parse(text)


PIECES = st.sampled_from(
    [
        *FIELDS,
        "rank@7",
        "rank@",
        *':~<>=!" ',
        "<=",
        ">=",
        '""',
        "dog",
        "and",
        "red cap",
        "CNT",
        "co",
        "10",
        "-.5",
        "1e5",
        "none",
        "undecided",
        "\0",
        "é",
        "日本",
        "\ud800",
        "٣",
        "-",
        "'",
        "\\",
        "*",
        "\n",
        "\u2028",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
def test_any_text_is_a_filter_or_a_filter_error(text):
    try:
        found = parse(text)
    except FilterError:
        return
    assert parse(str(found)) == found
    assert str(parse(str(found))) == str(found)


def test_several_categories_or_states_are_any_of_them():
    assert str(parse("hint:CNT,atr,cnt")) == "hint:counting,attributes"
    assert str(parse("!status:dec,skip")) == "!status:decided,skipped"
    (term,) = parse("label:counting,none").terms
    assert term.values == ("counting", "none")
    with pytest.raises(FilterError, match="a comma without a value"):
        parse("hint:CNT,")
    with pytest.raises(FilterError, match='unknown category "dogs"'):
        parse("hint:CNT,dogs")


def test_numbers_beyond_all_and_texts_of_many_words_are_refused():
    with pytest.raises(FilterError, match="margin needs a number"):
        parse("margin>1e999")
    with pytest.raises(FilterError, match=r"at most 100 words, not 1,200"):
        parse("dog " * 1200)
