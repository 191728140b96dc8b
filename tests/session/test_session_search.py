"""Searching a run of a real model: the run's own hits, honest scores, sentences for what fails."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from store.caption_search import CaptionSearch
from store.workspace import Workspace
from workbench.presenters.search import remarks
from workbench.session.errors import SessionError
from workbench.session.search import EXAMPLES, SessionSearch


@pytest.fixture(scope="module")
def workspace(searched):
    with Workspace(searched, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def search(workspace):
    search = SessionSearch(workspace)
    yield search
    search.close()


def test_a_caption_finds_what_the_run_retrieved_for_it(search, workspace):
    for caption in list(workspace.datasets.captions(1))[:5]:
        found = search.by_sentence(1, caption.text, k=10)
        hits = workspace.hits.of(1, "t2i", caption.id)
        assert [image.image_id for image in found.images] == [item for item, _ in hits]
        scores = [image.score for image in found.images]
        assert scores == pytest.approx([score for _, score in hits], abs=1e-5)
        assert found.unknown == ()
        assert not found.weak


def test_scores_are_placed_among_the_true_pairs(search, workspace):
    found = search.by_sentence(1, "three women with a balloon by the sea", k=48)
    of = workspace.read().execute("SELECT positive_score FROM ranks WHERE direction = 't2i'")
    true = np.array([score for (score,) in of])
    assert (found.n_pairs, found.n_found) == (len(true), 48)
    for image in found.images:
        assert image.above == pytest.approx(float((true < image.score).mean()))
    assert found.usual == pytest.approx(float(np.quantile(true, 0.1)))


def test_words_that_nobody_wrote_are_named_and_a_weak_find_is_called_so(search):
    found = search.by_sentence(1, "quantum chromodynamics by the sea lattice")
    assert found.unknown == ("quantum", "chromodynamics", "lattice")
    assert found.weak
    assert found.images[0].score < found.usual


def test_like_an_image_is_by_its_vector_and_not_compared_with_texts(search, workspace):
    found = search.like(1, 7, k=5)
    ids = [image.image_id for image in found.images]
    assert 7 not in ids
    assert len(ids) == 5
    vectors = np.load(next(workspace.path.glob("vectors/*/images.npy")))
    best = np.argsort(-(vectors @ vectors[6]))[1:6] + 1
    assert ids == best.tolist()
    assert {image.above for image in found.images} == {None}
    assert not found.weak
    with pytest.raises(SessionError, match="no image 999"):
        search.like(1, 999)


def test_words_are_found_in_captions_without_a_model(search, monkeypatch):
    found = search.by_words(1, "balloon", k=3)
    assert len(found.images) == 3
    assert found.n_found > 3
    assert all("balloon" in image.caption.lower() for image in found.images)
    assert {image.score for image in found.images} == {None}
    assert found.ranked is None
    monkeypatch.setattr(CaptionSearch, "RANKED", 4)
    bounded = search.by_words(1, "balloon", k=3)
    assert (bounded.ranked, bounded.n_found) == (4, found.n_found)
    assert remarks(bounded) == ("Common words: the best of the first 4 captions with them.",)
    none = search.by_words(1, "zebra balloon")
    assert (none.images, none.n_found, none.unknown) == ((), 0, ("zebra",))


def test_an_image_says_which_captions_retrieve_it_first(search, workspace):
    hits = workspace.read().execute(
        "SELECT item_id, query_id FROM hits WHERE direction = 't2i' AND position = 1"
    )
    first: dict[int, set[int]] = {}
    for item, query in hits:
        first.setdefault(item, set()).add(query)
    item = max(first, key=lambda i: len(first[i]))
    sheet = search.sheet(1, item)
    assert {one.query_id for one in sheet.retrievers} == first[item]
    assert len(sheet.captions) == 3
    own = {c.id for c in workspace.datasets.captions_of(item)}
    assert {one.query_id for one in sheet.retrievers if one.true} == own & first[item]


def test_an_unusable_image_is_neither_found_nor_counted(searched, tmp_path):
    path = shutil.copytree(searched, tmp_path / "ws")
    (file,) = path.glob("vectors/*/images.npy")
    vectors = np.load(file)
    vectors[3] = 0
    np.save(file, vectors)
    with Workspace(path) as workspace:
        workspace.datasets.set_problem(4, "truncated file")
        workspace.datasets.set_problem(5, "duplicate caption (caption 1)")
        search = SessionSearch(workspace)
        found = search.like(1, 7)
        assert 4 not in [image.image_id for image in found.images]
        gallery = found.gallery
        assert (len(found.images), gallery.n_images, gallery.n_unread) == (46, 47, 1)
        with pytest.raises(SessionError, match="has no vector in run 1: truncated file"):
            search.like(1, 4)


def test_vectors_made_elsewhere_are_searched_by_image_and_words(searched, tmp_path):
    path = shutil.copytree(searched, tmp_path / "ws")
    (file,) = path.glob("vectors/*/images.npy")
    np.save(tmp_path / "images.npy", np.load(file))
    np.save(tmp_path / "texts.npy", np.load(file.with_name("texts.npy")))
    with Workspace(path) as workspace, workspace.write() as connection:
        connection.execute("UPDATE models SET spec = ?", (f"vectors:{tmp_path}",))
    with Workspace(path) as workspace:
        search = SessionSearch(workspace)
        try:
            assert search.like(1, 7).images
            assert search.by_words(1, "balloon").images
            with pytest.raises(SessionError, match="were made elsewhere"):
                search.by_sentence(1, "two dogs")
            assert search.encoder(1).name == "failed"
        finally:
            search.close()


def test_what_cannot_be_searched_is_one_sentence(search):
    for what in ("", "  \n"):
        with pytest.raises(SessionError, match="type one"):
            search.by_sentence(1, what)
        with pytest.raises(SessionError, match="type some"):
            search.by_words(1, what)
    with pytest.raises(SessionError, match="no run 9"):
        search.by_sentence(9, "two dogs")


def test_the_captions_missed_worst_are_examples_each_once(search, workspace):
    examples = search.examples(1)
    assert examples.missed
    rows = workspace.read().execute(
        "SELECT q.text FROM ranks AS r JOIN captions AS q ON q.id = r.query_id "
        "WHERE r.direction = 't2i' AND r.rank > 1 ORDER BY r.margin, r.query_id"
    )
    assert list(examples.texts) == list(dict.fromkeys(text for (text,) in rows))[:EXAMPLES]


def test_where_none_is_missed_the_examples_are_spread_over_all_captions(searched, tmp_path):
    with Workspace(shutil.copytree(searched, tmp_path / "ws")) as workspace:
        with workspace.write() as connection:
            connection.execute("UPDATE ranks SET rank = 1")
            connection.execute("UPDATE captions SET text = 'a dog' || char(27) || '[31m' || id")
        examples = SessionSearch(workspace).examples(1)
        n = sum(1 for _ in workspace.datasets.captions(1))
    assert not examples.missed
    assert len(examples.texts) == EXAMPLES
    ids = [int(text.split("\ufffd")[1]) for text in examples.texts]
    assert ids == list(range(1, n + 1, n // EXAMPLES))[:EXAMPLES]
