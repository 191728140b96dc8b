"""Suggestions are stored block by block: what is stored is never made again, nor lost."""

import contextlib
import random
from pathlib import Path

import numpy as np
import pytest

from plugins import registry
from plugins.api import Suggestion
from store.records.dataset import NewCaption, NewImage
from tests.compare_world import add_run, random_ranks
from workbench.compute.caption_reading import N_COLUMNS, reading_version
from workbench.compute.errors import Cancelled
from workbench.compute.readings import read_here
from workbench.jobs import label

_ROWS = (
    "SELECT run_id, direction, query_id, category, score, evidence, labeler, labeler_version "
    "FROM suggestions ORDER BY 1, 2, 3, 4, 7"
)
_RANKS = "SELECT query_id, direction, suggestion, suggestion_score FROM ranks ORDER BY 1, 2"


class Labeler:
    """Suggests by the length of the query; notes what it is asked, and can break off."""

    def __init__(self, name, version="1"):
        self.name, self.version = name, version
        self.asked = []
        self.break_at, self.error = None, None

    def label(self, case):
        if len(self.asked) == self.break_at:
            raise self.error
        self.asked.append((case.direction, case.query, case.rank))
        score = (len(case.query) * 7 + case.rank) % 4 / 4
        return [Suggestion(self.name, score, "why"), Suggestion("other", 0.5, "why")][
            : case.rank % 3
        ]


class Killed(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


@pytest.fixture
def dataset(workspace):
    """Images with captions that all differ."""
    texts = [f"caption {'x' * (n % 5)} {n}" for n in range(90)]
    images = [
        NewImage(f"{n}.jpg", Path(f"/p/{n}.jpg"), 5, 5, None, tuple(map(NewCaption, texts[n::30])))
        for n in range(30)
    ]
    return workspace.datasets.add(
        name="differing",
        split="test",
        reader="csv",
        source="x.csv",
        images_root=Path("/p"),
        licence="",
        fingerprint="f",
        images=images,
    )


@pytest.fixture
def run(workspace, dataset):
    return add_run(workspace, dataset, random_ranks(dataset, 3))


@pytest.fixture
def labelers(monkeypatch):
    monkeypatch.setattr(label, "BLOCK", 4)
    made = {name: Labeler(name) for name in ("first", "second")}
    monkeypatch.setattr(registry, "names", lambda kind: list(made))
    monkeypatch.setattr(registry, "load", lambda kind, name: made[name])
    return made


def stored(workspace):
    read = workspace.read()
    return read.execute(_ROWS).fetchall(), read.execute(_RANKS).fetchall()


@pytest.fixture
def quiet(workspace, context, run, labelers):
    """What an uninterrupted run stores and what it asks; then nothing is stored again."""
    result = label.run(context(run_id=run.id))
    rows = stored(workspace)
    asked = {name: labeler.asked for name, labeler in labelers.items()}
    for labeler in labelers.values():
        labeler.asked = []
    with workspace.write() as connection:
        connection.execute("DELETE FROM suggestions")
        connection.execute("DELETE FROM labelings")
        connection.execute("UPDATE ranks SET suggestion = NULL, suggestion_score = NULL")
    return result, rows, asked


def test_blocks_are_stored_and_told(workspace, context, run, labelers):
    seen = []
    labelers["second"].label = lambda case: seen.append(len(stored(workspace)[0])) or []
    result = label.run(context(run_id=run.id))
    assert result == {"run_id": run.id, "suggestions": len(stored(workspace)[0])}
    assert seen[0] > 0, "a block of the first is stored before the second is asked"
    assert len(set(seen)) > 3, "block by block, not at the end"
    told = [told for told in context.reports if told[0] == "suggesting, t2i"]
    failures = workspace.suggestions.failure_count(run.id, "t2i")
    assert failures > 10, "several blocks, and one that is not full"
    assert (told[0], told[-1]) == (
        ("suggesting, t2i", 0, failures),
        ("suggesting, t2i", failures, failures),
    )


def test_all_labelers_see_a_failure_before_the_next_block(workspace, context, run, labelers):
    order = []
    for name, labeler in labelers.items():
        labeler.label = lambda case, name=name: order.append(name) or []
    label.run(context(run_id=run.id))
    assert order[: 2 * label.BLOCK] == ["first"] * label.BLOCK + ["second"] * label.BLOCK


def test_a_labeler_that_raises_is_told_in_the_result(workspace, context, run, labelers):
    labelers["first"].break_at, labelers["first"].error = 6, KeyError("oops")
    result = label.run(context(run_id=run.id))
    (error,) = result["errors"]
    assert error.startswith("The labeler 'first' failed on query ")
    assert error.endswith("KeyError: 'oops'")
    assert workspace.suggestions.version(run.id, "i2t", "second") == "1"


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_job_goes_on_at_the_next_block(workspace, context, run, labelers, quiet, seed):
    result, rows, asked = quiet
    dice = random.Random(seed)
    for _ in range(4):
        labeler = labelers[dice.choice(("first", "second"))]
        labeler.break_at = len(labeler.asked) + dice.randrange(12)
        labeler.error = Killed()
        with contextlib.suppress(Killed):
            label.run(context(run_id=run.id))
        labeler.break_at = None
    assert label.run(context(run_id=run.id)) == result
    assert stored(workspace) == rows
    for name, labeler in labelers.items():
        assert set(labeler.asked) == set(asked[name])
        lost = len(labeler.asked) - len(asked[name])
        assert lost <= 4 * (label.BLOCK - 1), "only what had not been stored is asked again"
    done = len(labelers["first"].asked)
    assert label.run(context(run_id=run.id)) == result
    assert len(labelers["first"].asked) == done, "a labeler of the same version is not asked again"


def test_a_block_that_is_stored_is_not_asked_about_again(workspace, context, run, labelers):
    first = labelers["first"]
    first.break_at, first.error = label.BLOCK * 2 + 1, Killed()
    with pytest.raises(Killed):
        label.run(context(run_id=run.id))
    before = first.asked[: label.BLOCK * 2]
    again, first.asked, first.break_at = first.asked[label.BLOCK * 2 :], [], None
    label.run(context(run_id=run.id))
    assert not set(before) & set(first.asked)
    assert again[0] == first.asked[0]
    told = [told for told in context.reports if told[0] == "suggesting, t2i"]
    assert told.count(("suggesting, t2i", label.BLOCK * 2, told[0][2])) >= 1


def test_a_labeler_that_breaks_off_goes_on_next_time(workspace, context, run, labelers, quiet):
    result, rows, _ = quiet
    first = labelers["first"]
    first.break_at, first.error = 6, KeyError("oops")
    label.run(context(run_id=run.id))
    assert workspace.suggestions.version(run.id, "t2i", "first") is None
    assert workspace.suggestions.version(run.id, "i2t", "second") == "1"
    first.break_at = None
    assert label.run(context(run_id=run.id)) == result
    assert stored(workspace) == rows


def test_a_new_version_is_asked_about_everything(workspace, context, run, labelers, quiet):
    _, rows, asked = quiet
    label.run(context(run_id=run.id))
    labelers["first"].version = "2"
    labelers["first"].asked = []
    labelers["second"].asked = []
    label.run(context(run_id=run.id))
    assert labelers["first"].asked == asked["first"]
    assert labelers["second"].asked == []
    found, ranks = stored(workspace)
    assert ranks == rows[1]
    assert [row[:-1] for row in found] == [row[:-1] for row in rows[0]]
    assert {row[-2:] for row in found} == {("first", "2"), ("second", "1")}


def test_without_failures_a_run_is_labelled_all_the_same(workspace, context, labelers, dataset):
    perfect = add_run(workspace, dataset, {"t2i": np.ones(dataset.n_captions, np.int64)})
    assert label.run(context(run_id=perfect.id))["suggestions"] == 0
    for direction in ("t2i", "i2t"):
        assert workspace.suggestions.version(perfect.id, direction, "first") == "1"


def test_cancelling_does_not_wait_for_the_block(workspace, context, run, labelers):
    asked = context(run_id=run.id)
    first = labelers["first"]
    whole = first.label

    def stop_at_six(case):
        if len(first.asked) == 6:
            asked.stop.set()
        return whole(case)

    first.label = stop_at_six
    with pytest.raises(Cancelled):
        label.run(asked)
    assert len(first.asked) == 7
    assert workspace.suggestions.begin(run.id, "t2i", "first", "1") > 0


def test_the_captions_of_the_data_set_are_read_once(context, workspace, dataset, run, labelers):
    label.run(context(run_id=run.id))
    assert context.reports[-1][0] == "reading captions"
    kept = workspace.readings.find(dataset.id, reading_version())
    assert kept.tolist() == read_here(workspace, dataset.id).tolist()
    assert kept.shape == (90, N_COLUMNS)
    context.reports.clear()
    label.run(context(run_id=run.id))
    assert "reading captions" not in [told[0] for told in context.reports]
