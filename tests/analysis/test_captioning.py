"""Caption metrics against the numbers of pycocoevalcap, plain loops and cases by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.captioning.bleu import bleu, bleu_counts
from workbench.analysis.captioning.cider import cider_d
from workbench.analysis.captioning.corpus import Corpus
from workbench.analysis.captioning.diversity import diversity
from workbench.analysis.captioning.ngrams import ngrams
from workbench.analysis.captioning.rouge import rouge_l
from workbench.analysis.captioning.tokens import tokens
from workbench.analysis.errors import CaptionError

FIXTURE = Path(__file__).parent / "fixtures" / "caption_metrics.json"
PEER = json.loads(FIXTURE.read_text("utf-8"))
SETS = ("all", "one reference", "one image", "two images")


def split(texts):
    return [text.split() for text in texts]


def corpus_of(captions, references):
    return Corpus.of(split(captions), [split(of_image) for of_image in references])


@pytest.fixture(params=SETS)
def peer(request):
    found = PEER[request.param]
    return found, corpus_of(found["captions"], found["references"])


def test_bleu_is_that_of_pycocoevalcap(peer):
    wanted, corpus = peer
    found = bleu(bleu_counts(corpus).table().sum(axis=0))
    np.testing.assert_allclose(found, wanted["BLEU"], rtol=1e-9, atol=0)


def test_rouge_is_that_of_pycocoevalcap(peer):
    wanted, corpus = peer
    found = rouge_l(corpus)
    np.testing.assert_allclose(found, wanted["ROUGE-L per image"], rtol=0, atol=1e-12)
    assert found.mean() == pytest.approx(wanted["ROUGE-L"], abs=1e-12)


def test_cider_is_that_of_pycocoevalcap(peer):
    wanted, corpus = peer
    found = cider_d(corpus)
    np.testing.assert_allclose(found, wanted["CIDEr-D per image"], rtol=0, atol=1e-12)
    assert found.mean() == pytest.approx(wanted["CIDEr-D"], abs=1e-12)


def test_the_fixture_is_worth_comparing_with():
    assert PEER["pycocoevalcap"] == "1.2"
    whole = PEER["all"]
    assert len(whole["captions"]) > 30
    assert "" in whole["captions"]
    assert 0 < whole["BLEU"][3] < whole["BLEU"][0] < 1
    assert len(set(whole["CIDEr-D per image"])) > 25


def test_a_single_image_has_no_document_frequencies():
    assert cider_d(corpus_of(["a dog"], [["a dog"]])).tolist() == [0.0]


WORDS = st.lists(st.sampled_from("abcde"), max_size=9)


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=4)), min_size=1, max_size=5))
def test_counts_are_those_of_a_plain_loop(images):
    captions, references = [own for own, _ in images], [theirs for _, theirs in images]
    corpus = Corpus.of(captions, references)
    counts = bleu_counts(corpus)
    for row, (own, theirs) in enumerate(images):
        for order in range(1, 5):
            mine = grams_of(own, order)
            most = [max(grams_of(text, order).count(gram) for text in theirs) for gram in mine]
            wanted = sum(
                min(mine.count(gram), most[mine.index(gram)]) for gram in sorted(set(mine))
            )
            assert counts.matches[row, order - 1] == wanted
            assert counts.totals[row, order - 1] == len(mine)
        sizes = [(abs(len(text) - len(own)), len(text)) for text in theirs]
        assert counts.reference_length[row] == min(sizes)[1]
    lcs = [[longest_common(own, text) for text in theirs] for own, theirs in images]
    for row, (own, theirs) in enumerate(images):
        recall = max(n / max(len(text), 1) for n, text in zip(lcs[row], theirs, strict=True))
        precision = max(lcs[row]) / max(len(own), 1)
        score = 2.44 * precision * recall / (recall + 1.44 * precision) if precision else 0
        assert rouge_l(corpus)[row] == pytest.approx(score)


def grams_of(words, order):
    return [tuple(words[at : at + order]) for at in range(len(words) - order + 1)]


def longest_common(left, right):
    table = np.zeros((len(left) + 1, len(right) + 1), int)
    for i, word in enumerate(left, 1):
        for j, other in enumerate(right, 1):
            same = table[i - 1, j - 1] + 1 if word == other else 0
            table[i, j] = max(same, table[i - 1, j], table[i, j - 1])
    return table[-1, -1]


def test_texts_longer_than_a_machine_word():
    long = [str(n) for n in range(300)]
    corpus = Corpus.of([long], [[[*long[:100], "x", *long[150:]]]])
    precision, recall = 250 / 300, 250 / 251
    assert rouge_l(corpus)[0] == pytest.approx(
        2.44 * precision * recall / (recall + 1.44 * precision)
    )


def test_ngrams_do_not_run_from_one_text_into_the_next():
    corpus = Corpus.of([["a", "b"], []], [[["b", "a"]], [["a"], ["b"]]])
    _, bigrams, trigrams, _ = ngrams(corpus)
    assert bigrams.text.tolist() == [0, 2]
    assert bigrams.n_grams == 2
    assert trigrams.count.size == trigrams.n_grams == 0


def test_empty_captions_score_nothing():
    corpus = corpus_of(["", "a dog"], [["a cat"], ["a dog"]])
    assert rouge_l(corpus).tolist() == [0, 1]
    assert cider_d(corpus)[0] == 0
    # pycocoevalcap takes two empty strings for one word in common; nothing is not right here.
    assert rouge_l(corpus_of([""], [[""]])).tolist() == [0]
    assert cider_d(corpus_of(["", ""], [[""], [""]])).tolist() == [0, 0]
    assert bleu(bleu_counts(corpus_of([""], [["a dog"]])).table().sum(axis=0)).tolist() == [0] * 4


def test_what_does_not_fit_is_refused():
    with pytest.raises(CaptionError, match="the image in row 1 has no reference captions"):
        corpus_of(["a", "b"], [["a"], []])
    with pytest.raises(CaptionError, match="2 captions, references of 1 images"):
        corpus_of(["a", "b"], [["a"]])


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("A man, in a RED hat.", "a man in a red hat"),
        ("The dog's owner isn't here", "the dog 's owner is n't here"),
        ("The dogs\u2019 owner doesn\u2019t care", "the dogs owner does n't care"),
        ("They're 'running' -- fast...", "they 're running fast"),
        ("a t-shirt (blue) & 3 cups; 10:30, 1,000.5", "a t-shirt blue & 3 cups 10:30 1,000.5"),
        ('"Stop!" says the sign: `No entry\'', "stop says the sign no entry"),
        ("ÜBER Cafe\u0301\tx\n y", "über caf\u00e9 x y"),
        ("5% off - now $3", "5 % off now $ 3"),
        ("o'clock rock'n'roll", "o'clock rock'n'roll"),
        ("हिन्दी में एक कुत्ता।", "हिन्दी में एक कुत्ता"),
        ("", ""),
        (" .,!? ", ""),
    ],
)
def test_tokens(caption, words):
    assert tokens(caption) == words.split()


@given(st.text())
def test_tokens_hold_no_space_and_do_not_change_when_taken_again(caption):
    words = tokens(caption)
    assert all(word and word.split() == [word] for word in words)


def test_diversity_by_hand():
    captions = split(["a dog", "a dog", "a red cat", "a dog runs", ""])
    found = diversity(captions)
    assert found["vocabulary"] == 5
    assert found["distinct-1"] == 5 / 10
    assert found["distinct-2"] == 4 / 10  # a dog, a red, red cat, dog runs
    assert found["unique"] == 4 / 5
    assert found["repeated"] == 2 / 5
    assert (found["length_median"], found["length_p95"]) == (2, pytest.approx(3))


def test_diversity_of_nothing_is_unknown():
    assert diversity([[]])["vocabulary"] == 0
    assert np.isnan(diversity([[]])["distinct-1"])
    assert np.isnan([diversity([])[name] for name in ("unique", "repeated", "length_p5")]).all()
