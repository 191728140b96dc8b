import json
from functools import partial

import pytest

import sample_data

CLIP = f"open_clip:local-dir:{sample_data.CLIP_DIR}"


@pytest.fixture
def run(program):
    return partial(program, "profile")


def test_a_table_for_people(run):
    code, out, err = run(
        *(CLIP, "--batch-sizes", "1,4", "--precisions", "bf16,fp32"),
        *("--seconds", 0.1, "--device", "cpu"),
    )
    assert code == 0
    for word in ("2,288,985", "an image", "5 MB", "images", "captions"):
        assert word in out
    rows = [line.split()[:3] for line in out.splitlines() if line.startswith("images ")]
    assert rows == [["images", p, n] for p in ("fp32", "bf16") for n in ("1", "4")]
    assert "captions, bf16, batches of 4" in err


def test_numbers_for_programs(run):
    code, out, _ = run(
        *(CLIP, "--batch-sizes", 2, "--precisions", "fp32"),
        *("--seconds", 0.1, "--device", "cpu", "--json"),
    )
    assert code == 0
    (found,) = json.loads(out)
    assert found["model"] == CLIP
    assert [cell["what"] for cell in found["cells"]] == ["images", "captions"]
    assert all(cell["per_s"] > 0 for cell in found["cells"])


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((CLIP, "--batch-sizes", "1,0"), 2, "--batch-sizes"),
        ((CLIP, "--batch-sizes", ""), 2, "--batch-sizes"),
        ((CLIP, "--precisions", "fp8"), 2, "fp32, bf16, fp16"),
        ((CLIP, "--seconds", "0"), 2, "--seconds"),
        ((CLIP, "--device", "cuda:99"), 1, "no device"),
        (("open_clip:nothing",), 2, "nothing"),
    ],
)
def test_wrong_use_is_one_clear_sentence(run, arguments, code, says):
    got, out, err = run(*arguments)
    assert (got, out) == (code, "")
    assert says in err
