"""Search in a run's images: by a sentence, by an image, by the words of captions."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.records.dataset import Image
from store.records.run import Run
from store.workspace import Workspace
from workbench.presenters.text import plain
from workbench.session.errors import SessionError, told
from workbench.views.search import (
    EncoderState,
    Examples,
    Found,
    FoundImage,
    Gallery,
    ImageSheet,
    Retriever,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.workers.encoding import Encoder

FIRST = 100
"""How many images a list has."""
USUAL = 0.1
"""The share of true pairs below which a best score is called weak."""
RETRIEVERS = 50
EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class _Searched:
    """What is kept of a run between searches; its vectors are mapped only while they are read."""

    run: Run
    first: Run  # whose model made the vectors
    gallery: Gallery
    image_ids: NDArray[np.int64]  # (n_images,), the order of the vectors' rows
    true_scores: NDArray[np.float64]  # ascending

    @property
    def usual(self) -> float | None:
        """The score that nine in ten true pairs reach."""
        import numpy as np

        return float(np.quantile(self.true_scores, USUAL)) if len(self.true_scores) else None


class SessionSearch:
    """Searches one run at a time; sentences are embedded in a process of their own.

    That process is started by `warm`, or by the first sentence, and belongs to the session.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._known: dict[int, _Searched] = {}
        self._encoder: Encoder | None = None

    @told
    def gallery(self, run_id: int) -> Gallery:
        """Return what is searched in a run."""
        return self._searched(run_id).gallery

    @told
    def warm(self, run_id: int) -> Gallery:
        """Begin to load the model of a run, and return what is searched."""
        searched = self._searched(run_id)
        self._encoder_of(searched).start()
        return searched.gallery

    def encoder(self, run_id: int) -> EncoderState:
        """Return what the process of a run's model is doing; does not wait."""
        encoder, searched = self._encoder, self._known.get(run_id)
        if encoder is None or searched is None or encoder.run_id != searched.first.id:
            return EncoderState("off")
        return encoder.state

    @told
    def by_sentence(self, run_id: int, sentence: str, k: int = FIRST) -> Found:
        """Find the images whose vectors are nearest to a sentence's.

        Waits for the model where it is not loaded yet.
        """
        if not sentence.strip():
            raise SessionError("There is no sentence to search for: type one.")
        searched = self._searched(run_id)
        encoding = self._encoder_of(searched).encode(sentence)
        images = self._nearest(searched, encoding.vector, k, compared=True)
        return Found(
            way="meaning",
            query=sentence,
            gallery=searched.gallery,
            images=images,
            n_found=searched.gallery.n_images,
            n_pairs=len(searched.true_scores),
            usual=searched.usual,
            unknown=self._unknown(searched, sentence),
            truncated=encoding.truncated,
            remark=encoding.remark,
        )

    @told
    def like(self, run_id: int, image_id: int, k: int = FIRST) -> Found:
        """Find the images nearest to an image; its cosines are not those of images with texts."""
        import numpy as np

        searched = self._searched(run_id)
        image = self._workspace.datasets.image(image_id)
        if image.dataset_id != searched.run.dataset_id:
            raise SessionError(f"{image.key} belongs to another data set than run {run_id}.")
        row = int(np.searchsorted(searched.image_ids, image_id))
        vector = np.array(self._vectors(searched)[row])
        if not vector.any():
            why = f": {image.problem}" if image.problem else ""
            raise SessionError(f"{image.key} has no vector in run {run_id}{why}.")
        return Found(
            way="image",
            query=image.key,
            gallery=searched.gallery,
            images=self._nearest(searched, vector, k, without=row),
            n_found=searched.gallery.n_images - 1,
        )

    @told
    def by_words(self, run_id: int, words: str, k: int = FIRST) -> Found:
        """Find the images that have a caption with all words; "in quotes" they are a phrase."""
        if not words.strip():
            raise SessionError("There are no words to search for: type some.")
        searched = self._searched(run_id)
        search, dataset_id = self._workspace.caption_search, searched.run.dataset_id
        matches = search.images(dataset_id, words, k)
        images = tuple(
            _found(at, self._workspace.datasets.image(match.image_id), match.text)
            for at, match in enumerate(matches, 1)
        )
        n_found, n_captions = search.count(dataset_id, words)
        return Found(
            way="words",
            query=words,
            gallery=searched.gallery,
            images=images,
            n_found=n_found,
            ranked=search.RANKED if n_captions > search.RANKED else None,
            unknown=self._unknown(searched, words),
        )

    @told
    def examples(self, run_id: int) -> Examples:
        """Return the captions that a run misses worst; where it misses none, some of all."""
        from store.filter import parse

        cases = self._workspace.cases
        failures = cases.ids(run_id, "t2i", parse("rank>1"), "margin")
        ids = failures or cases.ids(run_id, "t2i", sort="id")
        step = 1 if failures else max(1, len(ids) // EXAMPLES)
        rows = cases.rows(run_id, "t2i", ids[::step][: 4 * EXAMPLES])  # some say the same
        texts = dict.fromkeys(text for row in rows if (text := plain(row.query)))
        return Examples(run_id, tuple(texts)[:EXAMPLES], missed=bool(failures))

    @told
    def image_named(self, run_id: int, name: str) -> int:
        """Return the id of an image of a run's data set by its key or id."""
        run = self._workspace.runs.get(run_id)
        return self._workspace.datasets.image_named(run.dataset_id, name).id

    @told
    def sheet(self, run_id: int, image_id: int) -> ImageSheet:
        """Return all about an image, and the queries that retrieve it first."""
        image = self._workspace.datasets.image(image_id)
        ids = self._workspace.runs.retrieving(run_id, "t2i", image_id)
        own = self._workspace.datasets.captions_of(image_id)
        cases = self._workspace.cases.rows(run_id, "t2i", ids[:RETRIEVERS])
        return ImageSheet(
            run_id=run_id,
            image_id=image_id,
            key=image.key,
            path=image.path,
            problem=image.problem,
            captions=tuple(caption.text for caption in own),
            retrievers=tuple(
                Retriever(case.query_id, case.query, case.rank, case.rank == 1) for case in cases
            ),
            n_retrievers=len(ids),
            n_right=len({caption.id for caption in own}.intersection(ids)),
        )

    def close(self) -> None:
        """End the process that embeds sentences."""
        with self._lock:
            encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _searched(self, run_id: int) -> _Searched:
        from workbench.compute.run_vectors import first_stage_of, vectors_of

        if (known := self._known.get(run_id)) is not None:
            return known
        run = self._workspace.runs.get(run_id)
        first = first_stage_of(self._workspace, run)
        vectors = vectors_of(self._workspace, first)
        image_ids = vectors.order.image_ids
        n_images = int(vectors.images.any(axis=1).sum())  # zeros: images that cannot be read
        gallery = Gallery(
            run_id=run.id,
            model=first.model,
            stage=run.stage,
            dataset=run.dataset,
            split=run.split,
            n_images=n_images,
            n_unread=len(image_ids) - n_images,
        )
        scores = self._workspace.runs.positive_scores(first.id, "t2i")
        found = _Searched(run, first, gallery, image_ids, scores)
        self._known = {run_id: found}
        return found

    def _encoder_of(self, searched: _Searched) -> Encoder:
        from workbench.workers.encoding import Encoder

        run_id = searched.first.id
        with self._lock:
            if self._encoder is None or self._encoder.run_id != run_id:
                if self._encoder is not None:
                    self._encoder.close()
                self._encoder = Encoder(self._workspace.path, run_id)
            return self._encoder

    def _vectors(self, searched: _Searched) -> NDArray[np.float32]:
        """Map the vectors of the images: while they are mapped they count as memory of this."""
        from workbench.compute.run_vectors import vectors_folder

        images = vectors_folder(self._workspace, searched.run).array("images")
        assert images is not None
        return images

    def _nearest(
        self,
        searched: _Searched,
        vector: NDArray[np.float32],
        k: int,
        *,
        without: int | None = None,
        compared: bool = False,
    ) -> tuple[FoundImage, ...]:
        from workbench.analysis.nearest import nearest, share_below

        rows, scores = nearest(self._vectors(searched), vector, k, without=without)
        datasets, found = self._workspace.datasets, []
        for at, (row, score) in enumerate(zip(rows, scores.tolist(), strict=True), 1):
            image = datasets.image(int(searched.image_ids[row]))
            captions = datasets.captions_of(image.id)
            above = None
            if compared and len(searched.true_scores):
                above = share_below(searched.true_scores, score)
            found.append(_found(at, image, captions[0].text if captions else "", score, above))
        return tuple(found)

    def _unknown(self, searched: _Searched, text: str) -> tuple[str, ...]:
        return tuple(self._workspace.caption_search.unknown(searched.run.dataset_id, text))


def _found(
    position: int,
    image: Image,
    caption: str,
    score: float | None = None,
    above: float | None = None,
) -> FoundImage:
    return FoundImage(
        position=position,
        image_id=image.id,
        key=image.key,
        path=image.path,
        problem=image.problem,
        caption=caption,
        score=score,
        above=above,
    )
