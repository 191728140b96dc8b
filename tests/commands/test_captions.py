"""`workbench caption` and `captions` as a program would use them."""

import json

import pytest

from tests.plugins.transformers_folders import CAPTIONING, RETRIEVAL, build_blip

SHORT = ("--min-length", 2, "--max-length", 6)
HOSTILE = "\x1b[31mred\x1b]0;owned\x07"


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    top = tmp_path_factory.mktemp("blips")
    build_blip(top / "captions", (CAPTIONING,), seed=1)
    build_blip(top / "retrieves", (RETRIEVAL,))
    return top


def test_caption_then_list_print_and_export(run, imported, folders, tmp_path, workspace):
    words = ("caption", "--dataset", "world", "--model", f"blip:{folders}/captions", *SHORT)
    code, out, err = run(*words)
    assert (code, out.strip()) == (0, "1")
    assert "CIDEr-D" in err
    assert "captioning 1: blip:" in err
    code, out, err = run(*words)
    assert (code, out.strip()) == (0, "1")
    assert "Nothing was captioned: captioning 1" in err

    (listed,) = json.loads(run("captions", "--json")[1])
    assert (listed["id"], listed["status"], listed["done"]) == (1, "done", 12)
    assert listed["options"]["beams"] == 3
    values = {metric["name"]: metric["value"] for metric in listed["metrics"]}
    assert 0 <= values["BLEU-1"] <= 1
    table = run("captions")[1]
    assert "world/all" in table
    assert f"{100 * values['CIDEr-D']:.2f}" in table

    rows = json.loads(run("captions", 1, "--json")[1])
    assert [row["image_key"] for row in rows[:2]] == ["00.png", "01.png"]
    assert rows[0]["caption"] == workspace.captionings.captions(1)[0].text
    printed = run("captions", 1)[1]
    assert "two dogs beside house 0, view 0 / two dogs" in printed
    out = tmp_path / "c.jsonl"
    code, _, err = run("captions", 1, "--out", out)
    assert code == 0
    assert "12 rows in" in err
    assert json.loads(out.read_text().splitlines()[0])["caption"] == rows[0]["caption"]
    assert run("captions", 1, "--out", out)[0] == 1
    assert run("captions", 1, "--out", out, "--force")[0] == 0
    (job, _) = json.loads(run("jobs", "--json")[1])
    assert (job["kind"], job["state"]) == ("caption", "done")


def test_a_prompt_and_sampling_are_another_captioning(run, imported, folders):
    words = ("caption", "--dataset", "world", "--model", f"blip:{folders}/captions", *SHORT)
    code, out, _ = run(
        *words, "--method", "nucleus", "--top-p", 0.95, "--prompt", "a red", "--clip", "none"
    )
    assert (code, out.strip()) == (0, "1")
    (listed,) = json.loads(run("captions", "--json")[1])
    assert listed["options"] == {
        "method": "nucleus", "top_p": 0.95, "prompt": "a red", "min_length": 2, "max_length": 6,
        "seed": 0,
    }  # fmt: skip


def test_what_cannot_be_done_is_refused_before_it_is_queued(run, imported, folders, workspace):
    blip = f"blip:{folders}/captions"
    for wrong, code, sentence in (
        (("--model", f"blip:{folders}/retrieves"), 1, "models that can: blip:"),
        (("--model", "blip:/nowhere"), 2, "/nowhere"),
        (("--model", blip, "--min-length", 9, "--max-length", 5), 2, "--min-length"),
        (("--model", blip, "--clip", "7"), 1, "no run 7"),
        (("--model", blip, "--clip", "newest"), 2, "'none'"),
        (("--model", blip, "--batch-size", "0"), 2, "--batch-size"),
        (("--model", blip, "--top-p", "0"), 2, "--top-p"),
    ):
        found, _, err = run("caption", "--dataset", "world", *wrong)
        assert found == code, err
        assert sentence in err
    assert workspace.jobs.all() == []


def test_no_captioning_and_wrong_ids(run, imported):
    assert "workbench caption" in run("captions")[2]
    assert json.loads(run("captions", "--json")[1]) == []
    assert run("captions", 4)[0] == 1
    assert run("captions", "--out", "x.csv")[0] == 2


def test_what_a_model_wrote_cannot_steer_the_terminal(run, imported, workspace):
    model = workspace.models.put(
        spec=f"blip:{HOSTILE}", plugin="blip", name="x", weights="x", fingerprint="x",
        parameters=None, embedding_dim=0,
    )  # fmt: skip
    captioning = workspace.captionings.start(imported.id, model.id, {"prompt": HOSTILE}, {}, None)
    images = workspace.captionings.missing(captioning.id)
    workspace.captionings.add(captioning.id, [(image, f"a {HOSTILE} dog") for image in images])
    workspace.captionings.finish(captioning.id, seconds=1, images_per_s=1, peak_memory_bytes=1)
    for words in (
        ("captions",),
        ("captions", 1),
        ("captions", 1, "--json"),
        ("captions", "--json"),
    ):
        code, out, err = run(*words)
        assert code == 0
        assert "\x1b" not in out + err
    assert "\\u001b[31mred" in run("captions", 1, "--json")[1]


def test_models_say_what_they_can_do(run, imported, folders):
    words = ("--dataset", "world", "--clip", "none", *SHORT)
    run("caption", "--model", f"blip:{folders}/captions", *words)
    (model,) = json.loads(run("models", "--json")[1])
    assert model["can"] == ["caption"]
    assert "caption" in run("models")[1]
    assert "it can embed, score pairs" in run("models", "--check", f"blip:{folders}/retrieves")[2]
    examples = {
        row["model"]: row["can"] for row in json.loads(run("models", "--examples", "--json")[1])
    }
    assert examples["blip:Salesforce/blip-image-captioning-base"] == ["caption"]
    assert "embed" in examples["blip:Salesforce/blip-itm-base-coco"]


def test_models_that_are_gone_are_still_listed(run, workspace):
    workspace.models.put(
        spec="blip:/gone", plugin="blip", name="x", weights="x", fingerprint="x", parameters=None,
        embedding_dim=0,
    )  # fmt: skip
    (model,) = json.loads(run("models", "--json")[1])
    assert model["can"] is None
    assert "blip:/gone" in run("models")[1]
