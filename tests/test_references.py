"""The table of published results, and which model a specification means."""

import csv
from importlib import resources

import pytest

from workbench.references import parse_references, published_as, references, references_of

ROWS = list(
    csv.DictReader(
        (resources.files("workbench") / "references.csv").read_text("utf-8").splitlines()
    )
)


def test_every_row_has_a_source_and_a_fraction():
    assert len(ROWS) > 700
    for row in ROWS:
        assert row["source"].strip() == row["source"] != ""
        assert row["direction"] in ("t2i", "i2t")
        assert row["metric"] in ("R@1", "R@5", "R@10")
        assert 0 < float(row["value"]) <= 1
        assert (row["dataset"], row["split"]) == ("flickr30k", "test")
        assert (row["images"], row["captions"]) == ("1000", "5000")
        assert (row["stage"] == "itm") == (row["k"] != "")


def test_a_number_stands_there_once():
    keys = [
        tuple(row[name] for name in ("model", "weights", "stage", "prompt", "direction", "metric"))
        for row in ROWS
    ]
    assert len(set(keys)) == len(keys)
    with pytest.raises(ValueError, match="twice"):
        parse_references([",".join(ROWS[0]), *2 * [",".join(ROWS[0].values())]])


def test_every_result_is_whole_and_recall_grows_with_k():
    for one in references():
        for way in ("t2i", "i2t"):
            values = [one.values[way, f"R@{k}"] for k in (1, 5, 10)]
            assert values == sorted(values), one
        assert len(one.values) == 6


def test_known_numbers():
    (found,) = references_of("open_clip:ViT-B-32/openai", "flickr30k")
    assert [found.values["t2i", f"R@{k}"] for k in (1, 5, 10)] == [0.5878, 0.8356, 0.9002]
    assert [found.values["i2t", f"R@{k}"] for k in (1, 5, 10)] == [0.7890, 0.9490, 0.9820]
    assert (found.parameters, found.gflops) == (151_280_000, 14.78)
    (blip,) = references_of("blip:Salesforce/blip-itm-large-coco", "flickr30k")
    assert blip.values["t2i", "R@1"] == 0.867
    assert blip.values["i2t", "R@1"] == 0.967
    assert (blip.stage, blip.k) == ("itm", 128)
    assert "fine-tuned on COCO" in blip.note
    prompts = {r.prompt for r in references_of("open_clip:ViT-L-14-336/openai", "flickr30k")}
    assert prompts == {"", "a photo of"}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("open_clip:ViT-B-32/openai", ("ViT-B-32", "openai")),
        ("open_clip:ViT-B-32/OpenAI", ("ViT-B-32", "openai")),
        ("open_clip:ViT-B-32/laion2b-s34b-b79k", ("ViT-B-32", "laion2b_s34b_b79k")),
        ("hf_clip:openai/clip-vit-base-patch32", ("ViT-B-32", "openai")),
        ("blip:Salesforce/blip-itm-base-flickr", ("blip-itm-base", "flickr")),
        ("open_clip:ViT-B-32/random:3", None),
        ("open_clip:ViT-B-32//data/openai.pt", None),
        ("open_clip:ViT-B-32/openai.pt", None),
        ("open_clip:local-dir:/data/ViT-B-32/openai", None),
        ("hf_clip:/data/openai/clip-vit-base-patch32", None),
        ("blip:/data/Salesforce/blip-itm-base-flickr", None),
        ("vectors:/data/ViT-B-32/openai", None),
    ],
)
def test_what_a_specification_is_published_as(spec, expected):
    assert published_as(spec) == expected


def test_quickgelu_names_of_openai_weights_are_the_same_model():
    for name in ("ViT-B-32-quickgelu", "ViT-L-14-quickgelu"):
        (found,) = references_of(f"open_clip:{name}/openai", "flickr30k")
        assert found.weights == "openai"
    # Other weights differ by activation, and both numbers are published.
    (quick,) = references_of("open_clip:ViT-B-32-quickgelu/laion400m_e32", "flickr30k")
    (plain,) = references_of("open_clip:ViT-B-32/laion400m_e32", "flickr30k")
    assert (quick.values["t2i", "R@1"], plain.values["t2i", "R@1"]) == (0.6170, 0.5962)
    assert "QuickGELU" in plain.note
    assert references_of("open_clip:ViT-B-32-quickgelu/laion2b_s34b_b79k", "flickr30k") == ()
    assert references_of("open_clip:ViT-B-32/openai", "coco") == ()
