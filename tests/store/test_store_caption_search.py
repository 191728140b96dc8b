"""Captions are found by their words; what looks like an operator of the index is a word."""

import pytest

from store.caption_search import CaptionSearch
from store.errors import NotFound
from store.records.dataset import NewCaption, NewImage

CAPTIONS = {
    "a.jpg": ("Two dogs run on grass.", "A dog AND another dog"),
    "b.jpg": ("Zwei Männer im Café", "two men drink coffee"),
    "c.jpg": ('he said "stop" to two dogs that run', "dogs, grass, and dogs that run on grass"),
}


def add(ws, name, captions):
    images = [
        NewImage(key, None, None, None, None, tuple(map(NewCaption, texts)))
        for key, texts in captions.items()
    ]
    return ws.datasets.add(
        name=name,
        split="test",
        reader="csv",
        source="captions.csv",
        images_root=None,
        licence="",
        fingerprint=name,
        images=images,
    )


@pytest.fixture
def world(ws):
    add(ws, "other", {"z.jpg": ("Two zebras run", "dogs dogs dogs run grass")})
    return add(ws, "world", CAPTIONS)


def keys(ws, dataset, text, limit=10):
    found = ws.caption_search.images(dataset.id, text, limit)
    return [ws.datasets.image(match.image_id).key for match in found]


def test_every_word_is_in_one_caption_and_an_image_comes_once(ws, world):
    assert sorted(keys(ws, world, "dogs run")) == ["a.jpg", "c.jpg"]
    assert keys(ws, world, "dogs stop") == ["c.jpg"]
    assert keys(ws, world, "dogs coffee") == []
    assert len(keys(ws, world, "dogs", limit=1)) == 1
    (match,) = ws.caption_search.images(world.id, "coffee", 5)
    assert match.text == "two men drink coffee"


def test_accents_and_capitals_do_not_matter_and_quotes_make_a_phrase(ws, world):
    assert keys(ws, world, "CAFE manner") == ["b.jpg"]
    assert keys(ws, world, '"dogs run"') == ["a.jpg"]
    assert keys(ws, world, '"run dogs"') == []


def test_nothing_is_an_operator(ws, world):
    assert keys(ws, world, "dog AND another") == ["a.jpg"]
    for text in ("dogs NOT run", "NEAR(dogs run)", "text: dogs", "do*", '"', "- *", ""):
        assert keys(ws, world, text) == []
    for text in ("^dogs", 'dogs "', "dogs*", "-dogs"):
        assert sorted(keys(ws, world, text)) == ["a.jpg", "c.jpg"]


def test_of_common_words_the_first_captions_are_ranked_and_all_are_counted(ws, world, monkeypatch):
    assert keys(ws, world, "dogs") == ["c.jpg", "a.jpg"], "three dogs in one caption"
    monkeypatch.setattr(CaptionSearch, "RANKED", 1)
    assert keys(ws, world, "dogs") == ["a.jpg"]
    assert ws.caption_search.count(world.id, "dogs") == (2, 3)


def test_images_are_counted_and_other_data_sets_are_not(ws, world):
    assert ws.caption_search.count(world.id, "dogs") == (2, 3)
    assert ws.caption_search.count(world.id, "zebras") == (0, 0)
    assert ws.caption_search.count(world.id, "...") == (0, 0)


def test_unknown_words_are_named_once_in_their_order(ws, world):
    text = "zebras run with dogs, Zebras! und 象 x"
    assert ws.caption_search.unknown(world.id, text) == [
        "zebras",
        "with",
        "Zebras",
        "und",
        "象",
        "x",
    ]
    assert ws.caption_search.unknown(world.id, "two DOGS cafe") == []


def test_an_image_is_found_by_its_name_or_its_id(ws, world):
    by_name = ws.datasets.image_named(world.id, "b.jpg")
    assert ws.datasets.image_named(world.id, str(by_name.id)) == by_name
    for name in ("z.jpg", "1", "9" * 30, ""):
        with pytest.raises(NotFound, match="no image"):
            ws.datasets.image_named(world.id, name)
