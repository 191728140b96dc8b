"""A taxonomy file that cannot be used is told in one sentence."""

import pytest

from workbench.taxonomy import TaxonomyError, parse_taxonomy

FIELDS = {
    "name": '"a"',
    "code": '"AAA"',
    "key": '"1"',
    "colour": '"#E69F00"',
    "guideline": '"one  two"',
    "examples": '["x"]',
}


def parsed(**changed):
    lines = (f"{name} = {value}" for name, value in {**FIELDS, **changed}.items())
    return parse_taxonomy("\n".join(["[[category]]", *lines]).encode(), "t.toml")


def test_a_category_is_read():
    (category,) = parsed().categories
    assert (category.guideline, category.examples) == ("one two", ("x",))


@pytest.mark.parametrize("name", ["name", "code", "key", "colour", "guideline"])
@pytest.mark.parametrize("value", ["5", '["1"]'])
def test_what_is_no_text_is_named(name, value):
    with pytest.raises(TaxonomyError, match=rf"^t\.toml: {name} = .* is no text: put it in quotes"):
        parsed(**{name: value})


@pytest.mark.parametrize("value", ["5", '"x"', "[1]"])
def test_examples_are_a_list_of_texts(value):
    with pytest.raises(TaxonomyError, match=r"^t\.toml: the examples of a are no list of texts"):
        parsed(examples=value)


@pytest.mark.parametrize("text", ["category = 5", 'category = "x"', "x = 1", "category = [1]"])
def test_a_file_of_another_kind_is_none(text):
    with pytest.raises(TaxonomyError, match=r"^t\.toml: "):
        parse_taxonomy(text.encode(), "t.toml")
