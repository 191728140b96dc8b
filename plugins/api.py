"""The contract between the workbench and its plugins.

Four kinds of plugin, one entry-point group each (`workbench.models`, `workbench.datasets`,
`workbench.labelers`, `workbench.exporters`). An entry point names an object that satisfies the
kind's protocol below; what a model can do beyond encoding is a capability of its own, asked for
by type (`isinstance(model, PairScorer)`), never by name.

Errors a plugin raises on purpose::

    PluginError
    ├── SourceError      a file of a data set or an array cannot be read: file, line, reason
    ├── SpecError        a plugin's name or a model specification is not understood
    └── WeightsMissing   weights are not on this machine: what, how large, how to fetch them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from plugins.errors import PluginError as PluginError
from plugins.errors import SourceError as SourceError
from plugins.errors import SpecError as SpecError
from plugins.errors import WeightsMissing as WeightsMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Float32 = NDArray[np.float32]

Direction = Literal["t2i", "i2t"]
Side = Literal["query", "positive", "retrieved"]


# Data sets ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption as written in the source."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Sample:
    """An image of a data set with its captions.

    `key` is the image's name in the source and unique within a split. `path` is None when the
    reader was given no folder of images; it is not checked for existence here.
    """

    key: str
    path: Path | None
    captions: tuple[Caption, ...]
    split: str
    truth: Mapping[str, Any] | None = None


@runtime_checkable
class DatasetReader(Protocol):
    """Reads one layout of image-caption files."""

    name: str
    description: str

    def read(self, source: Path, images: Path | None, split: str | None) -> Iterator[Sample]:
        """Yield the samples of `split` (of every split if None) in the order of the source.

        Raises SourceError for a file that cannot be read, with its line where there is one.
        """
        ...


# Models ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What identifies a loaded model and how it sees its input.

    `fingerprint` is a hash over weights, preprocessing and precision: equal fingerprints give
    equal vectors. `protocol` holds what a comparison must state: image size, resampling,
    activation, context length, prompt, lower-casing, text cleaning, precision. A model that
    embeds nothing (a captioner) has `embedding_dim` 0. `files_bytes` is the size of the weights
    on disk.
    """

    spec: str
    plugin: str
    name: str
    weights: str
    fingerprint: str
    embedding_dim: int
    parameters: int | None = None
    files_bytes: int | None = None
    protocol: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class ImageTextEncoder(Protocol):
    """A model that maps images and captions into one space.

    `prepare_image` is pure and thread-safe, so that images are decoded and resized while the
    device works; its results are stacked to the batch that `encode_images` takes. Both encoders
    return L2-normalised rows and give an item the same row whatever else is in its batch, up to
    the rounding of float32.
    """

    card: ModelCard

    def prepare_image(self, image: Image) -> Float32:
        """Turn an RGB image into the model's input, (channels, height, width)."""
        ...

    def encode_images(self, batch: Float32) -> Float32:
        """Embed prepared images (n, channels, height, width) as (n, embedding_dim)."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> Float32:
        """Embed captions as (n, embedding_dim)."""
        ...

    def truncated(self, texts: Sequence[str]) -> list[bool]:
        """Say which captions do not fit into the context and are cut (end token kept)."""
        ...


@runtime_checkable
class PrecomputedVectors(Protocol):
    """Vectors made elsewhere, rows in the order of the data set's ids."""

    card: ModelCard

    def image_vectors(self, n_images: int) -> Iterator[Float32]:
        """Yield blocks of rows (m, embedding_dim), normalised; SourceError on a bad array."""
        ...

    def text_vectors(self, n_captions: int) -> Iterator[Float32]:
        """Yield blocks of rows (m, embedding_dim), normalised; SourceError on a bad array."""
        ...


@runtime_checkable
class PairScorer(Protocol):
    """A model that looks at an image and a caption together and says how well they match (ITM).

    The states of an image (its patch tokens) are computed once and serve all of its pairs. They
    stay on the device and are opaque to the caller, who keeps few of them at a time.
    """

    card: ModelCard

    def prepare_image(self, image: Image) -> Float32:
        """As in `ImageTextEncoder`."""
        ...

    def image_states(self, batch: Float32) -> object:
        """Compute the states of prepared images (n, channels, height, width)."""
        ...

    def score_pairs(
        self, states: object, image: NDArray[np.integer], texts: Sequence[str]
    ) -> Float32:
        """Return the match logit of each pair, (m,): the higher the better.

        `image` (m,) says which row of `states` each text goes with. A pair's score does not
        depend on the other pairs, up to the rounding of float32. Raises PluginError for a text
        that cannot be tokenized, naming it.
        """
        ...


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """How captions are generated; lengths are in tokens, `seed` matters for sampling only."""

    method: Literal["beam", "nucleus"] = "beam"
    beams: int = 3
    top_p: float = 0.9
    prompt: str = ""
    min_length: int = 5
    max_length: int = 30
    seed: int = 0


@runtime_checkable
class Captioner(Protocol):
    """A model that describes images."""

    card: ModelCard

    def prepare_image(self, image: Image) -> Float32:
        """As in `ImageTextEncoder`."""
        ...

    def generate_captions(self, batch: Float32, options: CaptionOptions) -> list[str]:
        """Describe prepared images (n, channels, height, width), one caption each.

        Equal seed and batch give equal captions. The prompt is not part of the captions.
        """
        ...


class Preparation(Protocol):
    """What is done to an image before a model sees it; a model itself is one."""

    def prepare_image(self, image: Image) -> Float32:
        """As in `ImageTextEncoder`."""
        ...


@runtime_checkable
class PortablePreparation(Protocol):
    """A model whose preparation is a small object of its own, which other processes may do.

    It can be pickled, holds no weights, and gives what the model's `prepare_image` gives.
    """

    @property
    def preparation(self) -> Preparation:
        """What prepares images for the model."""
        ...


@runtime_checkable
class JpegPreparation(Protocol):
    """A preparation that takes the bytes of a JPEG file, to decode it in a way of its own."""

    def prepare_jpeg(self, data: bytes) -> Float32 | None:
        """As `prepare_image` from a file; None leaves the file to it (a broken one, say)."""
        ...


Decoder = Literal["pil", "torchvision"]


@runtime_checkable
class DecoderChoice(Protocol):
    """A model that can have its images decoded and resized by another library than PIL."""

    card: ModelCard

    def use_decoder(self, decoder: Decoder) -> None:
        """Choose before the first image; the card tells it, and has another fingerprint.

        Raises PluginError if the model's preprocessing cannot be done so.
        """
        ...


Precision = Literal["fp32", "bf16", "fp16"]


@runtime_checkable
class Castable(Protocol):
    """A model that can compute in another precision than float32, in which it is loaded."""

    card: ModelCard

    def cast(self, precision: Precision) -> None:
        """Turn the weights, and what is computed with them, to a precision; the card tells it.

        What goes in and comes out stays float32. Going back does not bring lost digits back.
        """
        ...


Model = ImageTextEncoder | PrecomputedVectors | PairScorer | Captioner


@runtime_checkable
class ModelPlugin(Protocol):
    """Makes models from the part of a specification behind `plugin:`."""

    name: str
    description: str

    def check(self, weights: str) -> str:
        """Raise SpecError or WeightsMissing if `load` would.

        Called by the terminal face: imports no model library and takes well under a second.

        Returns the same weights with file paths made absolute, so that they mean the same to a
        worker that runs in another folder.
        """
        ...

    def load(self, weights: str, device: str) -> Model:
        """Load a model onto a device ("cpu", "cuda:0", ...)."""
        ...


@runtime_checkable
class WeightsFetcher(Protocol):
    """A capability of a model plugin: brings weights to this machine when asked to."""

    def fetch(self, weights: str) -> None:
        """Download what `check` found missing; PluginError if that fails."""
        ...


@runtime_checkable
class CapabilityLister(Protocol):
    """A capability of a model plugin: says what a model can do before it is loaded."""

    def capabilities(self, weights: str) -> frozenset[type]:
        """Return the protocols (`ImageTextEncoder`, `PairScorer`, ...) `load` would satisfy.

        Raises what `check` raises; imports no model library.
        """
        ...


# Labelers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FailureCase:
    """A failed query as a labeler sees it.

    In t2i `query` is the caption, `positives` the true image's captions (the query included) and
    `retrieved` the captions of the wrongly retrieved image. In i2t the query is an image: `query`
    is its best-scored caption, and `retrieved` starts with the wrongly retrieved caption.
    """

    direction: Direction
    query: str
    positives: tuple[str, ...]
    retrieved: tuple[str, ...]
    rank: int
    margin: float
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Span:
    """Words that are evidence: characters [start, end) of a caption on one side of a case."""

    side: Side
    caption: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that a labeler proposes, with a score in [0, 1] and the words that show it."""

    category: str
    score: float
    reason: str
    spans: tuple[Span, ...] = ()


@runtime_checkable
class Labeler(Protocol):
    """Suggests failure categories from the captions of both sides."""

    name: str
    version: str

    def label(self, case: FailureCase) -> list[Suggestion]:
        """Return the suggestions for a case, best first; an empty list if there are none."""
        ...


# Exporters ---------------------------------------------------------------------------------


@runtime_checkable
class Exporter(Protocol):
    """Writes rows to a file."""

    name: str
    suffix: str

    def write(
        self,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        path: Path,
        *,
        spreadsheet_safe: bool = False,
    ) -> int:
        """Write all rows, streaming, and return how many. The caller renames `path` into place.

        `spreadsheet_safe` keeps a spreadsheet from running a cell as a formula.
        """
        ...
