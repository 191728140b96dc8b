"""The small BLIP's objectives: what is a negative, what may be seen, what is shared."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sample_data import TRUTH
from sample_data.evaluate_blip import gain
from sample_data.training.alterations import Alterer, word_loss
from sample_data.training.batches import batches, jittered
from sample_data.training.blip_model import built, configuration, write_model
from sample_data.training.blip_retrieval import both_rankings, reranked
from sample_data.training.blip_tokenizer import CLS_ID, PAD_ID, SEP_ID, vocabulary
from sample_data.training.objectives import (
    caption_loss,
    contrastive_loss,
    hard_negatives,
    matching_logits,
    matching_loss,
    matching_pairs,
    true_pairs,
)
from sample_data.training.retrieval import Ranking
from sample_data.training.tally import TallyHead, facts, tallies, tally_loss
from sample_data.training.teacher import Imitation
from sample_data.world.claims import holds
from sample_data.world.dataset import tokens
from sample_data.world.files import Truth, read_truth
from sample_data.world.reading import claims_of
from sample_data.world.scene import Person, Scene

WORDS = 20


@pytest.fixture(scope="module")
def models() -> tuple:
    """An untrained pair of models."""
    torch.manual_seed(0)
    retrieval, captioner = built(configuration(WORDS))
    return retrieval.eval(), captioner.eval()


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    """The truth of the val split."""
    return [truth for truth in read_truth(TRUTH) if truth.split == "val"]


def test_a_hard_negative_never_fits() -> None:
    torch.manual_seed(0)
    fits = torch.eye(6, dtype=torch.bool)
    fits[0, 1] = fits[3, 5] = True
    scores = torch.where(fits, 50.0, torch.rand(6, 6))
    for _ in range(300):
        drawn = hard_negatives(scores, fits)
        assert not fits[torch.arange(6), drawn].any()


def test_hard_negatives_follow_the_scores() -> None:
    torch.manual_seed(0)
    scores = torch.tensor([[9.0, 0.0, 1.0, 2.0]]).expand(4000, 4)
    fits = torch.tensor([[True, False, False, False]]).expand(4000, 4)
    shares = torch.bincount(hard_negatives(scores, fits), minlength=4) / 4000
    expected = torch.tensor([0.0, 0.0900, 0.2447, 0.6652])
    assert torch.allclose(shares, expected, atol=0.03)


def test_a_caption_that_is_true_of_a_sibling_fits_it(truths: list[Truth]) -> None:
    family = {truth.family for truth in truths[:12]}
    some = [truth for truth in truths if truth.family in family]
    for caption in range(5):
        fits = true_pairs(some, [caption] * len(some))
        assert fits.diagonal().all()
        for row, truth in enumerate(some):
            for column, other in enumerate(some):
                if row != column:
                    meant = other.family == truth.family
                    assert fits[row, column] == (
                        meant and holds(truth.claims[caption], other.scene)
                    )


def test_careless_captions_are_found(truths: list[Truth]) -> None:
    found = sum(
        int(true_pairs(truths, [caption] * len(truths)).sum()) - len(truths) for caption in range(5)
    )
    assert found > 10


def test_itc_pushes_no_true_pair_apart() -> None:
    scores = torch.zeros(3, 3, requires_grad=True)
    fits = torch.eye(3, dtype=torch.bool)
    fits[0, 2] = True
    contrastive_loss(scores, fits).backward()
    assert scores.grad is not None
    assert scores.grad[0, 2] == 0
    assert (scores.grad.diagonal() < 0).all()
    assert scores.grad[0, 1] > 0
    assert scores.grad[2, 0] > 0


def test_the_decoder_sees_no_later_word(models: tuple) -> None:
    _, captioner = models
    images = torch.randn(1, 65, 128)
    texts = torch.randint(6, WORDS, (1, 9))
    changed = texts.clone()
    changed[0, 5] = (texts[0, 5] - 6 + 1) % (WORDS - 6) + 6
    with torch.inference_mode():
        one, other = (
            captioner.text_decoder(input_ids=ids, encoder_hidden_states=images).logits
            for ids in (texts, changed)
        )
    assert torch.allclose(one[0, :5], other[0, :5], atol=1e-6)
    assert not torch.allclose(one[0, 5:], other[0, 5:], atol=1e-4)


def test_the_encoder_sees_both_ways_and_the_image(models: tuple) -> None:
    retrieval, _ = models
    texts = torch.randint(6, WORDS, (1, 9))
    changed = texts.clone()
    changed[0, 8] = (texts[0, 8] - 6 + 1) % (WORDS - 6) + 6
    with torch.inference_mode():
        images = torch.randn(2, 65, 128)
        first = matching_logits(retrieval, images[:1], texts)
        assert not torch.allclose(first, matching_logits(retrieval, images[:1], changed))
        assert not torch.allclose(first, matching_logits(retrieval, images[1:], texts))
        texts[0, 0] = 7  # Whatever stands first is replaced by [ENC].
        assert torch.allclose(first, matching_logits(retrieval, images[:1], texts))


def test_padding_changes_no_loss(models: tuple) -> None:
    _, captioner = models
    images = torch.randn(2, 65, 128)
    texts = torch.randint(6, WORDS, (2, 9))
    padded = torch.nn.functional.pad(texts, (0, 4))
    with torch.inference_mode():
        one, other = (caption_loss(captioner, images, ids) for ids in (texts, padded))
    assert float(one) == pytest.approx(float(other), abs=1e-5)


def test_all_but_self_attention_is_shared(models: tuple) -> None:
    retrieval, captioner = models
    encoder, decoder = retrieval.text_encoder, captioner.text_decoder.bert
    assert captioner.vision_model is retrieval.vision_model
    for mine, theirs in zip(decoder.encoder.layer, encoder.encoder.layer, strict=True):
        assert mine.crossattention is theirs.crossattention
        assert mine.output is theirs.output
        assert mine.attention is not theirs.attention
    words = encoder.embeddings.word_embeddings.weight
    assert captioner.text_decoder.cls.predictions.decoder.weight is words


def test_one_file_serves_both_classes(models: tuple, tmp_path: Path) -> None:
    from transformers import BlipForConditionalGeneration, BlipForImageTextRetrieval

    config = configuration(WORDS)
    config.save_pretrained(tmp_path)
    write_model(*models, tmp_path)
    for cls, made in zip(
        (BlipForImageTextRetrieval, BlipForConditionalGeneration), models, strict=True
    ):
        read, info = cls.from_pretrained(tmp_path, output_loading_info=True)
        assert not info["missing_keys"]
        assert read.dtype == torch.float32
        for name, value in made.state_dict().items():
            assert torch.equal(read.state_dict()[name], value.half().float()), name


def test_a_tally_counts_kinds_and_their_traits() -> None:
    scene = Scene("park", "day", "cheerful", (Person("man", "red", holds="dog", item="white"),) * 2)
    found = list(facts(scene))
    assert found.count(("man",)) == found.count(("dog",)) == 2
    assert found.count(("man", "coat", "red")) == found.count(("man", "dog", "white")) == 2
    assert found.count(("place", "park")) == 1
    empty = Scene("park", "day", "cheerful")
    assert tallies([scene, empty], rarest=1)[:, 0].tolist() == [2.0, 0.0]


def test_a_tally_is_summed_over_patches_and_learnable() -> None:
    head = TallyHead(8, 3)
    tokens = torch.randn(2, 5, 8)
    twice = torch.cat([tokens, tokens[:, 1:]], dim=1)
    assert torch.allclose(head(twice), 2 * head(tokens), atol=1e-6)
    counts = torch.tensor([[1.0, 0.0, 3.0]])
    assert tally_loss(counts + 1e-3, counts) < tally_loss(counts + 1.0, counts)


def test_reranking_moves_only_the_best() -> None:
    scores = np.array([[0.9, 0.8, 0.7, 0.1]], dtype=np.float32)
    wanted = np.array([-6.0, -5.0, 9.0, 99.0], dtype=np.float32)
    seen: list[int] = []

    def match(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        seen.extend(columns.tolist())
        return wanted[columns]

    order = np.argsort(-reranked(scores, match, k=2)[0]).tolist()
    assert order == [1, 0, 2, 3]
    assert sorted(seen) == [0, 1]


def test_both_directions_ask_for_the_same_pairs() -> None:
    # Two images with two captions each; ITM knows what ITC takes the wrong way round.
    owners = np.array([0, 0, 1, 1])
    scores = np.array([[0, 1], [0, 1], [1, 0], [1, 0]], dtype=np.float32)

    def match(images: np.ndarray, texts: np.ndarray) -> np.ndarray:
        return np.where(owners[texts] == images, 9.0, -9.0).astype(np.float32)

    assert both_rankings(scores, owners)["t2i"].recall(1) == 0
    better = both_rankings(scores, owners, match)
    assert better["t2i"].recall(1) == better["i2t"].recall(1) == 1


def test_a_gain_has_an_interval_over_images() -> None:
    owners = np.repeat(np.arange(100), 5)
    before = Ranking(np.full(500, 2), np.zeros(500, dtype=np.int64))
    after = Ranking(np.where(owners < 60, 1, 2), before.wrong)
    found = gain(before, after, owners)
    assert found["R@1"] == 0.6
    # Of 100 images, not of 500 captions: the standard error is about 0.049, not 0.022.
    assert 0.48 < found["low"] < 0.53
    assert 0.67 < found["high"] < 0.72
    assert gain(before, before, owners) == {"R@1": 0.0, "low": 0.0, "high": 0.0}


def test_itc_listens_to_its_teacher() -> None:
    fits = torch.eye(3, dtype=torch.bool)
    taught = torch.zeros(3, 3)
    taught[0, 1] = 5.0
    scores = torch.zeros(3, 3, requires_grad=True)
    contrastive_loss(scores, fits, taught).backward()
    assert scores.grad is not None
    assert scores.grad[0, 1] < scores.grad[0, 2]
    assert contrastive_loss(taught, fits, taught) < contrastive_loss(taught.T, fits, taught)


def test_imitation_is_of_patches_and_perfect_at_best() -> None:
    imitation = Imitation(8)
    tokens = torch.randn(2, 5, 8)
    maps = imitation.linear(tokens[:, 1:]).detach().transpose(1, 2).view(2, 384, 2, 2)
    assert imitation(tokens, maps).item() == pytest.approx(0, abs=1e-9)
    tokens[:, 0] += 1.0
    assert imitation(tokens, maps).item() == pytest.approx(0, abs=1e-9)
    tokens[:, 1] += 1.0
    assert imitation(tokens, maps).item() > 0.01


def test_images_and_their_maps_are_moved_alike() -> None:
    torch.manual_seed(0)
    images = torch.zeros(4, 1, 96, 96)
    images[:, :, 24:48, 48:72] = 1.0
    maps = torch.nn.functional.avg_pool2d(images, 12)
    moved, followed = jittered(images, maps)
    assert not torch.equal(moved, images)
    assert (torch.nn.functional.avg_pool2d(moved, 12) - followed).abs().max() < 0.5
    assert (torch.nn.functional.avg_pool2d(moved, 12) - followed).abs().mean() < 0.02


def test_batches_keep_families_together() -> None:
    families = [number // 3 for number in range(60)]
    found = batches(families, 12, np.random.default_rng(0))
    assert sorted(image for batch in found for image in batch) == list(range(60))
    assert all(len({families[image] for image in batch}) == 4 for batch in found)


def test_itm_takes_a_true_pair_and_three_false_ones() -> None:
    torch.manual_seed(0)
    fits = torch.eye(6, dtype=torch.bool)
    fits[2, 4] = True
    changed = torch.tensor([True, True, True, True, True, False])
    seen = set()
    for _ in range(200):
        images, texts, matches = matching_pairs(torch.zeros(6, 6), fits, changed, 4)
        assert len(images) == len(texts) == len(matches) == 16
        for image, text, is_match in zip(
            images.tolist(), texts.tolist(), matches.tolist(), strict=True
        ):
            if text < 6:
                assert is_match == (image == text)
                assert is_match or not fits[text, image]
            else:
                assert image == text - 6
                assert is_match == (not changed[image])
            seen.add((image, text))
    assert len(seen) > 30


def test_itm_also_finds_the_wrong_words(models: tuple) -> None:
    torch.manual_seed(0)
    images, texts = torch.randn(2, 65, 128), torch.randint(6, WORDS, (2, 7))
    matches, changed = torch.tensor([True, False]), torch.zeros(2, 7, dtype=torch.bool)
    plain = matching_loss(models[0], images, texts, matches, changed)
    changed[1, 3] = True
    wrong = matching_loss(models[0], images, texts, matches, changed)
    assert plain["itm"].item() == pytest.approx(wrong["itm"].item())
    assert plain["words"].item() != pytest.approx(wrong["words"].item())


def test_wrong_and_right_words_weigh_the_same() -> None:
    texts = torch.tensor([[2, 7, 8, 9, 3, 0]])
    changed = torch.tensor([[False, False, True, False, False, False]])
    sure = torch.full((1, 6, 2), -9.0)
    sure[0, :, 1] = 9.0
    assert word_loss(sure, texts, changed).item() == pytest.approx(18 / 2, abs=0.01)
    sure[0, 2] = torch.tensor([9.0, -9.0])
    sure[0, [0, 4, 5]] = torch.tensor([9.0, -9.0])  # Special tokens and padding do not count.
    assert word_loss(sure, texts, changed).item() == pytest.approx(0, abs=0.01)


def test_altered_captions_are_false_and_but_for_a_word_the_same(truths: list[Truth]) -> None:
    captions = [truth.captions[0] for truth in truths]
    numbers = vocabulary([text for truth in truths for text in truth.captions])
    rows = [[numbers[word] for word in tokens(text)] for text in captions]
    length = max(map(len, rows)) + 2
    texts = torch.tensor(
        [[CLS_ID, *row, SEP_ID] + [PAD_ID] * (length - 2 - len(row)) for row in rows]
    )
    alterer = Alterer(numbers)
    scenes = [truth.scene for truth in truths]
    false, changed = alterer.altered(texts, scenes, np.random.default_rng(0))
    assert torch.equal(changed, false != texts)
    assert changed.any(dim=1).float().mean() > 0.95
    assert 0.05 < (changed.sum(dim=1) == 2).float().mean() < 0.5
    for row, (text, scene) in enumerate(zip(captions, scenes, strict=True)):
        assert holds(claims_of(text), scene)
        assert changed[row].sum() in (0, 1, 2)
        assert holds(claims_of(alterer.text(false[row].tolist())), scene) == (
            not changed[row].any()
        )
        if changed[row].sum() == 2:
            assert sorted(false[row].tolist()) == sorted(texts[row].tolist())


def test_a_caption_that_cannot_be_made_false_stays() -> None:
    numbers = vocabulary(["nobody is here"])
    texts = torch.tensor([[CLS_ID, 6, 7, 8, SEP_ID]])
    scene = Scene("park", "day", "cheerful")
    false, changed = Alterer(numbers).altered(texts, [scene], np.random.default_rng(0))
    assert torch.equal(false, texts)
    assert not changed.any()
