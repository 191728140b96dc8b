"""`workbench search` as a program would use it."""

import json
from functools import partial

import pytest

from workbench.commands.search import print_found
from workbench.views.search import Found, Gallery


@pytest.fixture
def search(searched, program):
    return partial(program, "--readonly", "--workspace", searched, "search")


def test_a_sentence_finds_images_with_their_scores(search):
    code, out, err = search(1, "three women with balloons at the zoo", "--k", 4, "--json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)
    assert [image["position"] for image in found["images"]] == [1, 2, 3, 4]
    assert all(0 <= image["above"] <= 1 for image in found["images"])
    assert found["unknown"] == ["zoo"]
    assert isinstance(found["weak"], bool)


def test_the_table_says_what_was_searched(search):
    code, out, err = search(1, "--like", "test_00000.png", "--k", 2)
    assert (code, err) == (0, "")
    assert "run 1, clip-tiny, sample/test: 2 of 47 images like test_00000.png" in out
    assert "cosines of images: not those of a sentence" in out
    code, out, err = search(1, "balloon zebra", "--text")
    assert code == 0
    assert "0 images with a caption that says balloon zebra" in out
    assert "No caption here has: zebra." in err


def test_images_that_cannot_be_read_are_counted(capsys):
    gallery = Gallery(1, "clip-tiny", "itc", "sample", "test", n_images=594, n_unread=6)
    print_found(Found("meaning", "dogs", gallery, images=(), n_found=594))
    assert capsys.readouterr().err.endswith("Searched: 594 of 600 images, 6 cannot be read.\n")


def test_wrong_use_and_what_is_not_there(search):
    for arguments in ((1,), (1, "dogs", "--like", "7"), (1, "--like", "7", "--text")):
        code, out, err = search(*arguments)
        assert (code, out) == (2, "")
        assert "Give a sentence, or --like IMAGE" in err
    code, _, err = search(1, "--like", "nobody.png")
    assert code == 1
    assert 'no image "nobody.png"' in err
    assert search(9, "dogs")[0] == 1
