"""What is found and counted before anything is imported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compare_world import add_run, random_ranks
from workbench.presenters.setup import survey_sentence
from workbench.session import SessionError
from workbench.session.setup import find_data, reader_of, seconds_for, survey
from workbench.views.setup import FoundData


def flickr(folder: Path, *, files: int = 3) -> Path:
    """Write a Karpathy split of three images of which so many are there."""
    (folder / "flickr30k-images").mkdir(parents=True)
    images = []
    for n in range(3):
        if n < files:
            (folder / "flickr30k-images" / f"{n}.jpg").write_bytes(b"")
        sentences = [{"raw": f"caption {n} {m}"} for m in range(5)]
        split = "test" if n else "train"
        images.append({"filename": f"{n}.jpg", "split": split, "sentences": sentences})
    path = folder / "dataset_flickr30k.json"
    path.write_text(json.dumps({"images": images}))
    return path


def test_known_captions_are_found_with_their_images(tmp_path: Path) -> None:
    path = flickr(tmp_path / "data")
    (tmp_path / "data" / "notes.json").write_text("{}")
    found = find_data([tmp_path / "nowhere", tmp_path / "data"])
    assert found == FoundData(str(path), "karpathy", str(path.parent / "flickr30k-images"))
    assert find_data([path.parent / "flickr30k-images"]) is None
    assert find_data([tmp_path]) is not None  # one folder below
    assert find_data([]) is None


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("dataset_coco.json", "karpathy"),
        ("captions_val2017.json", "coco"),
        ("flickr30k_test.json", "blip"),
        ("coco_karpathy_val.json", "blip"),
        ("results_20130124.token", "flickr30k_token"),
        ("results.csv", "flickr30k_csv"),
        ("Flickr8k.token.txt", "flickr8k"),
        ("mine.tsv", "csv"),
        ("mine.jsonl", "jsonl"),
        ("mine.xml", None),
    ],
)
def test_a_name_suggests_its_reader(name: str, reader: str | None) -> None:
    assert reader_of(name) == reader


def test_what_is_missing_is_counted_and_named(tmp_path: Path) -> None:
    path = flickr(tmp_path, files=1)
    images = path.parent / "flickr30k-images"
    found = survey(path, "karpathy", images, None, lambda: False)
    assert found is not None
    assert (found.n_images, found.n_captions, found.n_missing) == (3, 15, 2)
    assert survey_sentence(found) == (
        "3 images, 15 captions (train 1, test 2). 2 images are not there: 1.jpg, 2.jpg."
    )
    only = survey(path, "karpathy", None, "test", lambda: False)
    assert only is not None
    assert (only.n_images, only.n_missing) == (2, 0)
    assert survey(path, "karpathy", images, None, lambda: True) is None


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dataset_x.json").write_text("[")
    with pytest.raises(SessionError, match=r"dataset_x\.json"):
        survey(tmp_path / "dataset_x.json", "karpathy", None, None, lambda: False)


def test_time_is_that_of_the_newest_run_of_the_model(workspace, imported) -> None:
    run = add_run(workspace, imported, random_ranks(imported, 1), "vectors:/v/one")
    fast = replace(run, images_per_s=1e9, captions_per_s=1e9)
    slow = replace(run, images_per_s=2.0, captions_per_s=10.0)
    runs = [replace(fast, model="a:b"), replace(fast, stage="itm"), run, slow, fast]
    expected = imported.n_images / 2 + imported.n_captions / 10
    assert seconds_for(imported, run.model, runs) == pytest.approx(expected)
    assert seconds_for(imported, "e:f", runs) is None
    assert seconds_for(imported, run.model, runs, 16) is None
    runs.append(replace(run, stage="itm", pairs_per_s=4.0))
    n_images, n_captions = imported.n_images, imported.n_captions
    pairs = n_captions * min(16, n_images) + n_images * min(16, n_captions)
    assert seconds_for(imported, run.model, runs, 16) == pytest.approx(expected + pairs / 4)
