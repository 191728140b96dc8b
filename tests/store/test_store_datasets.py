"""Importing data sets whole, and reading them back."""

import os
import sqlite3
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from store_world import TEXTS, add_dataset, add_run, new_decision, new_images

from store.errors import NotFound, StoreError
from store.filter import parse
from store.records.dataset import NewCaption, NewImage


def test_a_dataset_comes_back_as_it_was_given(ws, dataset):
    assert (dataset.n_images, dataset.n_captions, dataset.n_problems) == (6, 30, 1)
    assert dataset.imported_at.endswith("Z")
    assert len(dataset.imported_at) == 20
    given = list(new_images(6))
    images = list(ws.datasets.images(dataset.id))
    assert [(i.key, i.path, i.width, i.problem) for i in images] == [
        (g.key, g.path, g.width, g.problem) for g in given
    ]
    captions = list(ws.datasets.captions(dataset.id))
    assert [c.text for c in captions] == list(TEXTS) * 6
    assert [c.position for c in captions[:5]] == [0, 1, 2, 3, 4]
    assert ws.datasets.captions_of(images[2].id) == tuple(captions[10:15])
    assert ws.datasets.image(images[2].id) == images[2]
    assert ws.datasets.problems(dataset.id) == [images[1]]
    assert ws.datasets.get(dataset.id) == dataset


def test_order_gives_the_rows_of_the_vectors(ws, dataset):
    second = add_dataset(ws, 3, name="second")
    order = ws.datasets.order(second.id)
    assert order.image_ids.tolist() == [i.id for i in ws.datasets.images(second.id)]
    assert order.caption_ids.tolist() == [c.id for c in ws.datasets.captions(second.id)]
    assert order.caption_image.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert order.image_ids.dtype == order.caption_ids.dtype == np.int64


def test_images_without_captions_pixels_or_anything(ws):
    bare = NewImage("a", None, None, None, None, ())
    empty = add_dataset(ws, images=iter([]), name="empty")
    dataset = add_dataset(ws, images=[bare], name="bare")
    assert (empty.n_images, dataset.n_captions) == (0, 0)
    assert next(ws.datasets.images(dataset.id)).path is None
    assert ws.datasets.order(empty.id).caption_image.shape == (0,)


def test_the_same_data_is_not_imported_twice(ws, dataset):
    def unread():
        raise AssertionError("the images of a known data set are not read")
        yield

    assert add_dataset(ws, images=unread()) == dataset
    with pytest.raises(StoreError, match="small/test is already imported from other data"):
        add_dataset(ws, fingerprint="other")
    assert add_dataset(ws, split="val", fingerprint="other").split == "val"


def test_a_failure_halfway_leaves_nothing(ws):
    def torn():
        yield from islice(new_images(5000), 4500)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        add_dataset(ws, images=torn())
    assert ws.datasets.all() == []
    assert ws.read().execute("SELECT count(*) FROM images").fetchone() == (0,)
    dataset = add_dataset(ws, 5000)
    assert [i.key for i in ws.datasets.images(dataset.id)] == [i.key for i in new_images(5000)]


def test_a_failure_between_its_tables_leaves_nothing(ws):
    with ws.write() as connection:
        connection.execute(
            "CREATE TRIGGER fail BEFORE INSERT ON captions WHEN new.position = 4 "
            "BEGIN SELECT RAISE(ABORT, 'as if the power had gone'); END"
        )
    with pytest.raises(sqlite3.IntegrityError, match="power"):
        add_dataset(ws)
    for table in ("datasets", "images", "captions", "captions_fts"):
        assert ws.read().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_the_lock_is_not_held_while_images_are_read(ws):
    def slow():
        for image in new_images(3):
            ws.jobs.add("meanwhile", {})
            yield image

    add_dataset(ws, images=slow())
    assert len(ws.jobs.all()) == 3


def test_a_repeated_key_is_named(ws):
    images = [*new_images(2500), *new_images(1, prefix="img2400")]
    images[-1] = next(iter(islice(new_images(2401), 2400, None)))
    with pytest.raises(StoreError, match=r"'img2400.jpg' appears twice"):
        add_dataset(ws, images=images)
    assert ws.datasets.all() == []


def test_find(ws):
    with pytest.raises(NotFound, match="none yet"):
        ws.datasets.find("small")
    val = add_dataset(ws, 1, split="val")
    train = add_dataset(ws, 1, split="train")
    slash = add_dataset(ws, 1, name="org/small", split="x")
    with pytest.raises(StoreError, match="small/val, small/train"):
        ws.datasets.find("small")
    assert ws.datasets.find("small", "val") == ws.datasets.find("small/val") == val
    assert ws.datasets.find("org/small") == ws.datasets.find("org/small/x") == slash
    test = add_dataset(ws, 1)
    assert ws.datasets.find("small") == test
    assert ws.datasets.all() == [val, train, slash, test]
    with pytest.raises(NotFound, match=r'"smal".*small/val \(1\)'):
        ws.datasets.find("smal")
    with pytest.raises(NotFound, match="99"):
        ws.datasets.get(99)
    with pytest.raises(NotFound, match="99"):
        ws.datasets.image(99)


HOSTILE = (
    "'; DROP TABLE captions; --",
    'say "red cap" AND NEAR(dog',
    "tab\tnew\nline",
    "nul\0in the middle",
    "lone \ud800 surrogate",
    "👩‍👩‍👧 emoji",
)


def test_hostile_captions_are_stored_and_found(ws):
    images = [NewImage(text, None, None, None, text, (NewCaption(text),)) for text in HOSTILE]
    dataset = add_dataset(ws, images=images)
    texts = [c.text for c in ws.datasets.captions(dataset.id)]
    assert texts == [text.replace("\ud800", "?") for text in HOSTILE]
    run = add_run(ws, dataset)
    for text in HOSTILE:
        quoted = '"' + text.replace('"', '""') + '"'
        found = ws.cases.rows(run.id, "t2i", ws.cases.ids(run.id, "t2i", parse(quoted)))
        assert [case.query for case in found] == [text.replace("\ud800", "?")]


@pytest.mark.parametrize("text", ['"zzz"" OR ""dog"', '"dog"" NOT ""zzz"', '"text : dog*"'])
def test_a_search_is_never_taken_for_search_syntax(ws, run, text):
    assert ws.cases.count(run.id, "t2i", parse("dog")) == 6
    assert ws.cases.count(run.id, "t2i", parse(text)) == 0


def test_names_of_files_that_are_not_utf8(ws):
    name = os.fsdecode(b"/pictures/caf\xe9.jpg")
    dataset = add_dataset(
        ws, images=[NewImage(name, Path(name), 1, 1, None, (NewCaption("a cup"),))]
    )
    assert next(ws.datasets.images(dataset.id)).path == Path(name)


def test_paths_are_kept_relative_to_the_root(ws, dataset):
    stored = ws.read().execute("SELECT path FROM images WHERE id = 1").fetchone()
    assert stored == ("img0.jpg",)
    elsewhere = NewImage("a", Path("/other/a.jpg"), 1, 1, None, ())
    other = add_dataset(ws, images=[elsewhere], name="other")
    assert next(ws.datasets.images(other.id)).path == Path("/other/a.jpg")


def test_remove(ws, dataset, run):
    other = add_dataset(ws, 2, name="other")
    ws.datasets.remove(dataset.id)
    assert ws.datasets.all() == [other]
    assert ws.runs.all() == []
    for table in ("ranks", "hits", "metrics"):
        assert ws.read().execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    again = add_run(ws, other)
    assert len(ws.cases.ids(again.id, "t2i", parse("dog"))) == 2
    with ws.write() as connection:
        # With a rank of 1 the index is compared with the captions themselves.
        connection.execute(
            "INSERT INTO captions_fts (captions_fts, rank) VALUES ('integrity-check', 1)"
        )
    assert min(ws.datasets.order(add_dataset(ws, 1).id).image_ids) > 8, "ids are not used again"


def test_a_dataset_with_decisions_stays(ws, dataset, run):
    case = ws.cases.page(run.id, "t2i")[0]
    ws.decisions.add(new_decision(dataset.id, case, "other"))
    ws.decisions.undo("mh")
    with pytest.raises(StoreError, match="2 decisions hang on it"):
        ws.datasets.remove(dataset.id)
    assert ws.runs.all() == [run]


def test_search_ignores_case_and_diacritics(ws, run):
    found = ws.cases.rows(run.id, "t2i", ws.cases.ids(run.id, "t2i", parse("madchen")))
    assert {case.query for case in found} == {TEXTS[3]}


def test_the_database_refuses_captions_without_image(ws, dataset):
    with pytest.raises(sqlite3.IntegrityError), ws.write() as connection:
        connection.execute(
            "INSERT INTO captions (dataset_id, image_id, position, text, language, words) "
            "VALUES (1, 999, 0, '', 'en', 0)"
        )


def test_an_image_found_broken_after_its_import_is_a_problem_until_it_is_whole(ws, dataset):
    other = add_dataset(ws, name="other")
    ws.datasets.set_problem(3, "cannot be decoded \udcff")
    assert [(i.id, i.problem) for i in ws.datasets.problems(dataset.id)] == [
        (2, "truncated file"),
        (3, "cannot be decoded ?"),
    ]
    assert ws.datasets.get(dataset.id).n_problems == 2
    ws.datasets.set_problem(3, "cannot be read")
    assert ws.datasets.image(3).problem == "cannot be read"
    assert ws.datasets.get(dataset.id).n_problems == 2
    for image_id in (2, 3):
        ws.datasets.set_problem(image_id, None)
    assert ws.datasets.problems(dataset.id) == []
    assert ws.datasets.get(dataset.id).n_problems == 0
    assert ws.datasets.get(other.id) == other
    with pytest.raises(NotFound, match="no image 99"):
        ws.datasets.set_problem(99, "gone")
