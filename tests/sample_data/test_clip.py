"""The shipped model: it loads anywhere, without a network, and is good but fails."""

import json
import shutil

import numpy as np
import pytest

from sample_data import CLIP_DIR, ROOT, TRUTH
from sample_data.training.failures import by_category, failures
from sample_data.training.retrieval import Ranking, both_directions, evaluated, ranked, recalls
from sample_data.world.files import read_truth


@pytest.fixture(scope="module")
def rankings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ranking]:
    """The test split ranked by a copy of the model in another place, without a network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        copy = tmp_path_factory.mktemp("elsewhere") / "some model"
        shutil.copytree(CLIP_DIR, copy)
        return evaluated(copy, ROOT, "test")[1]


def test_a_tie_counts_against_the_model() -> None:
    scores = np.array([[0.5, 0.5, 0.1], [0.2, 0.9, 0.3], [0.4, 0.3, 0.2]], dtype=np.float32)
    ranking = ranked(scores, np.eye(3, dtype=bool))
    assert ranking.ranks.tolist() == [2, 1, 3]
    assert ranking.wrong.tolist() == [1, 2, 0]
    assert ranking.recall(1) == pytest.approx(1 / 3)


def test_the_best_of_several_own_captions_counts() -> None:
    images = np.eye(2, dtype=np.float32)
    texts = np.array([[1, 0], [0, 1], [0.2, 0.8], [0.9, 0.1]], dtype=np.float32)
    found = both_directions(images, texts, np.array([0, 0, 1, 1]))
    assert found["i2t"].ranks.tolist() == [1, 2]
    assert found["t2i"].ranks.tolist() == [1, 2, 1, 2]


def test_the_model_is_good_but_fails(rankings: dict[str, Ranking]) -> None:
    assert 0.35 <= rankings["t2i"].recall(1) <= 0.75
    assert rankings["t2i"].recall(10) > 0.80
    assert 0.35 <= rankings["i2t"].recall(1) <= 0.9


def test_it_fails_in_every_way(rankings: dict[str, Ranking]) -> None:
    truths = [truth for truth in read_truth(TRUTH) if truth.split == "test"]
    counts = by_category(failures(rankings, truths), "t2i")
    for name in ("counting", "attributes", "coreference", "abstract"):
        assert counts[name] >= 40, (name, counts)
    assert counts["data_fault"] > 0


def test_the_training_log_tells_what_the_shipped_weights_do() -> None:
    last = json.loads((CLIP_DIR / "train.jsonl").read_text("utf-8").splitlines()[-1])
    measured = recalls(evaluated(CLIP_DIR, ROOT, "val")[1])
    for direction, values in measured.items():
        for name, value in values.items():
            assert value == pytest.approx(last["val"][direction][name], abs=0.01), (direction, name)


def test_the_model_is_small_and_names_no_place() -> None:
    files = [path for path in CLIP_DIR.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 10_000_000
    for path in files:
        if path.suffix in (".json", ".jsonl"):
            assert '"/' not in path.read_text("utf-8"), f"an absolute path in {path.name}"


def test_it_reads_words_whatever_their_case_and_punctuation() -> None:
    import open_clip

    tokenize = open_clip.get_tokenizer(f"local-dir:{CLIP_DIR}")
    plain, shouted, strange = tokenize(["a red car at night", "A RED car, at night!", "zebra"])
    assert plain.tolist() == shouted.tolist()
    assert 1 in strange.tolist()
    assert int(plain.max()) == int(strange.max())
