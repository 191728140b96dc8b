"""What a search has found, as lines and sentences."""

from __future__ import annotations

from workbench.presenters.pictures import stem
from workbench.presenters.rule import BLANK, rule
from workbench.presenters.run_names import short_model
from workbench.presenters.scores import score
from workbench.presenters.text import TEXT_CHARACTERS, cut, cut_middle, fit, plain, width
from workbench.presenters.wrap import wrapped
from workbench.views.case import PictureView
from workbench.views.line import Line, Span, Tone
from workbench.views.search import EncoderState, Examples, Found, FoundImage, Gallery, ImageSheet

_POSITION, _SCORE, _ABOVE, _KEY = 4, 6, 6, 16
_MODEL = 12
_WORDS = 6
NOTHING_YET = "/ takes a sentence: the images nearest to it are listed."


def gallery_line(gallery: Gallery | None, encoder: EncoderState, cells: int) -> Line:
    """Return line 2: the run whose vectors are searched, how many images, the encoder's state.

    That images cannot be read is worth more than the name of their data set.
    """
    if gallery is None:
        return Line((Span(" No run is searched yet.", "dim"),))
    state, tone = encoder_words(encoder)
    head = f" run {gallery.run_id}"
    split = f"{plain(gallery.dataset)}/{plain(gallery.split)}"
    count, unread = searched(gallery), unread_words(gallery)
    model = short_model(gallery.model)
    room = cells - width(f"{head}    {count}  {state} ") - 2
    model = cut(model, max(_MODEL, room - width(f" of {split}{unread}")))
    room -= width(model)
    split = cut(split, max(4, room - width(" of ")))
    tails = (f" of {split}{unread}", unread) if unread else (f" of {split}",)
    spans = [
        Span(head, "strong"),
        Span(f"  {model}"),
        Span(f"  {count}", "strong"),
        Span(next((tail for tail in tails if width(tail) <= room), "")),
    ]
    gap = cells - sum(width(span.text) for span in spans) - width(state) - 1
    return Line((*spans, Span(" " * max(2, gap)), Span(state, tone)))


def searched(gallery: Gallery) -> str:
    """Say how many images are searched, and of how many where that is not all."""
    n, unread = gallery.n_images, gallery.n_unread
    return f"{n:,} of {n + unread:,} images" if unread else f"{n:,} images"


def unread_words(gallery: Gallery) -> str:
    """Say how many images cannot be read, behind how many are searched; "" for none."""
    return f", {gallery.n_unread:,} cannot be read" if gallery.n_unread else ""


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
    kind = {"words": "with a caption that says", "image": "like", "meaning": "nearest to"}
    return f"{count(found)} {kind[found.way]} {plain(found.query)}"


def count(found: Found) -> str:
    """Say how many images are listed of how many, in few words."""
    n, total = len(found.images), found.n_found
    return f"{n:,} of {total:,} images" if total > n or found.way != "words" else f"{n:,} images"


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
    if found.ranked is not None:
        said.append(f"Common words: the best of the first {found.ranked:,} captions with them.")
    if found.truncated:
        said.append("The sentence is too long: the model read only its beginning.")
    if not found.images:
        said.append("No image was found.")
    return tuple(said)


def remark_lines(found: Found, cells: int) -> tuple[Line, ...]:
    """Return the remarks in as few rows as they take."""
    text = " ".join(remarks(found))
    rows = wrapped(text, max(8, cells - 2)) if text else []
    return tuple(Line((Span(f" {row}", "warn"),)) for row in rows)


def verdict(found: Found, *, brief: bool = False) -> str:
    """Say where the best score lies among the run's true pairs; of images, what it is not."""
    if not found.images:
        return ""
    best = found.images[0]
    if found.way == "image":
        return "cosines of images" if brief else "cosines of images: not those of a sentence"
    if best.score is None or best.above is None:
        return ""
    n = "" if brief else f"{found.n_pairs:,} "
    return f"best {score(best.score)}, above {above(best)} of {n}true pairs"


def above(image: FoundImage) -> str:
    """Write the share of true pairs that score less: "83 %", "--" where it says nothing."""
    return "--" if image.above is None else f"{100 * image.above:.0f} %"


def head_line(found: Found, cells: int) -> Line:
    """Return the names of the columns."""
    text = _columns(found, "#", "cosine", "above", "image", "caption", cells, _key_cells(cells))
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


def examples_title(examples: Examples) -> tuple[str, str]:
    """Say what can be searched for before anything was, and which key does it."""
    of = f"run {examples.run_id} misses, worst first" if examples.missed else "the data set has"
    return (f"Captions that {of}", "Enter searches") if examples.texts else (NOTHING_YET, "")


def example_lines(examples: Examples) -> tuple[Line, ...]:
    """Return a line for each caption; its key is its place."""
    return tuple(Line((Span(text),), key=str(at)) for at, text in enumerate(examples.texts))


def picture(image: FoundImage | ImageSheet) -> PictureView:
    """Return the picture of an image that was found."""
    said = f"  cosine {score(image.score)}" if isinstance(image, FoundImage) and image.score else ""
    problem = plain(image.problem) if image.problem else None
    return PictureView(f"{stem(image.key)}{said}", image.path, problem)


def preview_lines(sheet: ImageSheet, cells: int, rows: int) -> tuple[Line, ...]:
    """Return an image's captions and how many queries it draws, in so many rows."""
    lines: list[Line] = []
    for text in sheet.captions:
        first, *more = wrapped(plain(text[:TEXT_CHARACTERS]), max(8, cells - 3))
        lines += [
            Line((Span(" - ", "dim"), Span(first))),
            *(Line((Span(f"   {r}"),)) for r in more),
        ]
    said = [Line((Span(f" {row}", "dim"),)) for row in wrapped(drawn(sheet), max(8, cells - 2))]
    kept = max(0, rows - len(said))
    return (*lines[:kept], *said)[:rows]


def drawn(sheet: ImageSheet) -> str:
    """Say how many captions retrieve an image first, and how many of them are its own."""
    n = sheet.n_retrievers
    if not n:
        return f"No caption retrieves it first in run {sheet.run_id}."
    own = "its own" if sheet.n_right == n else f"{sheet.n_right:,} of them its own"
    return f"{n:,} {'caption retrieves' if n == 1 else 'captions retrieve'} it first: {own}."


def details_lines(sheet: ImageSheet, cells: int) -> tuple[Line, ...]:
    """Return all captions of an image, then the queries that retrieve it first, each with a key."""
    lines = [rule("its captions", cells)]
    for text in sheet.captions:
        first, *more = wrapped(plain(text[:TEXT_CHARACTERS]), max(8, cells - 6))
        lines += [Line((Span(f"- {first}"),)), *(Line((Span(f"  {row}"),)) for row in more)]
    shown = len(sheet.retrievers)
    right = f"{shown:,} of {sheet.n_retrievers:,}" if shown < sheet.n_retrievers else ""
    lines += [BLANK, rule(drawn(sheet).rstrip("."), cells, right)]
    for one in sheet.retrievers:
        rank = "right" if one.true else f"rank {one.rank:,}"
        spans = (Span(f"{fit(rank, 12)}", "good" if one.true else "bad"), Span(plain(one.text)))
        lines.append(Line(spans, key=str(one.query_id)))
    return tuple(lines)
