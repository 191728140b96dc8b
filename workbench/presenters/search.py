"""What a search has found, as lines and sentences."""

from __future__ import annotations

from workbench.presenters.cases import score, short_model, stem
from workbench.presenters.text import cut, cut_middle, fit, plain, width
from workbench.views.line import Line, Span, Tone
from workbench.views.search import EncoderState, Found, FoundImage, Gallery, ImageSheet

_POSITION, _SCORE, _ABOVE, _KEY = 4, 6, 6, 16
_MODEL = 12
_WORDS = 6


def gallery_line(gallery: Gallery | None, encoder: EncoderState, cells: int) -> Line:
    """Return line 2: the run whose vectors are searched, how many images, the encoder's state."""
    if gallery is None:
        return Line((Span(" No run is searched yet.", "dim"),))
    state, tone = encoder_words(encoder)
    head = f" run {gallery.run_id}"
    split = f"{plain(gallery.dataset)}/{plain(gallery.split)}"
    count = f"{gallery.n_images:,} images"
    model = short_model(gallery.model)
    room = cells - width(f"{head}    {count} of   {state} ") - 2
    model = cut(model, max(_MODEL, room - width(split)))
    split = cut(split, max(4, room - width(model)))
    spans = [
        Span(head, "strong"),
        Span(f"  {model}"),
        Span(f"  {count}", "strong"),
        Span(f" of {split}"),
    ]
    gap = cells - sum(width(span.text) for span in spans) - width(state) - 1
    return Line((*spans, Span(" " * max(2, gap)), Span(state, tone)))


def encoder_words(encoder: EncoderState) -> tuple[str, Tone]:
    """Say what the encoder is doing."""
    if encoder.name == "loading":
        return f"encoder: loading {encoder.seconds:.0f} s", "busy"
    if encoder.name == "ready":
        return "encoder: ready", "good"
    if encoder.name == "failed":
        return "encoder: none", "bad"
    return "encoder: ended" if encoder.name == "ended" else "encoder: off", "warn"


def title(found: Found) -> str:
    """Say what the list is: what was asked for, and how many images of how many."""
    n, total = len(found.images), found.gallery.n_images
    query = plain(found.query)
    if found.way == "words":
        shown = f"{n:,} of {found.n_found:,}" if found.n_found > n else f"{n:,}"
        return f"{shown} images with a caption that says {query}"
    kind = "like image" if found.way == "image" else "nearest to"
    return f"the first {n:,} of {total:,} images {kind} {query}"


def remarks(found: Found) -> tuple[str, ...]:
    """Return what is to be known before the scores are believed, worst first."""
    said = [found.remark] if found.remark else []
    if found.weak and found.usual is not None:
        said.append(
            f"Weak: the best scores {score(found.images[0].score)}; 9 in 10 of the run's "
            f"{found.n_pairs:,} true pairs score {score(found.usual)} or more."
        )
    if found.unknown:
        words = [plain(word) for word in found.unknown]
        more = f" and {len(words) - _WORDS} more" if len(words) > _WORDS else ""
        said.append(f"No caption here has: {', '.join(words[:_WORDS])}{more}.")
    if found.truncated:
        said.append("The sentence is too long: the model read only its beginning.")
    if not found.images:
        said.append("No image was found.")
    return tuple(said)


def verdict(found: Found) -> str:
    """Say where the best score lies among the run's true pairs; of images, what it is not."""
    if not found.images:
        return ""
    best = found.images[0]
    if found.way == "image":
        return "cosines of two images: not comparable with those of a sentence"
    if best.score is None or best.above is None:
        return ""
    return f"best {score(best.score)}, above {above(best)} of {found.n_pairs:,} true pairs"


def above(image: FoundImage) -> str:
    """Write the share of true pairs that score less: "83 %", "--" where it says nothing."""
    return "--" if image.above is None else f"{100 * image.above:.0f} %"


def head_line(found: Found, cells: int) -> Line:
    """Return the names of the columns."""
    text = _columns(found, "#", "cosine", "true <", "image", "caption", cells, _key_cells(cells))
    return Line((Span(f"   {text}", "dim"),))


def image_lines(found: Found, cells: int) -> tuple[Line, ...]:
    """Return a line for each image: position, cosine, share of true pairs below, key, caption."""
    return tuple(_image_line(found, image, cells) for image in found.images)


def _image_line(found: Found, image: FoundImage, cells: int) -> Line:
    text = _columns(
        found,
        f"{image.position}",
        score(image.score),
        above(image),
        cut_middle(stem(image.key), _key_cells(cells)),
        plain(image.caption),
        cells,
        _key_cells(cells),
    )
    usual = found.usual
    weak = image.score is not None and usual is not None and image.score < usual
    return Line((Span(text, "dim" if weak else ""),), key=str(image.image_id))


def _columns(
    found: Found, at: str, cosine: str, below: str, key: str, caption: str, cells: int, keys: int
) -> str:
    parts = [fit(at, _POSITION, right=True)]
    if found.way != "words":
        parts.append(fit(cosine, _SCORE, right=True))
    if found.way == "meaning":
        parts.append(fit(below, _ABOVE, right=True))
    parts.append(fit(key, keys))
    used = sum(width(part) + 2 for part in parts)
    return "  ".join([*parts, cut(caption, max(0, cells - used - 3))])


def _key_cells(cells: int) -> int:
    return _KEY if cells < 100 else _KEY + 8


def sheet_facts(sheet: ImageSheet) -> tuple[tuple[str, str], ...]:
    """Return the captions of an image and the queries that retrieve it first."""
    facts = [(f"Captions of {plain(sheet.key)}", "")]
    facts += [(f"{at}", plain(text)) for at, text in enumerate(sheet.captions, 1)]
    return tuple(facts)


def retrievers_title(sheet: ImageSheet) -> str:
    """Say how many captions retrieve an image first, and how many of them rightly."""
    n = len(sheet.retrievers)
    right = sum(one.true for one in sheet.retrievers)
    return f"retrieved first by {n:,} captions in run {sheet.run_id}: {right:,} rightly"
