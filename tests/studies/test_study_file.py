"""Study files: what they say, and what is said of those that are not understood."""

from pathlib import Path

import pytest

import sample_data
from plugins import registry
from workbench.studies.errors import StudyFileError
from workbench.studies.study_file import read_study

ROOT = Path(__file__).parents[2]
DATA = '[[datasets]]\nname = "f30k"\n'
MODEL = '[[models]]\nspec = "open_clip:ViT-B-32/openai"\n'


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "my.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path)

    return reading


def test_a_short_file_is_enough(read):
    study = read(DATA + MODEL)
    (data,), (model,) = study.datasets, study.models
    assert (study.name, study.directions, study.clip) == ("my", ("t2i", "i2t"), None)
    assert (data.title, data.source) == ("f30k", None)
    assert (model.label, model.rerank, model.captions) == ("ViT-B-32", 0, None)
    assert (model.device, model.batch_size, model.top_k) == ("auto", "auto", 10)


def test_an_engine_is_asked_for_per_model_or_for_all(read):
    study = read(
        '[defaults]\nengine = "ray"\naddress = "head:6379"\n'
        + DATA
        + MODEL
        + '[[models]]\nlabel = "here"\nspec = "open_clip:ViT-B-16/openai"\nengine = "local"\n'
    )
    assert [(m.engine, m.address) for m in study.models] == [
        ("ray", "head:6379"),
        ("local", None),
    ]
    with pytest.raises(StudyFileError, match="number 1: address goes with engine"):
        read(DATA + MODEL + 'address = "head:6379"\n')
    with pytest.raises(StudyFileError, match='engine has to be "local" or "ray"'):
        read(DATA + MODEL + 'engine = "spark"\n')


def test_paths_are_relative_to_the_file(read, tmp_path):
    study = read(
        '[[datasets]]\nname = "a"\nsource = "data/a.json"\nreader = "coco"\nimages = "../img"\n'
        '[[models]]\nlabel = "a"\nspec = "open_clip:local-dir:./tiny"\n'
        '[[models]]\nlabel = "b"\nspec = "open_clip:ViT-B-32/../w/last.pt"\n'
        '[[models]]\nlabel = "c"\nspec = "blip:Salesforce/blip-itm-base-coco"\n'
    )
    (data,) = study.datasets
    assert data.source == tmp_path / "data" / "a.json"
    assert data.images.resolve() == tmp_path.parent / "img"
    assert [model.spec for model in study.models] == [
        f"open_clip:local-dir:{tmp_path}/tiny",
        f"open_clip:ViT-B-32/{tmp_path}/../w/last.pt",
        "blip:Salesforce/blip-itm-base-coco",
    ]


def test_defaults_hold_unless_a_model_says_otherwise(read):
    study = read(
        "[defaults]\nrerank = 64\ncaptions = {beams = 5}\n"
        + DATA
        + '[[models]]\nlabel = "B"\nspec = "blip:a/b"\n'
        + '[[models]]\nspec = "open_clip:ViT-B-32/openai"\nrerank = 0\ncaptions = false\n'
        + '[[models]]\nlabel = "two"\nspec = "open_clip:ViT-B-16/openai"\nrerank_model = "B"\n'
    )
    first, second, third = study.models
    assert (first.rerank, first.rerank_model, first.captions["beams"]) == (64, "blip:a/b", 5)
    assert first.captions["max_length"] == 30  # what is not said is as in `workbench caption`
    assert (second.rerank, second.captions) == (0, None)
    assert (third.rerank, third.rerank_model) == (64, "blip:a/b")


def test_a_model_to_re_rank_with_means_to_re_rank(read):
    (model,) = read(DATA + MODEL + 'rerank_model = "blip:a/b"\n').models
    assert (model.rerank, model.rerank_model) == (128, "blip:a/b")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[study\n", "line 1"),
        ("[studdy]\n" + DATA + MODEL, "did you mean 'study'?"),
        (DATA + MODEL + "rerang = 3\n", "[[models]] number 1: there is no 'rerang' (did you mean"),
        (DATA + 'licens = "x"\n' + MODEL, "[[datasets]] number 1: there is no 'licens'"),
        (DATA, "[[models]]: there is none"),
        (MODEL, "[[datasets]]: there is none"),
        ('datasets = "f30k"\n' + MODEL, "write each as a table of its own, [[datasets]]"),
        ("study = 3\n" + DATA + MODEL, "write it as a table, [study]"),
        ('[[datasets]]\nsplit = "test"\n' + MODEL, "number 1: name is missing"),
        (DATA + 'source = "a.json"\n' + MODEL, "reader is missing"),
        (DATA + 'reader = "coco"\n' + MODEL, "reader goes with a source to import"),
        (DATA + DATA + MODEL, "2 are called 'f30k'"),
        (DATA + MODEL + MODEL, "2 are called 'ViT-B-32': give each a label"),
        (DATA + '[[models]]\nlabel = "x"\n', "spec is missing"),
        (DATA + MODEL + "rerank = true\n", "rerank has to be a number of candidates"),
        (DATA + MODEL + "rerank = -1\n", "rerank has to be a number of candidates"),
        (DATA + MODEL + "top_k = 0\n", "top_k has to be a whole number above 0"),
        (DATA + MODEL + 'batch_size = "big"\n', "batch_size has to be"),
        (DATA + MODEL + "retrieval = false\n", "nothing is asked of the model"),
        (DATA + MODEL + 'captions = {method = "beans"}\n', 'method has to be "beam" or "nucleus"'),
        (DATA + MODEL + "captions = {beam = 3}\n", "captions: there is no 'beam' (did you mean"),
        (DATA + MODEL + "captions = {min_length = 40}\n", "min_length is above max_length"),
        (DATA + MODEL + "captions = {top_p = 1.5}\n", "top_p has to be above 0 and at most 1"),
        ('[study]\ndirections = ["t2t"]\n' + DATA + MODEL, "there is no direction 't2t' (did you"),
        ('[study]\nclip = "ViT-B-23"\n' + DATA + MODEL, "did you mean 'ViT-B-32'?"),
    ],
)
def test_what_is_not_understood_is_named_with_its_place(read, text, says):
    with pytest.raises(StudyFileError) as error:
        read(text)
    assert says in str(error.value)
    assert "my.toml" in str(error.value)


def test_a_missing_file_is_an_error_in_words(tmp_path):
    with pytest.raises(StudyFileError, match=r"no\.toml cannot be read: No such file"):
        read_study(tmp_path / "no.toml")


def test_bytes_that_are_no_text_are_an_error_in_words(tmp_path):
    path = tmp_path / "my.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StudyFileError, match="is not TOML"):
        read_study(path)


def test_the_files_of_the_project_can_be_used():
    sample = read_study(sample_data.STUDY)
    assert [data.title for data in sample.datasets] == ["sample/test"]
    assert all(registry.check_model(model.spec) for model in sample.models)
    flickr = read_study(ROOT / "docs" / "study-flickr30k.toml")
    assert {model.rerank for model in flickr.models} == {0, 128}
    for model in flickr.models:
        for spec in (model.spec, model.rerank_model):
            plugin, _, weights = spec.partition(":")
            assert plugin in registry.names("models")
            assert "/" in weights
