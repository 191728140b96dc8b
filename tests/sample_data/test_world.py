"""The drawn world: deterministic, without repeated scenes, and truthfully captioned."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from sample_data import IMAGES, ROOT, TRUTH, WORLD_JSON
from sample_data.training.failures import ambiguous_share
from sample_data.world.claims import holds
from sample_data.world.dataset import SIZES, Sample, split_samples
from sample_data.world.files import (
    Truth,
    read_truth,
    write_captions,
    write_image,
    write_truth,
)


@pytest.fixture(scope="module")
def samples() -> dict[str, list[Sample]]:
    """All samples of all splits, made afresh."""
    return {split: split_samples(split) for split in ("test", "val")}


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    """The truth as it is stored."""
    return list(read_truth(TRUTH))


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, sample_data; print({'torch', 'PIL', 'open_clip', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT.parent, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()"


def test_a_new_interpreter_makes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; "
        "from sample_data.world.dataset import split_samples; "
        "from sample_data.world.files import write_captions, write_image, write_truth; "
        "out = Path(sys.argv[1]); samples = split_samples('test', 60)[::5]; "
        "write_captions(samples, out / 'world.json'); write_truth(samples, out / 'truth'); "
        "[write_image(sample, out) for sample in samples]"
    )
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            cwd=ROOT.parent,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        made.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert len(made[0]) == 14
    assert made[0] == made[1]


def test_the_stored_files_are_what_the_generator_makes(
    samples: dict[str, list[Sample]], tmp_path: Path
) -> None:
    both = samples["test"] + samples["val"]
    write_captions(both, tmp_path / "world.json")
    write_truth(both, tmp_path / "truth.jsonl")
    assert (tmp_path / "world.json").read_bytes() == WORLD_JSON.read_bytes()
    assert (tmp_path / "truth.jsonl").read_bytes() == TRUTH.read_bytes()


def test_the_stored_images_are_what_the_generator_draws(
    samples: dict[str, list[Sample]], tmp_path: Path
) -> None:
    for sample in samples["test"][::50] + samples["val"][::50]:
        drawn = Image.open(write_image(sample, tmp_path)).convert("RGB")
        stored = Image.open(IMAGES / sample.filename).convert("RGB")
        assert ImageChops.difference(drawn, stored).getbbox() is None, sample.filename


def test_every_image_is_there_and_small(truths: list[Truth]) -> None:
    assert {truth.filename for truth in truths} == {path.name for path in IMAGES.iterdir()}
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 6_000_000
    assert Image.open(IMAGES / truths[0].filename).size == (192, 192)


def test_the_captions_are_in_the_karpathy_layout(truths: list[Truth]) -> None:
    images = json.loads(WORLD_JSON.read_text("utf-8"))["images"]
    assert Counter(image["split"] for image in images) == {
        "test": SIZES["test"],
        "val": SIZES["val"],
    }
    assert [image["imgid"] for image in images] == list(range(len(images)))
    sentences = [sentence for image in images for sentence in image["sentences"]]
    assert [sentence["sentid"] for sentence in sentences] == list(range(len(sentences)))
    for image, truth in zip(images, truths, strict=True):
        raws = [sentence["raw"] for sentence in image["sentences"]]
        assert image["filename"] == truth.filename
        assert raws == list(truth.captions)
        assert len(raws) == len(set(raws)) == 5


def test_no_scene_is_drawn_twice() -> None:
    keys = [sample.scene.key() for split in SIZES for sample in split_samples(split, 500)]
    assert len(keys) == len(set(keys)) == 500 + SIZES["val"] + 500


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="no split is called holiday"):
        split_samples("holiday")


def test_every_caption_is_true_of_its_own_image(truths: list[Truth]) -> None:
    wrong = [
        text
        for truth in truths
        for text, claims in zip(truth.captions, truth.claims, strict=True)
        if not holds(claims, truth.scene)
    ]
    assert wrong == []


def test_few_captions_are_true_of_another_image(truths: list[Truth]) -> None:
    test = [truth for truth in truths if truth.split == "test"]
    assert 0.02 < ambiguous_share(test) < 0.12
    val = [truth for truth in truths if truth.split == "val"]
    assert ambiguous_share(val) > 0


def test_most_images_have_near_neighbours(truths: list[Truth]) -> None:
    families = Counter((truth.split, truth.family) for truth in truths)
    alone = sum(1 for number in families.values() if number == 1)
    assert alone <= 2
    assert {truth.axis for truth in truths} == {
        "counting",
        "attributes",
        "coreference",
        "abstract",
        "fine_grained",
    }
