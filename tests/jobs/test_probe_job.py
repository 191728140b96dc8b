"""Probing with a tiny real BLIP: scores, resuming, what is refused."""

import numpy as np
import pytest

from plugins import registry
from tests.plugins.transformers_folders import RETRIEVAL, build_blip
from workbench.analysis.edits.caption import FAILURES, edits_of
from workbench.compute.errors import Cancelled, JobError
from workbench.jobs import evaluate, probe

_ROWS = "SELECT * FROM probes ORDER BY direction, query_id, category, position"


@pytest.fixture(scope="session")
def blip(tmp_path_factory):
    return f"blip:{build_blip(tmp_path_factory.mktemp('probed') / 'blip', (RETRIEVAL,))}"


@pytest.fixture
def run(workspace, context, imported, blip):
    asked = context(dataset_id=imported.id, model=blip, k=5)
    return workspace.runs.get(evaluate.run(asked)["run_id"])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(probe, "BLOCK", 4)


def stored(workspace):
    return workspace.read().execute(_ROWS).fetchall()


def test_an_edit_is_scored_by_the_cosine_with_the_true_image(workspace, context, run, blip):
    probe.run(context(run_id=run.id, every=True))
    rows = [row for row in stored(workspace) if row[1] == "t2i"]
    captions = {c.id: c for c in workspace.datasets.captions(run.dataset_id)}
    assert {row[2] for row in rows} == set(captions), "every caption has a number"
    model = registry.load_model(blip, "cpu")
    (folder,) = workspace.vectors.path.iterdir()
    images = np.load(folder / "images.npy")
    first = min(c.image_id for c in captions.values())
    for row in rows[:12]:
        caption = captions[row[2]]
        assert row[5] in [edit.text for edit in edits_of(caption.text)]
        image = images[caption.image_id - first]
        own, edited = model.encode_texts([caption.text, row[5]]) @ image
        assert row[7:] == pytest.approx((own, edited, own - edited), abs=1e-5)


def test_only_failures_unless_every_query_is_asked_for(workspace, context, run):
    probe.run(context(run_id=run.id))
    for direction in ("t2i", "i2t"):
        ids, ranks = workspace.runs.ranks(run.id, direction)
        found = {row[2] for row in stored(workspace) if row[1] == direction}
        assert found == set(ids[ranks > 1].tolist())


@pytest.mark.parametrize("failures", [0, 1])
def test_a_run_with_hardly_a_failure_is_probed(workspace, context, run, failures):
    with workspace.write() as connection:
        connection.execute("UPDATE ranks SET rank = 1")
        connection.execute(
            "UPDATE ranks SET rank = 2 WHERE direction = 't2i' AND query_id IN "
            "(SELECT query_id FROM ranks WHERE direction = 't2i' LIMIT ?)",
            (failures,),
        )
    assert probe.run(context(run_id=run.id)) == {"run_id": run.id}
    assert len({row[2] for row in stored(workspace)}) == failures
    for direction in ("t2i", "i2t"):
        assert workspace.probes.version(run.id, direction) == FAILURES


def test_a_cancelled_probing_goes_on_to_the_same_rows(workspace, context, run):
    probe.run(context(run_id=run.id, every=True))
    whole = stored(workspace)
    with workspace.write() as connection:
        connection.execute("DELETE FROM probes")
        connection.execute("DELETE FROM probings")
    for stop_at in (6, 20):
        asked = context(run_id=run.id, every=True)
        report = asked.report

        def stopping(stage, done, total, asked=asked, report=report, stop_at=stop_at):
            report(stage, done, total)
            if stage == "probing, t2i" and done >= stop_at:
                asked.stop.set()

        asked.report = stopping
        with pytest.raises(Cancelled):
            probe.run(asked)
        kept = len(stored(workspace))
        assert 0 < kept < len(whole)
    probe.run(context(run_id=run.id, every=True))
    assert stored(workspace) == whole


def test_nothing_is_probed_twice(workspace, context, run, monkeypatch):
    probe.run(context(run_id=run.id, every=True))
    once = stored(workspace)

    def never(*_):
        raise AssertionError("loaded again")

    monkeypatch.setattr(probe, "encoder_of", never)
    probe.run(context(run_id=run.id, every=True))
    probe.run(context(run_id=run.id))
    assert stored(workspace) == once


def test_vectors_made_elsewhere_are_refused(workspace, context, imported, vectors):
    asked = context(dataset_id=imported.id, model=f"vectors:{vectors}")
    run_id = evaluate.run(asked)["run_id"]
    with pytest.raises(JobError, match="no model here embeds an edited caption"):
        probe.run(context(run_id=run_id))
