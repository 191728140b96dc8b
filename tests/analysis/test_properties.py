import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.properties import Property, counted, mean_of_images, quartiles, shapes

NAMES = ("none", "one", "two", "more", "several")


def holding(masks, at):
    return [name for name, mask in masks.items() if mask[at]]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_every_value_is_in_one_bin_with_all_that_equal_it(values):
    column = np.array(values)
    bins = quartiles(column, "words")
    assert (sum(mask.astype(int) for mask in bins.values()) == 1).all()
    assert all(mask.any() for mask in bins.values())
    assert len(bins) <= 5
    for value in set(values):
        assert len({name for name, mask in bins.items() if mask[column == value].any()}) == 1


def test_bins_are_about_equally_full_and_say_their_bounds():
    bins = quartiles(np.arange(1, 101), "words")
    assert list(bins) == ["1-25 words", "26-50 words", "51-75 words", "76-100 words"]
    assert [int(mask.sum()) for mask in bins.values()] == [25] * 4
    assert list(quartiles(np.array([8.2, 9.4, 10.0, 12.5]), "words")) == [
        "8.2 words",
        "9.4 words",
        "10 words",
        "12.5 words",
    ]


def test_captions_without_words_are_a_bin_of_their_own():
    assert list(quartiles(np.array([0, 0, 3]), "words")) == ["no words", "3 words"]
    assert list(quartiles(np.zeros(3, int), "words")) == ["no words"]
    assert quartiles(np.array([], int), "words") == {}


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20))
def test_a_count_is_in_one_slice(counts):
    low, uncounted = map(np.array, zip(*counts, strict=True))
    found = counted(low, uncounted, NAMES)
    assert (sum(mask.astype(int) for mask in found.values()) == 1).all()


def test_a_single_one_needs_no_number():
    found = counted(np.array([0, 1, 1, 3, 2]), np.array([0, 0, 1, 0, 1], bool), NAMES)
    assert [holding(found, at) for at in range(5)] == [
        ["none"],
        ["one"],
        ["one"],
        ["more"],
        ["several"],
    ]


def test_an_image_is_what_at_least_half_of_its_captions_say():
    masks = {"red": np.array([1, 1, 0, 0, 1, 0, 0], bool)}
    known = np.array([1, 1, 1, 1, 1, 1, 0], bool)
    image = np.array([0, 0, 0, 1, 1, 3, 4])
    found = Property("colour", masks, known).of_images(image, 5)
    assert found.slices["red"].tolist() == [True, True, False, False, False]
    assert found.known.tolist() == [True, True, False, True, False]  # image 2 has no captions
    some = found.taken(np.array([3, 0]))
    assert (some.name, some.slices["red"].tolist()) == ("colour", [False, True])
    assert some.known.tolist() == [True, True]


def test_the_length_of_an_image_is_the_mean_of_its_captions():
    found = mean_of_images(np.array([4, 6, 9]), np.array([0, 0, 2]), 3)
    assert found.tolist() == [5.0, 0.0, 9.0]


def test_shapes_by_hand():
    found = shapes(np.array([500, 300, 224, 900, 0]), np.array([375, 400, 224, 450, 0]), 224)
    assert [holding(found, at) for at in range(5)] == [
        ["landscape"],
        ["portrait"],
        ["square", "thumbnail (up to 224 px)"],
        ["landscape", "panorama (2:1 or more)"],
        [],
    ]
