"""The decoder that a job's parameters choose, and what becomes of its vectors."""

import pickle
from importlib import metadata

import numpy as np
import pytest
import torch
from PIL import Image

import sample_data
from plugins.api import JpegPreparation
from workbench.compute import loading
from workbench.compute.engines.ray_workers import ShardWorker, Work
from workbench.compute.errors import JobError
from workbench.compute.loading import load_model
from workbench.jobs import evaluate
from workbench.jobs.import_dataset import import_dataset

CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"

pytestmark = pytest.mark.filterwarnings("ignore:The image decoding and encoding capabilities")


def test_a_model_is_loaded_as_it_is_unless_a_decoder_is_named(context, vectors):
    assert not isinstance(load_model(context(), CLIP, "cpu").preparation, JpegPreparation)
    chosen = load_model(context(decoder="torchvision"), CLIP, "cpu")
    assert isinstance(chosen.preparation, JpegPreparation)
    stored = load_model(context(decoder="torchvision"), f"vectors:{vectors}", "cpu")
    assert "image_decoder" not in stored.card.protocol


def test_a_model_without_a_choice_is_named(context, monkeypatch):
    model = load_model(context(), CLIP, "cpu")

    class Foreign:
        card = model.card
        prepare_image = model.prepare_image

    monkeypatch.setattr(loading.registry, "load_model", lambda *_: Foreign())
    with pytest.raises(JobError, match="no choice of a decoder: leave out --decoder torchvision"):
        load_model(context(decoder="torchvision"), CLIP, "cpu")


def test_a_worker_of_ray_decodes_as_the_job_does(context):
    model = load_model(context(decoder="torchvision"), CLIP, "cpu")
    work = Work(
        kind="texts",
        spec=CLIP,
        fingerprint=model.card.fingerprint,
        version=metadata.version("retrieval-workbench"),
        device="cpu",
        threads=torch.get_num_threads(),
        batch=4,
        decoder=model.card.protocol["image_decoder"],
    )
    row = {"index": [0], "shard": [pickle.dumps(["a dog"])]}
    (outcome,) = ShardWorker(work)(row)["outcome"]
    assert pickle.loads(outcome).error is None


def test_vectors_of_two_decoders_are_kept_apart(workspace, context, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    lines = ["image,caption"]
    for n in range(6):
        small = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        small.resize((300, 200), Image.Resampling.BICUBIC).save(folder / f"{n}.jpg")
        lines.append(f"{n}.jpg,picture {n}")
    (tmp_path / "captions.csv").write_text("\n".join(lines))
    (data,), _ = import_dataset(
        context(), source=tmp_path / "captions.csv", reader_name="csv", images=folder, name="photos"
    )
    params = {"dataset_id": data.id, "model": CLIP, "k": 3}
    runs = {
        decoder: workspace.runs.get(evaluate.run(context(**params, decoder=decoder))["run_id"])
        for decoder in ("pil", "torchvision")
    }
    assert runs["pil"].protocol.get("image_decoder") is None
    assert runs["torchvision"].protocol["image_decoder"] == "torchvision"
    assert runs["pil"].model_id != runs["torchvision"].model_id
    one, other = (np.load(place / "images.npy") for place in workspace.vectors.path.iterdir())
    assert np.einsum("nd,nd->n", one, other).min() > 0.999
    assert not np.array_equal(one, other)
