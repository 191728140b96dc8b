"""`workbench demo`: the whole sample in `make test-slow`, its first images always."""

import json

import pytest

import sample_data

N_IMAGES = 60


@pytest.fixture
def first_images(tmp_path, monkeypatch):
    """The sample's study of its first test images alone."""
    world = json.loads(sample_data.WORLD_JSON.read_text("utf-8"))
    world["images"] = [one for one in world["images"] if one["split"] == "test"][:N_IMAGES]
    folder = tmp_path / "first images"
    folder.mkdir()
    (folder / "world.json").write_text(json.dumps(world), "utf-8")
    for place in (sample_data.IMAGES, sample_data.CLIP_DIR.parent):
        (folder / place.name).symlink_to(place)
    study = folder / sample_data.STUDY.name
    study.write_bytes(sample_data.STUDY.read_bytes())
    monkeypatch.setattr(sample_data, "STUDY", study)


def shown(run, workspace):
    """Run the demo, hold what it prints to what `runs` prints; return its runs."""
    code, out, err = run("demo")  # no terminal here: as with --headless
    assert code == 0, err
    runs = itm, itc, clip = json.loads(run("runs", "--json")[1])
    assert [found["stage"] for found in runs] == ["itm", "itc", "itc"]
    assert itm["first_run_id"] == itc["id"]
    assert f"{100 * itm['metrics']['t2i']['R@1']:.2f} [" in out
    assert f"A clip-tiny run {clip['id']}, B blip-tiny itm run {itm['id']}" in out
    assert "CIDEr-D" in out
    assert "counting" in out
    assert str(workspace.path) in out
    code, _, err = run("demo", "--headless")
    assert code == 0
    assert "Nothing was computed" in err
    return runs


def test_the_demo_compares_clip_with_blip(first_images, run, workspace):
    shown(run, workspace)


@pytest.mark.slow
def test_the_demo_shows_real_failures_of_a_real_model(run, workspace):
    itm, itc, clip = shown(run, workspace)
    for found in (itm, itc, clip):
        assert 0.35 < found["metrics"]["t2i"]["R@1"] < 0.85
        assert found["metrics"]["t2i"]["R@10"] > 0.8
    assert itm["metrics"]["t2i"]["R@1"] > itc["metrics"]["t2i"]["R@1"]
