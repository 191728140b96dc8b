"""Captioning with a tiny real BLIP: whole, resumed, repeated, measured."""

import logging
import signal
import subprocess
import sys

import numpy as np
import pytest

from plugins import registry
from plugins.api import CaptionOptions
from store.records.dataset import NewCaption, NewImage
from store.workspace import Workspace
from tests.plugins.transformers_folders import CAPTIONING, RETRIEVAL, build_blip
from workbench.compute.batches import Batches
from workbench.compute.broken import BrokenImages
from workbench.compute.context import JobContext
from workbench.compute.errors import JobError
from workbench.jobs import caption, caption_blocks, evaluate

OPTIONS = {"min_length": 2, "max_length": 6, "beams": 2}
NUCLEUS = {"method": "nucleus", "min_length": 2, "max_length": 6, "top_p": 1.0}


@pytest.fixture(scope="session")
def blip(tmp_path_factory):
    """A BLIP that embeds, scores and writes; untrained, so what it writes is noise."""
    folder = tmp_path_factory.mktemp("models") / "blip"
    return f"blip:{build_blip(folder, (RETRIEVAL, CAPTIONING), seed=1)}"


@pytest.fixture
def params(imported, blip):
    return {"dataset_id": imported.id, "model": blip, "options": OPTIONS, "batch_size": 4}


def texts(workspace, captioning_id):
    return [(c.image_id, c.text) for c in workspace.captionings.captions(captioning_id)]


def metrics(workspace, captioning_id, run_id=None):
    found = workspace.captionings.metrics(captioning_id)
    return {m.name: m for m in found if m.run_id == run_id}


def test_every_image_has_a_caption_and_the_captions_have_numbers(workspace, context, params):
    result = caption.run(context(**params))
    assert result == {"captioning_id": 1, "reused": False, "unreferenced": 0}
    captioning = workspace.captionings.get(1)
    assert (captioning.status, captioning.done) == ("done", 12)
    assert captioning.images_per_s > 0
    assert captioning.efficiency["computed"] == {"images": 12}
    assert {"model", "decode", "wait", "write"} <= set(captioning.efficiency["seconds"])
    assert context.reports[-1][0] == "measuring captions"
    assert ("captioning images", 12, 12) in context.reports
    captions = workspace.captionings.captions(1)
    assert len(captions) == 12
    assert any(c.text for c in captions)
    found = metrics(workspace, 1)
    assert {"BLEU-1", "BLEU-4", "ROUGE-L", "CIDEr-D", "vocabulary", "distinct-2"} <= set(found)
    for name in ("ROUGE-L", "CIDEr-D"):
        assert found[name].value == pytest.approx(np.mean([c.scores[name] for c in captions]))
        assert found[name].low <= found[name].value <= found[name].high
    assert "CLIPScore" not in captions[0].scores  # there is no run with vectors yet


def test_clip_scores_are_cosines_with_the_vectors_of_the_run(workspace, context, params, blip):
    run_id = evaluate.run(context(**params, k=5))["run_id"]
    caption.run(context(**params))
    found = metrics(workspace, 1, run_id)
    assert set(found) == {"CLIPScore", "RefCLIPScore"}
    captions = workspace.captionings.captions(1)
    model = registry.load_model(blip, "cpu")
    written = model.encode_texts([c.text for c in captions])
    (folder,) = workspace.vectors.path.iterdir()
    images, human = np.load(folder / "images.npy"), np.load(folder / "texts.npy")
    for row, generated in enumerate(captions):
        image = 2.5 * max(0.0, float(images[row] @ written[row]))
        nearest = max(0.0, float((human[3 * row : 3 * row + 3] @ written[row]).max()))
        assert generated.scores["CLIPScore"] == pytest.approx(image, abs=1e-5)
        both = 2 * image * nearest / (image + nearest) if image + nearest else 0.0
        assert generated.scores["RefCLIPScore"] == pytest.approx(both, abs=1e-5)
        assert "CIDEr-D" in generated.scores
    mean = np.mean([c.scores["CLIPScore"] for c in captions])
    assert found["CLIPScore"].value == pytest.approx(mean)
    assert found["CLIPScore"].low < found["CLIPScore"].high


def test_the_same_work_is_not_done_twice_and_another_clip_only_adds(
    workspace, context, params, monkeypatch
):
    caption.run(context(**params, clip="none"))
    run_id = evaluate.run(context(**params, k=5))["run_id"]

    def never(*_: object) -> None:
        raise AssertionError("captioned again")

    monkeypatch.setattr(caption_blocks.Describer, "blocks", never)
    again = caption.run(context(**{**params, "options": {**OPTIONS, "seed": 7}}))  # beam: no seed
    assert again == {"captioning_id": 1, "reused": True, "unreferenced": 0}
    assert set(metrics(workspace, 1, run_id)) == {"CLIPScore", "RefCLIPScore"}
    assert "BLEU-4" in metrics(workspace, 1)
    monkeypatch.setattr("workbench.jobs.caption_scores.clip_columns", never)
    caption.run(context(**params))  # nor is anything measured twice
    with pytest.raises(AssertionError, match="again"):
        caption.run(context(**{**params, "options": {**OPTIONS, "beams": 1}}))


KILLED = """
import os, signal, sys
from pathlib import Path
from store.captionings import Captionings
from store.workspace import Workspace
from workbench.jobs import caption, caption_blocks
from workbench.compute.context import JobContext
caption_blocks.SAMPLED_BLOCK = 4
add = Captionings.add
def add_once(self, captioning_id, captions):
    if self.get(captioning_id).done:
        os.kill(os.getpid(), signal.SIGKILL)
    return add(self, captioning_id, captions)
Captionings.add = add_once
params = eval(sys.argv[2])
with Workspace(Path(sys.argv[1])) as workspace:
    caption.run(JobContext(workspace, params, lambda *_: None))
"""


@pytest.mark.parametrize("options", [OPTIONS, NUCLEUS], ids=["beam", "nucleus"])
def test_after_kill_9_it_goes_on_to_what_an_uninterrupted_run_writes(
    workspace, context, params, options, monkeypatch
):
    monkeypatch.setattr(caption_blocks, "SAMPLED_BLOCK", 4)
    params = {**params, "options": options}
    child = subprocess.run([sys.executable, "-c", KILLED, str(workspace.path), repr(params)])
    assert child.returncode == -signal.SIGKILL
    before = texts(workspace, 1)
    assert len(before) == 4
    assert workspace.captionings.get(1).status == "running"

    result = caption.run(context(**params))
    assert result["captioning_id"] == 1
    assert context.reports[1] == ("captioning images", 4, 12)
    assert workspace.captionings.get(1).efficiency["computed"] == {"images": 8}
    resumed = texts(workspace, 1)
    assert resumed[:4] == before

    workspace.captionings.remove(1)
    whole = caption.run(context(**params))["captioning_id"]
    assert texts(workspace, whole) == resumed


def describer(blip, options, size=4):
    model = registry.load_model(blip, "cpu")
    return caption_blocks.Describer(model, CaptionOptions(**options), Batches(size))


@pytest.fixture
def broken(workspace):
    return BrokenImages(workspace.datasets)


def test_a_block_that_lacks_one_caption_is_drawn_whole(
    workspace, imported, blip, broken, monkeypatch
):
    monkeypatch.setattr(caption_blocks, "SAMPLED_BLOCK", 5)
    images = list(workspace.datasets.images(imported.id))
    everything = {image.id for image in images}
    every = list(describer(blip, NUCLEUS).blocks(images, everything, broken))
    assert [len(block) for block in every] == [5, 5, 2]
    (only,) = describer(blip, NUCLEUS).blocks(images, {images[7].id}, broken)
    assert only == every[1]
    (last,) = describer(blip, NUCLEUS).blocks(images, {images[11].id}, broken)
    assert last == every[2]
    drawn = [text for block in every for _, text in block]
    other = describer(blip, {**NUCLEUS, "seed": 1}).blocks(images, everything, broken)
    assert [text for block in other for _, text in block] != drawn


def test_the_same_picture_is_drawn_anew_in_every_block_and_part(
    workspace, imported, blip, broken, monkeypatch
):
    monkeypatch.setattr(caption_blocks, "SAMPLED_BLOCK", 4)
    image = next(iter(workspace.datasets.images(imported.id)))
    blocks = list(describer(blip, NUCLEUS, 2).blocks([image] * 8, {image.id}, broken))
    drawn = [text for block in blocks for _, text in block]
    parts = [tuple(drawn[at : at + 2]) for at in range(0, 8, 2)]  # as memory allows
    assert len(set(parts)) == 4


def test_a_smaller_batch_after_running_out_of_memory_changes_no_caption(
    workspace, imported, blip, broken, monkeypatch
):
    images = list(workspace.datasets.images(imported.id))
    everything = {image.id for image in images}
    whole = list(describer(blip, OPTIONS, 6).blocks(images, everything, broken))
    tight = describer(blip, OPTIONS, 6)
    generate = type(tight.model).generate_captions

    class OutOfMemoryError(RuntimeError):
        pass

    def small(self, batch, options):
        if len(batch) > 3:
            raise OutOfMemoryError("no")
        return generate(self, batch, options)

    monkeypatch.setattr(type(tight.model), "generate_captions", small)
    assert list(tight.blocks(images, everything, broken)) == whole
    assert tight.batches.size == 3


def test_broken_images_are_left_out_and_captioned_once_they_are_whole(
    workspace, context, params, images, caplog
):
    whole = caption.run(context(**params))["captioning_id"]
    expected = texts(workspace, whole)
    workspace.captionings.remove(whole)
    paths = sorted(images.iterdir())
    kept = {n: paths[n].read_bytes() for n in (1, 8, 9, 10, 11)}
    for n in kept:
        paths[n].write_bytes(b"gone bad")
    first = caption.run(context(**params))
    assert "'01.png' is left out: not an image" in caplog.text
    ids = [image_id for image_id, _ in expected]
    found = dict(texts(workspace, first["captioning_id"]))
    assert list(found) == [image_id for n, image_id in enumerate(ids) if n not in kept]
    assert workspace.datasets.image(ids[8]).problem == "since its import: not an image"
    captioning = workspace.captionings.get(first["captioning_id"])
    assert (captioning.status, captioning.done) == ("done", 7)
    assert caption.run(context(**params))["reused"]
    for n, data in kept.items():
        paths[n].write_bytes(data)
    again = caption.run(context(**params))
    assert again == {**first, "reused": False}
    assert texts(workspace, first["captioning_id"]) == expected
    assert workspace.datasets.get(1).n_problems == 0


def test_a_caption_that_comes_later_is_measured_with_the_others(workspace, context, params, images):
    run_id = evaluate.run(context(**params, k=5))["run_id"]
    whole = caption.run(context(**params))["captioning_id"]
    expected = [metrics(workspace, whole), metrics(workspace, whole, run_id)]
    scores = [c.scores for c in workspace.captionings.captions(whole)]
    workspace.captionings.remove(whole)
    path = sorted(images.iterdir())[3]
    kept = path.read_bytes()
    path.write_bytes(b"gone bad")
    part = caption.run(context(**params))["captioning_id"]
    assert metrics(workspace, part) != expected[0]
    path.write_bytes(kept)
    caption.run(context(**params))
    assert [metrics(workspace, part), metrics(workspace, part, run_id)] == expected
    assert [c.scores for c in workspace.captionings.captions(part)] == scores
    with workspace.write() as connection:  # as earlier versions left it
        connection.execute("UPDATE generated_captions SET scores = '{}' WHERE image_id = 4")
        connection.execute("UPDATE caption_metrics SET value = 7")
    caption.run(context(**params))
    assert [metrics(workspace, part), metrics(workspace, part, run_id)] == expected


def test_images_without_human_captions_are_captioned_but_not_compared(
    workspace, context, params, images, caplog
):
    caplog.set_level(logging.INFO)
    paths = sorted(images.iterdir())[:4]
    new = [
        NewImage(path.name, path, 40, 30, None, (NewCaption("a red dog"),) if row < 2 else ())
        for row, path in enumerate(paths)
    ]
    new.append(NewImage("broken.png", None, None, None, "truncated", (NewCaption("a cat"),)))
    dataset = workspace.datasets.add(
        name="sparse", split="all", reader="csv", source="x", images_root=images, licence="",
        fingerprint="sparse", images=new,
    )  # fmt: skip
    run_id = evaluate.run(context(**{**params, "dataset_id": dataset.id}, k=2))["run_id"]
    result = caption.run(context(**{**params, "dataset_id": dataset.id}))
    assert result["unreferenced"] == 2
    assert "2 of 4 images have no human captions" in caplog.text
    captions = workspace.captionings.captions(result["captioning_id"])
    assert ["CIDEr-D" in c.scores for c in captions] == [True, True, False, False]
    assert ["RefCLIPScore" in c.scores for c in captions] == [True, True, False, False]
    assert all("CLIPScore" in c.scores for c in captions)
    found = metrics(workspace, result["captioning_id"])
    assert found["unique"].value == len({c.text for c in captions}) / 4  # of all four
    clip = metrics(workspace, result["captioning_id"], run_id)["CLIPScore"]
    assert clip.value == pytest.approx(np.mean([c.scores["CLIPScore"] for c in captions]))
    assert clip.low is None  # four images give no interval


def test_without_any_human_caption_the_text_metrics_are_left_out(
    workspace, context, params, images
):
    new = [NewImage(path.name, path, 40, 30, None, ()) for path in sorted(images.iterdir())]
    dataset = workspace.datasets.add(
        name="bare", split="all", reader="csv", source="x", images_root=images, licence="",
        fingerprint="bare", images=new,
    )  # fmt: skip
    caption.run(context(**{**params, "dataset_id": dataset.id}))
    found = metrics(workspace, 1)
    assert "vocabulary" in found
    assert not {"BLEU-4", "ROUGE-L", "CIDEr-D"} & set(found)


def test_what_cannot_be_captioned_says_why(workspace, context, params, vectors, captions):
    with pytest.raises(JobError, match="models that can: blip:"):
        caption.run(context(**{**params, "model": f"vectors:{vectors}"}))
    from workbench.jobs.import_dataset import import_dataset

    (text,), _ = import_dataset(context(), source=captions, reader_name="csv", name="text")
    with pytest.raises(JobError, match="no usable images"):
        caption.run(context(**{**params, "dataset_id": text.id}))
    assert workspace.captionings.all() == []


def test_a_run_that_cannot_measure_is_refused_if_named_and_passed_over_if_not(
    workspace, context, params, vectors, imported, blip
):
    own = evaluate.run(context(**params, k=5))["run_id"]
    stored = {"dataset_id": imported.id, "model": f"vectors:{vectors}", "k": 5}
    newest = evaluate.run(context(**stored))["run_id"]
    with pytest.raises(JobError, match="cannot embed captions"):
        caption.run(context(**params, clip=newest))
    second = {**stored, "rerank": 3, "rerank_model": params["model"]}
    with pytest.raises(JobError, match=f"re-ranks what vectors:.* found in run {newest}"):
        caption.run(context(**params, clip=evaluate.run(context(**second))["run_id"]))
    caption.run(context(**params))
    assert metrics(workspace, 1, own)
    assert not metrics(workspace, 1, newest)
    model = workspace.models.get(workspace.runs.get(own).model_id)
    folder = workspace.vectors.folder(
        workspace.vectors.key(imported.fingerprint, model.fingerprint, "")
    )
    (folder.path / "texts.npy").unlink()
    other = {**params, "options": {**OPTIONS, "beams": 1}}
    with pytest.raises(JobError, match="not in the workspace any more"):
        caption.run(context(**other, clip=own))
    result = caption.run(context(**other))
    assert result["reused"]  # what had been captioned before the refusal was kept
    assert not metrics(workspace, result["captioning_id"], own)


def test_a_model_measures_its_own_captions_only_if_no_other_can(
    workspace, context, params, blip, tmp_path
):
    rival = f"blip:{build_blip(tmp_path / 'rival', (RETRIEVAL,), seed=2)}"
    other = evaluate.run(context(**{**params, "model": rival}, k=5))["run_id"]
    own = evaluate.run(context(**params, k=5))["run_id"]
    caption.run(context(**params))
    assert metrics(workspace, 1, other)
    assert not metrics(workspace, 1, own), "although it is newer"
    caption.run(context(**params, clip=own))
    assert metrics(workspace, 1, own), "whoever asks for it gets it"


def test_what_is_drawn_does_not_depend_on_the_batch_size(workspace, context, params):
    options = {**NUCLEUS, "seed": 3}
    caption.run(context(**{**params, "options": options, "batch_size": 3}))
    drawn = texts(workspace, 1)
    workspace.captionings.remove(1)
    again = caption.run(context(**{**params, "options": options, "batch_size": 16}))
    assert [text for _, text in texts(workspace, again["captioning_id"])] == [t for _, t in drawn]


def test_a_run_on_other_data_is_refused(workspace, context, params, images):
    new = [NewImage("a.png", images / "00.png", 40, 30, None, (NewCaption("a dog"),))]
    dataset = workspace.datasets.add(
        name="other", split="all", reader="csv", source="x", images_root=images, licence="",
        fingerprint="other", images=new,
    )  # fmt: skip
    run_id = evaluate.run(context(**params, k=5))["run_id"]
    with pytest.raises(JobError, match="takes a run on other/all"):
        caption.run(context(**{**params, "dataset_id": dataset.id}, clip=run_id))


def test_the_workspace_is_readable_by_others_while_it_is_captioned(workspace, context, params):
    seen = []

    def report(stage, done, total):
        if stage == "captioning images":
            with Workspace(workspace.path, read_only=True) as other:
                seen.append((done, len(other.captionings.missing(1))))

    caption.run(JobContext(workspace, params, report))
    assert seen[-1] == (12, 0)
    assert all(done + missing == 12 for done, missing in seen)
