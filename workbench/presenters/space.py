"""A space in words and tables, and its images and captions drawn as letters on a plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.presenters.compare_numbers import FEW, percent
from workbench.presenters.text import cut, plain
from workbench.views.compare import Estimate
from workbench.views.space import Hubs, Overlap, Point, SpaceView

HUB_COLUMNS = (">times", ">% of queries", ">wrong first", "image", "caption")
MEASURES = ("measure", ">value", "what it says")
IMAGE, CAPTION, BOTH = "i", "c", "*"


def measure_rows(view: SpaceView) -> list[tuple[str, str, str]]:
    """Return the geometry: name, value, what it means."""
    apart = (view.images_apart + view.captions_apart, view.n_images + view.n_captions)
    sampled = (
        f"of {view.uniformity_of:,} drawn"
        if max(view.n_images, view.n_captions) > view.uniformity_of
        else "of all"
    )
    return [
        (
            "modality gap",
            _number(view.gap),
            "distance between the centroids; 0 is none, 2 the most",
        ),
        (
            "between modalities",
            f"{percent(view.between)} %",
            "of the variance; the rest is between images, and between captions",
        ),
        (
            "told apart",
            f"{percent(apart[0] / apart[1])} %",
            f"{apart[0]:,} of {apart[1]:,} are nearer to the centroid of their own modality",
        ),
        (
            "alignment",
            _number(view.alignment),
            "mean squared distance of caption and image; low is good",
        ),
        (
            "uniformity, images",
            _number(view.uniformity_images),
            f"log mean exp(-2 squared distance), {sampled}; low is even",
        ),
        ("uniformity, captions", _number(view.uniformity_captions), "likewise"),
    ]


def overlap_sentence(overlap: Overlap) -> str:
    """Say how much two runs retrieve the same."""
    return (
        f"{overlap.direction}: of the first {overlap.k} of either run, "
        f"{_with_interval(overlap.jaccard)} are the same (mean Jaccard over "
        f"{overlap.n_queries:,} queries, run {overlap.run_id})"
    )


def hubs_sentence(hubs: Hubs) -> str:
    """Say how uneven the first hits are spread over what is retrieved."""
    skew = "--" if hubs.skewness is None else f"{hubs.skewness:.2f}"
    what = "images" if hubs.direction == "t2i" else "captions"
    never = percent(hubs.never / hubs.n_items if hubs.n_items else None)
    return (
        f"{hubs.direction}: hubness {skew} (skewness of how often each of {hubs.n_items:,} {what} "
        f"is among the first {hubs.k} of {hubs.n_queries:,} queries); "
        f"{hubs.never:,} ({never} %) never are"
    )


def hub_rows(hubs: Hubs) -> list[tuple[str, str, str, str, str]]:
    """Return the worst hubs, as `HUB_COLUMNS` names it."""
    return [
        (
            f"{hub.occurrence:,}",
            percent(hub.occurrence / hubs.n_queries),
            f"{hub.wrong_first:,}",
            plain(hub.key),
            cut(plain(hub.text), 60),
        )
        for hub in hubs.worst
    ]


def plane_lines(points: Sequence[Point], cells: int = 72, rows: int = 18) -> list[str]:
    """Draw where images and captions lie: `IMAGE`, `CAPTION`, or `BOTH` in a cell."""
    if not points:
        return []
    place_x = _scale([point.x for point in points], cells)
    place_y = _scale([point.y for point in points], rows)
    drawn = [[" "] * cells for _ in range(rows)]
    for point in points:
        row, column = rows - 1 - place_y(point.y), place_x(point.x)
        mine = IMAGE if point.side == "image" else CAPTION
        drawn[row][column] = mine if drawn[row][column] in (" ", mine) else BOTH
    return ["".join(row).rstrip() for row in drawn]


def _scale(values: Sequence[float], cells: int) -> Callable[[float], int]:
    """Return a function from a coordinate to its cell."""
    low = min(values)
    extent = max(values) - low
    if extent <= 0:
        return lambda _: cells // 2
    return lambda value: min(cells - 1, int((value - low) / extent * cells))


def _number(value: float | None) -> str:
    return "--" if value is None else f"{value:.3f}"


def _with_interval(share: Estimate) -> str:
    if share.low is None or share.high is None:
        return f"{percent(share.value)} % ({FEW})"
    return f"{percent(share.value)} % [{percent(share.low)}, {percent(share.high)}]"
