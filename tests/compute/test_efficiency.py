import json
import time

import numpy as np
import pytest

import sample_data
from plugins.api import ModelCard
from workbench.compute import devices
from workbench.compute.efficiency import Spent, Work, efficiency, told_wait
from workbench.jobs import evaluate

CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"


def card(name, parameters=10, files_bytes=40):
    return ModelCard(name, "p", name, "w", name, 8, parameters, files_bytes, {"precision": "f"})


def work(**changed):
    facts = {
        **{"computed": 10, "elapsed_s": 2.0, "device": "cpu", "device_name": "a chip, 2 cores"},
        **{"precision": "float32", "batch_size": 4, "peak_host_bytes": 7},
    }
    return Work(**{**facts, **changed})


def test_figures_of_several_works_add_up():
    works = {
        "images": work(seconds={"decode": 1.0, "model": 2.0}, gflops={"image": 3.0}),
        "captions": work(computed=20, seconds={"model": 1.5}, gflops={"text": 0.5}),
        "pairs": work(
            computed=100,
            device="cuda:0",
            batch_size=64,
            gflops={"pair": 9.0, "image": 4.0},
            peak_host_bytes=5,
            peak_device_bytes=6,
        ),
    }
    assert efficiency(works, (card("a"), card("b", 5, 20)), vectors_bytes=99) == {
        "vectors_bytes": 99,
        "parameters": 15,
        "weights_bytes": 60,
        "device": "cuda:0",
        "device_name": "a chip, 2 cores",
        "precision": "float32",
        "batch_size": 64,
        "gflops_image": 7.0,
        "gflops_text": 0.5,
        "gflops_pair": 9.0,
        "images_per_s": 5.0,
        "captions_per_s": 10.0,
        "pairs_per_s": 50.0,
        "seconds": {"decode": 1.0, "model": 3.5},
        "computed": {"images": 10, "captions": 20, "pairs": 100},
        "peak_host_bytes": 7,
        "peak_device_bytes": 6,
    }


def test_the_share_of_the_time_that_the_device_waited_for_images():
    works = {
        "images": work(elapsed_s=3.0, seconds={"wait": 0.5}),
        "captions": work(elapsed_s=100.0, seconds={"model": 99.0}),
        "pairs": work(elapsed_s=1.0, seconds={"wait": 0.1}),
    }
    found = efficiency(works, (card("a"),), vectors_bytes=None)
    assert found["waited_share"] == pytest.approx(0.15)
    assert told_wait(found) == "; the device waited 15.0% of the time for images"
    captions = efficiency({"captions": works["captions"]}, (card("a"),), vectors_bytes=None)
    assert "waited_share" not in captions
    assert told_wait(captions) == ""


def test_what_is_not_known_is_left_out():
    assert efficiency({}, (card("a", None, None),), vectors_bytes=5) == {"vectors_bytes": 5}
    both = efficiency({}, (card("a"), card("b", None)), vectors_bytes=None)
    assert both == {"weights_bytes": 80}


def test_work_survives_its_json_and_an_older_versions_is_ignored():
    done = work(seconds={"model": 1.0}, gflops={"image": 2.0})
    assert Work.from_json(json.loads(json.dumps(done.as_json()))) == done
    for other in (None, [], {}, {**done.as_json(), "colour": 1}):
        assert Work.from_json(other) is None


def test_seconds_add_up_however_the_block_ends():
    spent, started = Spent(), time.perf_counter()
    with spent.on("model"):
        time.sleep(0.02)

    def fail():
        with spent.on("model"):
            time.sleep(0.02)
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert 0.04 <= spent.seconds()["model"] <= time.perf_counter() - started + 0.001


@pytest.fixture
def params(imported):
    return {"dataset_id": imported.id, "model": CLIP, "device": "cpu", "batch_size": 8}


def test_a_run_says_what_it_took(workspace, context, params):
    run = workspace.runs.get(evaluate.run(context(**params))["run_id"])
    found = run.efficiency
    assert (found["device"], found["precision"], found["batch_size"]) == ("cpu", "float32", 8)
    assert "cores" in found["device_name"]
    assert found["computed"] == {"images": 12, "captions": 36}
    assert set(found["seconds"]) == {"decode", "wait", "model", "write"}
    assert 0 < sum(found["seconds"][name] for name in ("wait", "model")) < run.seconds
    assert 0 <= found["waited_share"] < 1
    assert found["images_per_s"] == run.images_per_s > 0
    assert found["captions_per_s"] == run.captions_per_s > 0
    assert found["vectors_bytes"] == (12 + 36) * 4 * 128
    assert (
        found["weights_bytes"]
        == (sample_data.CLIP_DIR / "open_clip_model.safetensors").stat().st_size
    )
    assert found["parameters"] == workspace.models.all()[0].parameters
    assert found["gflops_image"] > found["gflops_text"] > 0
    assert 10**7 < found["peak_host_bytes"] <= devices.peak_host_bytes()
    assert "peak_device_bytes" not in found


def test_a_run_on_vectors_that_were_there_has_the_figures_of_their_making(
    workspace, context, params
):
    first = workspace.runs.get(evaluate.run(context(**params))["run_id"])
    second = workspace.runs.get(evaluate.run(context(**{**params, "k": 3}))["run_id"])
    assert second.id != first.id
    assert second.efficiency == first.efficiency
    assert second.images_per_s == first.images_per_s


def test_vectors_made_elsewhere_have_no_speed(workspace, context, params, vectors):
    run = workspace.runs.get(
        evaluate.run(context(**{**params, "model": f"vectors:{vectors}"}))["run_id"]
    )
    assert run.efficiency == {"vectors_bytes": (12 + 36) * 8 * 4}
    assert run.images_per_s is None


def test_the_peak_of_memory_is_that_of_this_process():
    before = devices.peak_host_bytes()
    block = np.ones(before // 8 + 5_000_000)
    assert devices.peak_host_bytes() >= before + 5_000_000
    del block
