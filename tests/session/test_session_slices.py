"""Slices of a run from a real workspace: what its captions, images and languages say."""

import numpy as np
import pytest

from store.records.dataset import NewCaption, NewImage
from store.records.suggestion import SuggestionRow
from tests.compare_world import add_run, decide, store_suggestions, suggest
from workbench.session.errors import SessionError
from workbench.session.slices import SessionSlices
from workbench.taxonomy import load_taxonomy

N = 36


def texts(number):
    """Three captions of an image: a count, a colour in two of them, and British English."""
    return (
        NewCaption(f"Two dogs run past house {number}."),
        NewCaption("A red bus is behind a tree.") if number % 2 else NewCaption("A bus stops."),
        NewCaption("A red bus." if number % 2 else "A bus.", "en-GB"),
    )


@pytest.fixture
def dataset(workspace):
    sizes = [(500, 375), (300, 400), (200, 100)]
    return workspace.datasets.add(
        name="pairs",
        split="test",
        reader="csv",
        source="x",
        images_root=None,
        licence="",
        fingerprint="f",
        images=[
            NewImage(f"{n}.jpg", None, *(sizes[n % 3] if n >= 6 else (300, 300)), None, texts(n))
            for n in range(N)
        ],
    )


@pytest.fixture
def run(workspace, dataset):
    """A run that misses every caption with a colour, and every odd image."""
    coloured = np.array([position and n % 2 for n in range(N) for position in range(3)], bool)
    ranks = {"t2i": np.where(coloured, 7, 1), "i2t": np.where(np.arange(N) % 2, 7, 1)}
    return add_run(workspace, dataset, ranks)


@pytest.fixture
def session(workspace):
    return SessionSlices(workspace, load_taxonomy(workspace.path))


def by_name(found):
    return {f"{row.trait}: {row.name}": row for row in found.slices}


def test_slices_of_captions(session, run):
    found = session.of(run.id)
    rows = by_name(found)
    assert (found.n_queries, found.hits, found.misses) == (3 * N, 2 * N, N)
    assert {name: row.n for name, row in rows.items()} == {
        "caption length: 2-3 words": N + N // 2,
        "caption length: 6 words": N,
        "caption length: 7 words": N // 2,
        "mentions: a number": N,
        "mentions: a colour": N,
        "mentions: a spatial word": N // 2,
        "language: en": 2 * N,
        "language: en-GB": N,
        "image: landscape": 60,
        "image: portrait": 30,
        "image: square": 18,
        "image: panorama (2:1 or more)": 30,
        "image: thumbnail (up to 224 px)": 30,
    }
    colour = rows["mentions: a colour"]
    assert (colour.misses, colour.lift, colour.coverage.value) == (N, 3.0, 1.0)
    assert (colour.rest_n, colour.rest.value, colour.difference.value) == (2 * N, 1.0, -1.0)
    assert colour.p_adjusted < 0.001
    assert found.worst[0] is colour
    lifts = [(row.lift, row.coverage.value) for row in found.worst]
    assert lifts == sorted(lifts, reverse=True)
    assert [row.name for row in found.slices if row.few] == ["square"]  # six images
    assert found.tested == len(found.slices) - 1


def test_an_image_is_as_half_of_its_captions(session, run):
    found = session.of(run.id, "i2t")
    rows = by_name(found)
    assert rows["mentions: a colour"].n == N // 2  # two of three captions
    assert rows["mentions: a colour"].misses == N // 2
    assert "mentions: a number" not in rows  # one of three
    assert "language: en-GB" not in rows
    assert "mentions: a spatial word" not in rows
    assert [row.n for name, row in rows.items() if "length" in name] == [N // 2, N // 2]


def test_k_decides_what_a_miss_is(session, run):
    assert session.of(run.id, k=6).misses == N
    assert session.of(run.id, k=7).misses == 0
    assert session.of(run.id, k=7).worst == ()


def test_languages_without_tables_are_not_the_rest(workspace, session):
    captions = (NewCaption("Two dogs."), NewCaption("A dog."), NewCaption("两只狗", "zh"))
    workspace.datasets.add(
        name="zh",
        split="test",
        reader="csv",
        source="x",
        images_root=None,
        licence="",
        fingerprint="zh",
        images=[NewImage(f"{n}", None, None, None, None, captions) for n in range(12)],
    )
    run = add_run(
        workspace,
        workspace.datasets.find("zh"),
        {"t2i": np.tile([1, 1, 5], 12), "i2t": np.ones(12, int)},
    )
    rows = by_name(session.of(run.id))
    assert (rows["mentions: a number"].n, rows["mentions: a number"].rest_n) == (12, 12)
    assert rows["language: zh"].misses == 12
    assert not any(name.startswith("image") for name in rows)  # without pixels


def test_few_is_not_tested(workspace, session, dataset):
    run = add_run(workspace, dataset, {"t2i": np.ones(3 * N, int), "i2t": np.ones(N, int)})
    rows = by_name(session.of(run.id, "i2t"))
    assert rows["image: portrait"].p == 1.0
    assert rows["image: square"].few
    assert rows["image: square"].recall.low is None


def test_misses_by_label(workspace, session, run):
    suggest(workspace, run, "t2i", lambda query: ("counting", "attributes")[query % 2])
    ids, ranks = workspace.runs.ranks(run.id, "t2i")
    missed = ids[ranks > 1]
    decide(workspace, run, "t2i", missed.tolist()[:4], "coreference")
    found = [(row.category, row.decided, row.k, row.n) for row in session.of(run.id).labels]
    odd = int((missed % 2).sum())
    assert found == [
        ("coreference", True, 4, 4),
        ("counting", False, N - odd, N),
        ("attributes", False, odd, N),
    ]
    assert session.of(run.id, k=7).labels == ()
    blind = SessionSlices(workspace, load_taxonomy(workspace.path), annotator="x", blind=True)
    assert blind.of(run.id).labels == ()


def test_only_misses_with_a_label_are_shared_out(workspace, session, run):
    ids, ranks = workspace.runs.ranks(run.id, "t2i")
    rows = [SuggestionRow(query, "counting", 0.5, {}) for query in ids[ranks > 1].tolist()[:3]]
    store_suggestions(workspace, (run.id, "t2i", "rules", "1"), rows)
    (only,) = session.of(run.id).labels
    assert (only.k, only.n) == (3, 3)
    assert only.share.low is None


def test_an_unknown_run_is_one_sentence(session):
    with pytest.raises(SessionError, match="no run 9"):
        session.of(9)
