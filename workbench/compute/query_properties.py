"""The properties of a run's queries: from captions, images and languages, never from results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.arrays import narrow
from store.records.direction import Direction
from store.workspace import Workspace
from workbench.compute.caption_reading import columns_of
from workbench.compute.readings import Read, read_here, reading_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from workbench.analysis.properties import Property

THUMBNAIL = 224
"""Pixels that the most common models look at: an image without a longer side has lost detail."""

FEW = 500
"""Captions that are read before another process would have started."""

PEOPLE = ("no people", "one person", "two people", "three or more", "people without a number")


class QueryProperties:
    """Tells what the queries of either direction are like.

    What captions say is kept in the workspace: an evaluation has read them, else they are read now,
    by `read` unless they are few, which takes 16 s for 158,915.
    """

    def __init__(self, workspace: Workspace, dataset_id: int, read: Read = read_here) -> None:
        import numpy as np

        from workbench.analysis.properties import Property, counted, shapes

        language = np.array(workspace.datasets.languages(dataset_id), dtype=np.str_)
        few = workspace.datasets.get(dataset_id).n_captions <= FEW
        said = columns_of(reading_of(workspace, dataset_id, read_here if few else read))
        width, height = workspace.datasets.sizes(dataset_id)
        order = workspace.datasets.order(dataset_id)
        self._words = narrow(said.words)
        self._image_ids, self._caption_ids = narrow(order.image_ids), narrow(order.caption_ids)
        self._caption_image = narrow(order.caption_image)
        self._of_captions: tuple[Property, ...] = (
            Property("people", counted(said.people, said.uncounted, PEOPLE), said.read),
            Property("mentions", said.mentions, said.read),
            Property(
                "language",
                {str(one): language == one for one in sorted(set(language))},
                np.ones(len(language), bool),
            ),
        )
        self._of_images = Property("image", shapes(width, height, THUMBNAIL), width > 0)

    def of(self, direction: Direction, query: NDArray[np.int64]) -> tuple[Property, ...]:
        """Return the properties of queries (n,), given by their ids.

        In i2t an image has what at least half of its captions have; its length is their mean.
        """
        import numpy as np

        from workbench.analysis.properties import Property, mean_of_images, quartiles

        image, n_images = self._caption_image, len(self._image_ids)
        if direction == "t2i":
            rows = np.searchsorted(self._caption_ids, query)
            image_rows, lengths = image[rows], quartiles(self._words[rows], "words")
            said = self._of_captions
        else:
            rows = image_rows = np.searchsorted(self._image_ids, query)
            lengths = quartiles(mean_of_images(self._words, image, n_images)[rows], "words")
            said = tuple(one.of_images(image, n_images) for one in self._of_captions)
        return (
            Property("caption length", lengths, np.ones(len(rows), bool)),
            *(one.taken(rows) for one in said),
            self._of_images.taken(image_rows),
        )
