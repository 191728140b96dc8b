import time

import pytest

import sample_data
from plugins import registry
from tests.plugins.transformers_folders import CAPTIONING, RETRIEVAL, build_blip
from workbench.compute.errors import JobError
from workbench.compute.profile import profile

CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"


def test_every_batch_size_and_precision_of_an_encoder():
    told = []
    found = profile(
        CLIP, "cpu", [1, 2], ["fp32", "bf16"], budget_s=0.25, report=lambda *t: told.append(t[0])
    )
    assert [(cell.what, cell.precision, cell.batch_size) for cell in found.cells] == [
        (what, precision, size)
        for precision in ("fp32", "bf16")
        for what in ("images", "captions")
        for size in (1, 2)
    ]
    for cell in found.cells:
        assert cell.problem is None
        assert 0 < cell.p50_ms <= cell.p95_ms
        assert cell.per_s <= 1000 * cell.batch_size / cell.p50_ms * 3
    assert found.gflops.keys() == {"image", "text"}
    assert found.parameters > 10**6
    assert found.weights_bytes == 4_616_450
    assert told[0] == "loading the model"
    assert "captions, bf16, batches of 2" in told


def test_pairs_and_captions_of_a_blip(tmp_path):
    spec = f"blip:{build_blip(tmp_path / 'blip', (RETRIEVAL, CAPTIONING))}"
    found = profile(spec, "cpu", [2], ["fp32"], budget_s=0.05)
    assert [cell.what for cell in found.cells] == [
        "images",
        "captions",
        "pairs",
        "generated captions",
    ]
    assert found.gflops.keys() == {"image", "text", "pair"}


def test_a_model_that_cannot_be_cast_says_so(monkeypatch):
    class Stiff:
        def __init__(self, model):
            self.card, self.prepare_image = model.card, model.prepare_image
            self.encode_images, self.encode_texts = model.encode_images, model.encode_texts
            self.truncated = model.truncated

    stiff = Stiff(registry.load_model(CLIP, "cpu"))
    monkeypatch.setattr(registry, "load_model", lambda *_: stiff)
    found = profile(CLIP, "cpu", [1], ["fp32", "fp16"], budget_s=0.05)
    assert [cell.problem for cell in found.cells] == [None, None, "fp32 only", "fp32 only"]
    assert found.cells[-1].per_s is None


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def test_what_does_not_fit_or_is_not_supported_is_said_in_its_cell(monkeypatch):
    model = registry.load_model(CLIP, "cpu")

    def images(batch):
        if len(batch) > 1:
            raise OutOfMemoryError("tried to allocate 7 GiB\nand more")

    def texts(_):
        raise RuntimeError("\"gelu\" not implemented for 'Half'\nstack")

    monkeypatch.setattr(model, "encode_images", images)
    monkeypatch.setattr(model, "encode_texts", texts)
    monkeypatch.setattr(registry, "load_model", lambda *_: model)
    found = profile(CLIP, "cpu", [1, 2], ["fp32"], budget_s=0.01)
    assert [cell.problem for cell in found.cells] == [
        None,
        "out of memory",
        *["\"gelu\" not implemented for 'Half'"] * 2,
    ]


def test_a_batch_that_would_take_too_long_is_left_out(monkeypatch):
    """Half precision on a processor may take minutes a call."""
    slow = registry.load_model(CLIP, "cpu")
    monkeypatch.setattr(registry, "load_model", lambda *_: slow)
    monkeypatch.setattr(slow, "encode_images", lambda batch: time.sleep(0.01 * len(batch)))
    found = profile(CLIP, "cpu", [1, 8, 500], ["fp32"], budget_s=0.1)
    assert [cell.problem is None for cell in found.cells[:3]] == [True, True, False]
    assert found.cells[2].problem.startswith("left out: a call would take about")
    assert found.cells[1].p50_ms >= 80


def test_vectors_have_no_speed(vectors):
    with pytest.raises(JobError, match="nothing to measure"):
        profile(f"vectors:{vectors}", "cpu", [1], ["fp32"])
