"""Generated captions: kept while the work goes on, reused, scored, shown beside the human ones."""

import dataclasses
import math

import pytest
from store_world import add_dataset, add_model, add_run

from store.errors import NotFound, StoreError
from store.records.captioning import CaptionMetric, GeneratedCaption
from store.records.direction import DIRECTIONS

NUMBERS = {"seconds": 2.5, "images_per_s": 4.0, "peak_memory_bytes": 2**20}


def begin(ws, dataset, model=None, options=None, protocol=None, job_id=None):
    model = model or add_model(ws)
    return ws.captionings.start(dataset.id, model.id, options or {}, protocol or {}, job_id)


def caption_all(ws, captioning, text="image {}"):
    images = ws.captionings.missing(captioning.id)
    ws.captionings.add(captioning.id, [(n, text.format(n)) for n in images])
    return ws.captionings.finish(captioning.id, **NUMBERS)


def test_a_captioning_from_start_to_end(ws, dataset):
    images = [image.id for image in ws.datasets.images(dataset.id)]
    begun = begin(ws, dataset, options={"beams": 3}, protocol={"prompt": "a photo"}, job_id=7)
    assert (begun.dataset, begun.split, begun.model) == ("small", "test", "vectors:/v")
    assert (begun.options, begun.protocol) == ({"beams": 3}, {"prompt": "a photo"})
    assert (begun.status, begun.done, begun.job_id, begun.seconds) == ("running", 0, 7, 0.0)
    assert ws.captionings.missing(begun.id) == images
    assert ws.captionings.add(begun.id, [(images[2], "a dog"), (images[0], "a cat")]) == 2
    assert ws.captionings.missing(begun.id) == [images[1], *images[3:]]
    assert ws.captionings.get(begun.id) == dataclasses.replace(begun, done=2)
    finished = ws.captionings.finish(
        begun.id,
        **NUMBERS,
        efficiency={"device": "cpu"},
        metrics=[
            CaptionMetric("CIDEr-D", 0.5, 0.25, 0.75),
            CaptionMetric("BLEU-4", 0.25, None, None),
        ],
        scores={images[0]: {"CIDEr-D": 0.5}},
    )
    assert finished == dataclasses.replace(
        begun, done=2, status="done", efficiency={"device": "cpu"}, **NUMBERS
    )
    assert ws.captionings.metrics(begun.id) == [
        CaptionMetric("BLEU-4", 0.25, None, None),
        CaptionMetric("CIDEr-D", 0.5, 0.25, 0.75),
    ]
    assert ws.captionings.captions(begun.id) == [
        GeneratedCaption(begun.id, images[0], "vectors:/v", "a cat", {"CIDEr-D": 0.5}),
        GeneratedCaption(begun.id, images[2], "vectors:/v", "a dog", {}),
    ]


def test_the_same_work_is_begun_once(ws, dataset):
    model = add_model(ws)
    first = begin(ws, dataset, model, {"a": 1, "b": 2}, {"c": 3}, job_id=1)
    ws.captionings.add(first.id, [(1, "a dog")])
    again = begin(ws, dataset, model, {"b": 2, "a": 1}, {"c": 3}, job_id=2)
    assert again == dataclasses.replace(first, done=1, job_id=2), "goes on under the new job"
    others = [
        begin(ws, dataset, model, {"a": 1}, {"c": 3}),
        begin(ws, dataset, model, {"a": 1, "b": 2}, {}),
        begin(ws, dataset, add_model(ws, "vectors:/other"), {"a": 1, "b": 2}, {"c": 3}),
        begin(ws, add_dataset(ws, name="more"), model, {"a": 1, "b": 2}, {"c": 3}),
    ]
    assert len({first.id, *(other.id for other in others)}) == 5
    assert ws.captionings.all() == [*reversed(others), again]
    done = ws.captionings.finish(first.id, **NUMBERS)
    assert begin(ws, dataset, model, {"a": 1, "b": 2}, {"c": 3}, job_id=9) == done


def test_an_image_keeps_its_first_caption(ws, dataset):
    captioning = begin(ws, dataset)
    assert ws.captionings.add(captioning.id, [(1, "one"), (1, "two"), (2, "three")]) == 2
    assert ws.captionings.add(captioning.id, [(2, "four"), (3, "five")]) == 1
    assert ws.captionings.add(captioning.id, []) == 0
    found = {c.image_id: c.text for c in ws.captionings.captions(captioning.id)}
    assert found == {1: "one", 2: "three", 3: "five"}
    assert ws.captionings.get(captioning.id).done == 3


def test_captions_are_stored_whole_or_not_at_all(ws, dataset):
    captioning = begin(ws, dataset)
    elsewhere = next(ws.datasets.images(add_dataset(ws, name="more").id)).id
    for image_id in (elsewhere, 10**6):
        with pytest.raises(StoreError, match=f"image {image_id} is not one of data set 1"):
            ws.captionings.add(captioning.id, [(1, "one"), (image_id, "two")])
    assert ws.captionings.captions(captioning.id) == []
    assert ws.captionings.get(captioning.id).done == 0


@pytest.mark.parametrize(
    "text", ["", "'); DROP TABLE runs; --", "日本 é\n\t", "nul\0in", "x" * 10**5]
)
def test_any_text_may_be_written(ws, dataset, text):
    captioning = begin(ws, dataset)
    ws.captionings.add(captioning.id, [(1, text), (2, f"{text}\ud800")])
    found = [caption.text for caption in ws.captionings.captions(captioning.id)]
    assert found == [text, f"{text}?"]


def test_options_may_hold_any_text(ws, dataset):
    first = begin(ws, dataset, options={"prompt": "a\ud800"})
    assert first.options == {"prompt": "a\ud800"}
    assert begin(ws, dataset, options={"prompt": "a\ud800"}) == first


def test_metrics_replace_those_of_the_same_run(ws, dataset, run):
    other = add_run(ws, dataset)
    captioning = begin(ws, dataset)
    ws.captionings.add(captioning.id, [(1, "a dog"), (2, "a cat")])
    text = [CaptionMetric("BLEU-4", 0.25, 0.0, 0.5), CaptionMetric("CIDEr-D", 1.0, None, None)]
    ws.captionings.finish(captioning.id, **NUMBERS, metrics=text, scores={1: {"CIDEr-D": 1.5}})
    clip = [CaptionMetric("CLIPScore", 0.75, 0.7, 0.8, run.id)]
    ws.captionings.put_metrics(captioning.id, clip, {1: {"CLIPScore": 0.5}, 2: {"CLIPScore": 1.0}})
    second = [CaptionMetric("CLIPScore", 0.5, None, None, other.id)]
    ws.captionings.put_metrics(captioning.id, second)
    assert ws.captionings.metrics(captioning.id) == [*text, *clip, *second]
    again = [CaptionMetric("RefCLIPScore", 0.25, None, None, run.id)]
    ws.captionings.put_metrics(captioning.id, again, {1: {"CLIPScore": 0.25}})
    assert ws.captionings.metrics(captioning.id) == [*text, *again, *second]
    ws.captionings.put_metrics(captioning.id, text[:1])
    assert ws.captionings.metrics(captioning.id) == [text[0], *again, *second]
    scores = {c.image_id: c.scores for c in ws.captionings.captions(captioning.id)}
    assert scores == {1: {"CIDEr-D": 1.5, "CLIPScore": 0.25}, 2: {"CLIPScore": 1.0}}
    ws.runs.remove(run.id)
    assert ws.captionings.metrics(captioning.id) == [text[0], *second]
    assert len(ws.captionings.captions(captioning.id)) == 2


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(ws, dataset, value):
    captioning = begin(ws, dataset)
    ws.captionings.add(captioning.id, [(1, "a dog")])
    good = CaptionMetric("BLEU-4", 0.25, None, None)
    with pytest.raises(StoreError, match=r"CIDEr-D of captioning 1 is not a number"):
        ws.captionings.finish(
            captioning.id, **NUMBERS, metrics=[good, CaptionMetric("CIDEr-D", value, None, None)]
        )
    for scores, message in (
        ({1: {"CIDEr-D": value}}, "CIDEr-D of the caption of image 1 is not a number"),
        ({1: {"CIDEr-D": 1.0}, 2: {}}, "has captions for 1 of 2 scored images"),
    ):
        with pytest.raises(StoreError, match=message):
            ws.captionings.finish(captioning.id, **NUMBERS, metrics=[good], scores=scores)
    assert ws.captionings.get(captioning.id).status == "running"
    assert ws.captionings.metrics(captioning.id) == []
    assert ws.captionings.captions(captioning.id)[0].scores == {}


def test_an_image_shows_the_newest_finished_captioning_of_each_model(ws, dataset):
    one, two = add_model(ws, "vectors:/one"), add_model(ws, "vectors:/two")
    caption_all(ws, begin(ws, dataset, one, {"n": 1}), "old {}")
    caption_all(ws, begin(ws, dataset, two), "two {}")
    newest = caption_all(ws, begin(ws, dataset, one, {"n": 2}), "new {}")
    unfinished = begin(ws, dataset, one, {"n": 3})
    ws.captionings.add(unfinished.id, [(1, "not yet")])
    caption_all(ws, begin(ws, add_dataset(ws, name="more"), one, {"n": 4}), "elsewhere {}")
    assert [(c.model, c.text) for c in ws.captionings.of_image(3)] == [
        ("vectors:/one", "new 3"),
        ("vectors:/two", "two 3"),
    ]
    assert [c.text for c in ws.captionings.of_image(1)] == ["new 1", "two 1"]
    ws.captionings.remove(newest.id)
    assert [c.text for c in ws.captionings.of_image(3)] == ["two 3", "old 3"]
    assert ws.captionings.of_image(10**6) == []


def test_an_image_is_looked_up_by_index(ws, dataset):
    from store.captionings import _OF_IMAGES

    plan = ws.read().execute(f"EXPLAIN QUERY PLAN {_OF_IMAGES}", ("[1]",))
    steps = [row[3] for row in plan]
    assert any("generated_captions_image" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN")] == [
        "SCAN wanted VIRTUAL TABLE INDEX 1:"
    ]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_cases_bring_what_models_wrote(ws, dataset, run, direction):
    query = int(ws.cases.ids(run.id, direction)[0])
    bare = ws.cases.detail(run.id, direction, query)
    assert set(bare.generated.values()) == {()}
    assert ws.cases.contexts([bare.case])[0].true_generated == ()
    for spec in ("vectors:/one", "vectors:/two"):
        caption_all(ws, begin(ws, dataset, add_model(ws, spec)), spec[-3:] + " {}")
    detail = ws.cases.detail(run.id, direction, query)
    images = {detail.image.id, *(hit.image.id for hit in detail.hits)}
    assert detail.generated == {n: tuple(ws.captionings.of_image(n)) for n in images}
    assert [c.text for c in detail.generated[detail.image.id]] == [
        f"two {detail.image.id}",
        f"one {detail.image.id}",
    ]
    cases = ws.cases.rows(run.id, direction, ws.cases.ids(run.id, direction))
    image_of = {caption.id: caption.image_id for caption in ws.datasets.captions(dataset.id)}
    for case, context in zip(cases, ws.cases.contexts(cases), strict=True):
        own, top = case.query_id, case.top_id
        own, top = (image_of[own], top) if direction == "t2i" else (own, image_of[top])
        for image_id, found in ((own, context.true_generated), (top, context.top_generated)):
            assert found == (
                ("vectors:/two", f"two {image_id}"),
                ("vectors:/one", f"one {image_id}"),
            )


def test_removing(ws, dataset, run):
    captioning = caption_all(ws, begin(ws, dataset))
    ws.captionings.put_metrics(captioning.id, [CaptionMetric("CLIPScore", 0.5, None, None, run.id)])
    other = caption_all(ws, begin(ws, dataset, options={"n": 2}))
    ws.captionings.remove(captioning.id)
    assert ws.captionings.all() == [other]
    for name in ("generated_captions", "caption_metrics"):
        ids = ws.read().execute(f"SELECT DISTINCT captioning_id FROM {name}").fetchall()
        assert ids in ([], [(other.id,)]), name
    ws.datasets.remove(dataset.id)
    assert ws.captionings.all() == []
    assert ws.read().execute("SELECT count(*) FROM generated_captions").fetchone() == (0,)
    again = add_dataset(ws)
    assert begin(ws, again).id == other.id + 1, "ids are not used again"


def test_what_does_not_exist(ws, dataset):
    with pytest.raises(NotFound, match="no captioning 9: there are none yet"):
        ws.captionings.get(9)
    begin(ws, dataset)
    for ask in (
        lambda: ws.captionings.get(9),
        lambda: ws.captionings.missing(9),
        lambda: ws.captionings.add(9, [(1, "a dog")]),
        lambda: ws.captionings.finish(9, **NUMBERS),
        lambda: ws.captionings.put_metrics(9, []),
        lambda: ws.captionings.remove(9),
    ):
        with pytest.raises(NotFound, match="no captioning 9: there are 1"):
            ask()
