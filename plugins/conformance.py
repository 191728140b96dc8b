"""Checks that a plugin keeps the contract of `plugins.api`; for tests of any plugin.

Each function raises AssertionError with what is wrong::

    from plugins.conformance import check_reader

    def test_my_reader(tmp_path):
        source = tmp_path / "captions.txt"
        source.write_text("...")
        check_reader(MyReader(), source)
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from plugins.api import (
    CapabilityLister,
    Caption,
    Captioner,
    CaptionOptions,
    DatasetReader,
    Exporter,
    FailureCase,
    ImageTextEncoder,
    Labeler,
    ModelCard,
    ModelPlugin,
    PairScorer,
    PluginError,
    PortablePreparation,
    PrecomputedVectors,
    Sample,
    SourceError,
    SpecError,
    Suggestion,
)

PROTOCOL_KEYS = (
    "image_size",
    "resampling",
    "activation",
    "context_length",
    "prompt",
    "lower_case",
    "text_cleaning",
    "precision",
)
"""What a model's card states beside its numbers."""

CAPABILITIES: tuple[Any, ...] = (ImageTextEncoder, PrecomputedVectors, PairScorer, Captioner)
"""What a model may be able to do."""

TEXTS = (
    "a dog runs",
    "",
    "x" * 10_000,
    "two\x00\x07 cats\n",
    "一只狗 🐶",
    "half \ud800 a character",
)
"""Captions that must not break anything."""


def check_reader(reader: DatasetReader, source: Path, images: Path | None = None) -> list[Sample]:
    """Check a reader on a good source and on bad ones derived from it; returns the samples."""
    assert isinstance(reader, DatasetReader), "lacks a member of DatasetReader"
    samples = list(reader.read(source, images, None))
    assert samples, "no sample was read"
    keys = [(sample.split, sample.key) for sample in samples]
    assert len(set(keys)) == len(keys), "a key is there twice in a split"
    for sample in samples:
        _check_sample(sample, images)
    assert list(reader.read(source, images, None)) == samples, "two readings differ"
    for split in dict.fromkeys(sample.split for sample in samples):
        chosen = [sample for sample in samples if sample.split == split]
        assert list(reader.read(source, images, split)) == chosen, f"split {split} differs"
    _raises(SourceError, partial(_read, reader, source, images, "no such split"), "split")
    for bad in (source.parent / "no such file", source.parent):
        _raises(SourceError, partial(_read, reader, bad, images), str(bad))
    return samples


def check_broken_sources(reader: DatasetReader, folder: Path) -> None:
    """Check that files which no layout allows are SourceErrors of one line that name the file."""
    contents = {
        "empty": b"",
        "blank": b" \n\n",
        "binary": bytes(range(256)) * 8,
        "latin1": "image,caption\na.jpg,caf\xe9\n".encode("latin-1"),
        "utf16": "image,caption\na.jpg,a dog\n".encode("utf-16"),
        "cut": b'{"images": [{"filename": "a.jpg", ',
        "cut.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc",
        "number": b"17",
    }
    for name, data in contents.items():
        path = folder / f"broken-{name}"
        path.write_bytes(data)
        _raises(SourceError, partial(_read, reader, path), str(path))


def check_model_plugin(plugin: ModelPlugin) -> None:
    """Check what every model plugin does with a specification that means nothing."""
    assert isinstance(plugin, ModelPlugin), "lacks a member of ModelPlugin"
    nonsense = "there is no such/thing"
    _raises(SpecError, lambda: plugin.check(nonsense), "")
    _raises(SpecError, lambda: plugin.load(nonsense, "cpu"), "")


def check_capabilities(plugin: ModelPlugin, weights: str, device: str = "cpu") -> None:
    """Check that what a plugin says of weights before loading is what the loaded model is."""
    assert isinstance(plugin, CapabilityLister), "does not say what its models can do"
    said, model = plugin.capabilities(weights), plugin.load(weights, device)
    for capability in CAPABILITIES:
        assert isinstance(model, capability) == (capability in said), capability.__name__


def check_encoder(model: ImageTextEncoder, tolerance: float = 1e-5) -> None:
    """Check shapes, norms, independence from the batch, and captions of every kind."""
    assert isinstance(model, ImageTextEncoder), "lacks a member of ImageTextEncoder"
    _check_card(model.card, embeds=True)
    _check_rows(model.encode_images, _prepared(model), model.card, tolerance)
    _check_rows(model.encode_texts, list(TEXTS), model.card, tolerance)
    assert model.encode_texts([]).shape == (0, model.card.embedding_dim)
    cut = model.truncated(list(TEXTS))
    assert [type(value) for value in cut] == [bool] * len(TEXTS)
    assert not cut[0], "a short caption is reported as cut"


def check_pair_scorer(model: PairScorer, tolerance: float = 1e-5) -> None:
    """Check that scores depend on the pair alone, and captions of every kind."""
    assert isinstance(model, PairScorer), "lacks a member of PairScorer"
    _check_card(model.card, embeds=isinstance(model, ImageTextEncoder))
    batch = _prepared(model)
    states = model.image_states(batch)
    image = np.repeat(np.arange(len(batch)), len(TEXTS))
    texts = list(TEXTS) * len(batch)
    scores = model.score_pairs(states, image, texts)
    assert scores.shape == (len(texts),), scores.shape
    assert scores.dtype == np.float32, scores.dtype
    assert np.isfinite(scores).all(), "NaN or infinity"
    order = np.random.default_rng(0).permutation(len(texts))
    shuffled = model.score_pairs(states, image[order], [texts[i] for i in order])
    assert np.abs(shuffled - scores[order]).max() <= tolerance, "a score depends on the order"
    for t, text in enumerate(TEXTS):
        i = t % len(batch) * len(TEXTS) + t
        alone = model.image_states(batch[image[i] : image[i] + 1])
        score = model.score_pairs(alone, np.zeros(1, np.int64), [text])
        assert abs(score[0] - scores[i]) <= tolerance, "a score depends on the other pairs"
    assert model.score_pairs(states, np.zeros(0, np.int64), []).shape == (0,)


def check_captioner(model: Captioner) -> None:
    """Check both methods for repeatable captions without the prompt, and wrong options."""
    assert isinstance(model, Captioner), "lacks a member of Captioner"
    _check_card(model.card, embeds=isinstance(model, ImageTextEncoder))
    batch = _prepared(model)
    for method in ("beam", "nucleus"):
        options = CaptionOptions(method=method, min_length=1, max_length=6, seed=3)
        captions = model.generate_captions(batch, options)
        assert [type(caption) for caption in captions] == [str] * len(batch)
        assert model.generate_captions(batch, options) == captions, f"{method}: not repeatable"
    beam = CaptionOptions(min_length=1, max_length=6)
    alone = [model.generate_captions(batch[i : i + 1], beam)[0] for i in range(len(batch))]
    assert alone == model.generate_captions(batch, beam), "a caption depends on its batch"
    wrong = CaptionOptions(min_length=9, max_length=6)
    _raises(PluginError, lambda: model.generate_captions(batch, wrong), "")


def check_vectors(model: PrecomputedVectors, n_images: int, n_captions: int) -> None:
    """Check blocks of rows, and that a wrong row count is refused."""
    assert isinstance(model, PrecomputedVectors), "lacks a member of PrecomputedVectors"
    _check_card(model.card, embeds=True, protocol_keys=())
    for blocks, rows in ((model.image_vectors, n_images), (model.text_vectors, n_captions)):
        vectors = np.concatenate(list(blocks(rows)))
        assert vectors.shape == (rows, model.card.embedding_dim), vectors.shape
        _check_normalised(vectors)
        _raises(SourceError, partial(_all, blocks, rows + 1), "")


def check_labeler(labeler: Labeler, cases: Iterable[FailureCase] = ()) -> None:
    """Check suggestions for given cases and for captions of every kind."""
    assert isinstance(labeler, Labeler), "lacks a member of Labeler"
    strange = [
        FailureCase(direction, query, (query, other), (other, query)[:retrieved], 2, -0.1)
        for direction in ("t2i", "i2t")
        for query in TEXTS
        for other in TEXTS
        for retrieved in (0, 2)
    ]
    for case in (*cases, *strange):
        suggestions = labeler.label(case)
        assert labeler.label(case) == suggestions, f"two answers for {case}"
        scores = [suggestion.score for suggestion in suggestions]
        assert scores == sorted(scores, reverse=True), "not best first"
        for suggestion in suggestions:
            _check_suggestion(suggestion, case)


def check_exporter(exporter: Exporter, folder: Path) -> Path:
    """Check that rows of every kind are written and counted; returns the file."""
    assert isinstance(exporter, Exporter), "lacks a member of Exporter"
    assert exporter.suffix.startswith("."), "the suffix lacks its dot"
    columns = ["id", "text", "score", "tags", "flag", "nothing"]
    rows: list[Mapping[str, object]] = [
        {"id": i, "text": text, "score": i / 3, "tags": ["a", "b"], "flag": i % 2 == 0}
        for i, text in enumerate((*TEXTS, '"quoted", and\r\nbroken', "=1+1", "'=1"))
    ]
    path = folder / f"rows{exporter.suffix}"
    for safe in (False, True):
        count = exporter.write(columns, iter(rows), path, spreadsheet_safe=safe)
        assert count == len(rows), f"{count} instead of {len(rows)} rows"
        assert path.stat().st_size > 0
    assert exporter.write(columns, iter(()), folder / f"none{exporter.suffix}") == 0
    return path


def _read(
    reader: DatasetReader, source: Path, images: Path | None = None, split: str | None = None
) -> list[Sample]:
    return list(reader.read(source, images, split))


def _all(blocks: Callable[[int], Iterable[Any]], rows: int) -> list[Any]:
    return list(blocks(rows))


def _check_sample(sample: Sample, images: Path | None) -> None:
    assert isinstance(sample, Sample)
    assert sample.key, "an empty key"
    assert sample.split, "an empty split"
    assert isinstance(sample.captions, tuple)
    assert all(isinstance(c, Caption) and isinstance(c.text, str) for c in sample.captions)
    if images is None:
        assert sample.path is None, "a path without a folder of images"
    else:
        assert sample.path is not None, "no path although there is a folder of images"
        assert sample.path.resolve().is_relative_to(images.resolve()), "outside of the images"


def _prepared(model: ImageTextEncoder | PairScorer | Captioner) -> Any:
    """Prepare three pictures of different shapes and check that they come out alike."""
    pictures = [Image.new("RGB", size, "teal") for size in ((64, 48), (30, 90), (1, 1))]
    pictures[0].paste("red", (0, 0, 20, 20))
    prepared = [model.prepare_image(picture) for picture in pictures]
    assert all(p.dtype == np.float32 and p.shape == prepared[0].shape for p in prepared)
    assert np.array_equal(model.prepare_image(pictures[0]), prepared[0]), "not deterministic"
    if isinstance(model, PortablePreparation):
        sent = pickle.loads(pickle.dumps(model.preparation))  # made here
        again = [sent.prepare_image(picture) for picture in pictures]
        assert np.array_equal(again, prepared), "another process would prepare other pixels"
    return np.stack(prepared)


def _check_card(
    card: ModelCard, *, embeds: bool, protocol_keys: Sequence[str] = PROTOCOL_KEYS
) -> None:
    version, colon, digest = card.fingerprint.partition(":")
    assert version, "the fingerprint has no version"
    assert colon, "the fingerprint has no version"
    assert len(digest) >= 32, "the fingerprint is too short to identify a model"
    assert card.spec.startswith(f"{card.plugin}:"), "the spec does not begin with its plugin"
    assert (card.embedding_dim > 0) == embeds, f"embedding_dim is {card.embedding_dim}"
    missing = [key for key in protocol_keys if key not in card.protocol]
    assert not missing, f"the protocol lacks {missing}"


def _check_rows(
    encode: Callable[[Any], Any], items: Sequence[Any] | Any, card: ModelCard, tolerance: float
) -> None:
    rows = encode(items)
    assert rows.shape == (len(items), card.embedding_dim), rows.shape
    _check_normalised(rows)
    alone = np.concatenate([encode(items[i : i + 1]) for i in range(len(items))])
    assert np.abs(alone - rows).max() <= tolerance, "a row depends on its batch"


def _check_normalised(rows: Any) -> None:
    assert rows.dtype == np.float32, rows.dtype
    assert np.isfinite(rows).all(), "NaN or infinity"
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max(initial=0) < 1e-5, "not normalised"


def _check_suggestion(suggestion: Suggestion, case: FailureCase) -> None:
    assert 0 <= suggestion.score <= 1, suggestion.score
    assert suggestion.reason, "no reason"
    assert "\n" not in suggestion.reason, "a reason of several lines"
    texts = {"query": (case.query,), "positive": case.positives, "retrieved": case.retrieved}
    for span in suggestion.spans:
        text = texts[span.side][span.caption]
        assert 0 <= span.start < span.end <= len(text), f"{span} outside of {text!r}"


def _raises(error: type[Exception], call: Callable[[], object], named: str) -> None:
    try:
        call()
    except error as raised:
        message = str(raised)
        assert named in message, f"{message!r} does not name {named!r}"
        assert "\n" not in message, f"a message of several lines: {message!r}"
        return
    raise AssertionError(f"{error.__name__} expected")
