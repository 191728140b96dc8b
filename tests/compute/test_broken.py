import pytest

from store.records.dataset import Image
from workbench.compute.broken import NAMED, SINCE, VANISHED, BrokenImages
from workbench.compute.errors import JobError
from workbench.compute.images import MISSING


class Rows(dict):
    """Keeps problems by the image's id."""

    def set_problem(self, image_id, problem):
        self[image_id] = problem


@pytest.fixture
def images(tmp_path):
    found = []
    for n in range(2 * VANISHED):
        path = tmp_path / "photos" / ("a" if n < VANISHED else "b") / f"{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        found.append(Image(n, 1, path.name, path, 4, 3, None))
    return found


def missing(images):
    return dict.fromkeys(range(len(images)), MISSING)


def remove_folder(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_a_few_are_named_and_all_are_counted_and_kept(images, caplog):
    rows = Rows()
    found = BrokenImages(rows)
    found.look(images[:4], {1: "truncated"})
    found.look(images[4:20], dict.fromkeys(range(1, 10), "not an image"))
    found.close()
    assert rows == {
        1: f"{SINCE}truncated",
        **dict.fromkeys(range(5, 14), f"{SINCE}not an image"),
    }
    assert found.count == 10
    assert caplog.text.count("is left out") == NAMED
    assert "10 images cannot be used in all" in caplog.text


def test_one_that_is_whole_again_loses_its_problem_and_one_without_pixels_is_passed_over(images):
    rows = Rows()
    healed = Image(900, 1, "healed.png", images[0].path, 4, 3, f"{SINCE}truncated")
    never = Image(901, 1, "never.png", images[0].path, None, None, "not an image")
    same = Image(902, 1, "same.png", images[0].path, 4, 3, f"{SINCE}truncated")
    found = BrokenImages(rows)
    found.look([healed, never, same], {2: "truncated"})
    found.close()
    assert rows == {900: None}


def test_what_the_import_noted_stays(images):
    rows = Rows()
    note = "duplicate caption (caption 2)"
    whole = Image(900, 1, "whole.png", images[0].path, 4, 3, note)
    broken = Image(901, 1, "broken.png", images[0].path, 4, 3, note)
    healed = Image(902, 1, "healed.png", images[0].path, 4, 3, f"{note}; {SINCE}truncated")
    found = BrokenImages(rows)
    found.look([whole, broken, healed], {1: "truncated"})
    found.close()
    assert rows == {901: f"{note}; {SINCE}truncated", 902: note}


def test_a_folder_that_is_gone_stops_the_job_and_marks_nothing(images, caplog):
    rows = Rows()
    found = BrokenImages(rows)
    remove_folder(images[0].path.parent)
    found.look(images[: VANISHED - 1], missing(images[: VANISHED - 1]))
    with pytest.raises(JobError, match="/a of the images is gone: put it back and retry"):
        found.look(images[VANISHED - 1 : VANISHED], {0: MISSING})
    assert rows == {}
    assert "left out" not in caplog.text


def test_files_that_are_missing_from_a_folder_are_their_own_problem(images):
    rows = Rows()
    found = BrokenImages(rows)
    for image in images[:VANISHED]:
        image.path.unlink()
    found.look(images[:VANISHED], missing(images[:VANISHED]))
    found.close()
    assert rows == dict.fromkeys(range(VANISHED), f"{SINCE}{MISSING}")


def test_a_small_folder_among_others_that_are_there_is_no_reason_to_stop(images):
    rows = Rows()
    found = BrokenImages(rows)
    some = images[: VANISHED - 10]
    remove_folder(images[0].path.parent)
    found.look(some, missing(some))
    assert rows == {}, "not yet: the disk may be gone"
    found.look(images[VANISHED:], {})
    assert len(rows) == len(some)
    found.look(some, missing(some))
    found.close()
    assert found.count == 2 * len(some), "the last whole image is still there"


def test_the_last_few_images_of_a_folder_that_is_gone_stop_the_job_as_well(images):
    rows = Rows()
    found = BrokenImages(rows)
    found.look(images[:10], {})
    remove_folder(images[0].path.parent)
    found.look(images[10:15], missing(images[10:15]))
    with pytest.raises(JobError, match="is gone"):
        found.close()
    assert rows == {}
    nothing_whole = BrokenImages(rows)
    nothing_whole.look(images[:3], missing(images[:3]))
    with pytest.raises(JobError, match="is gone"):
        nothing_whole.close()
