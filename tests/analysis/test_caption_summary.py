import numpy as np
import pytest

from workbench.analysis.captioning.bleu import bleu, bleu_counts
from workbench.analysis.captioning.cider import cider_d
from workbench.analysis.captioning.corpus import Corpus
from workbench.analysis.captioning.diversity import diversity
from workbench.analysis.captioning.rouge import rouge_l
from workbench.analysis.captioning.summary import summarise_captions
from workbench.analysis.errors import CaptionError
from workbench.analysis.intervals import Interval, resample


@pytest.fixture(scope="module")
def made_up():
    """Captions of 40 images that share some words with their 1 to 5 references."""
    random = np.random.default_rng(3)

    def text(theme):
        return [f"w{(theme + step) % 60}" for step in random.integers(0, 6, random.integers(3, 12))]

    themes = random.integers(0, 60, 40)
    references = [[text(theme) for _ in range(random.integers(1, 6))] for theme in themes]
    return [text(theme) for theme in themes], references


def test_values_are_those_of_the_single_metrics(made_up):
    corpus = Corpus.of(*made_up)
    found = summarise_captions(*made_up)
    wanted = bleu(bleu_counts(corpus).table().sum(axis=0))
    assert [found[f"BLEU-{order}"].value for order in (1, 2, 3, 4)] == wanted.tolist()
    assert found["ROUGE-L"].value == rouge_l(corpus).mean()
    assert found["CIDEr-D"].value == cider_d(corpus).mean()
    assert found["length_mean"].value == np.mean([len(caption) for caption in made_up[0]])
    for name, value in diversity(made_up[0]).items():
        assert found[name] == Interval(value)


def test_limits_are_those_of_a_plain_loop(made_up):
    captions, references = made_up
    found = summarise_captions(captions, references, seed=5, resamples=50)
    ciders = cider_d(Corpus.of(captions, references))  # document frequencies of the whole set
    rows = []
    for weights in np.concatenate(list(resample(40, seed=5, resamples=50))):
        drawn = np.repeat(np.arange(40), weights.astype(int))
        again = Corpus.of([captions[row] for row in drawn], [references[row] for row in drawn])
        of_bleu = bleu(bleu_counts(again).table().sum(axis=0))
        rows.append([*of_bleu, rouge_l(again).mean(), ciders[drawn].mean()])
    names = ("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D")
    for name, (low, high) in zip(names, np.percentile(rows, (2.5, 97.5), axis=0).T, strict=True):
        assert (found[name].low, found[name].high) == pytest.approx((low, high), rel=1e-9), name
        assert low < found[name].value < high


def test_more_metrics_take_part(made_up):
    scores = np.linspace(0, 1, 40)
    found = summarise_captions(*made_up, per_image={"CLIPScore": scores})["CLIPScore"]
    assert found.value == scores.mean()
    assert found.low == pytest.approx(0.5 - 1.96 * scores.std() / np.sqrt(40), abs=0.02)


def test_under_ten_images_there_are_no_limits(made_up):
    found = summarise_captions(*(side[:9] for side in made_up))
    assert all(one.low is one.high is None for one in found.values())


def test_what_does_not_fit_is_refused(made_up):
    with pytest.raises(CaptionError, match="there are no captions"):
        summarise_captions([], [])
    with pytest.raises(CaptionError, match=r"CLIPScore needs a score for each of 40 images: \(3,"):
        summarise_captions(*made_up, per_image={"CLIPScore": np.zeros(3)})
    bad = np.where(np.arange(40) == 7, np.nan, 1.0)
    with pytest.raises(CaptionError, match="CLIPScore of the image in row 7 is nan"):
        summarise_captions(*made_up, per_image={"CLIPScore": bad})
