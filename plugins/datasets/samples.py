"""What all readers share: pictures found by name, lines gathered by image, splits chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from plugins.api import Caption, Sample, SourceError

ALL = "all"
"""The split of every sample where a layout has no splits."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a source: an image's name and, unless it has none here, a caption."""

    image: str
    caption: Caption | None
    split: str = ALL
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """Turns image names of a source into paths below `root` (into None without a root)."""

    source: Path
    root: Path | None

    def __post_init__(self) -> None:
        if self.root is not None and not self.root.is_dir():
            raise SourceError(self.root, "there is no such folder of images")

    def find(self, name: str, line: int | None = None) -> Path | None:
        """Return the picture's path: below the root as named, else by its file name alone.

        Raises SourceError for a name that leads out of the folder, with or without a root: the
        name is stored and may be looked up later.
        """
        relative = PurePosixPath(name)
        windows = PureWindowsPath(name)
        if not relative.name or not name.strip():
            raise SourceError(self.source, f"an image has no usable name ({name!r})", line)
        if relative.is_absolute() or windows.drive or ".." in (*relative.parts, *windows.parts):
            reason = f"the image name {name!r} leads out of the folder of images"
            raise SourceError(self.source, reason, line)
        if self.root is None:
            return None
        path = self.root / relative
        if len(relative.parts) > 1 and not _exists(path):
            flat = self.root / relative.name
            return flat if _exists(flat) else path
        return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the file system allows
        return False


def grouped(source: Path, images: Path | None, rows: Iterable[Row]) -> Iterator[Sample]:
    """Gather rows into samples in the order of each image's first row; all rows are read first."""
    folder = ImageFolder(source, images)
    captions: dict[tuple[str, str], list[Caption]] = {}
    paths: dict[tuple[str, str], Path | None] = {}
    for row in rows:
        key = (row.split, row.image)
        if key not in captions:
            paths[key] = folder.find(row.image, row.line)
            captions[key] = []
        if row.caption is not None:
            captions[key].append(row.caption)
    for (split, image), texts in captions.items():
        yield Sample(image, paths[split, image], tuple(texts), split)


def chosen(source: Path, samples: Iterable[Sample], split: str | None) -> Iterator[Sample]:
    """Keep the samples of a split; SourceError if there is none, or no sample at all."""
    seen: dict[str, int] = {}
    for sample in samples:
        seen[sample.split] = seen.get(sample.split, 0) + 1
        if split is None or sample.split == split:
            yield sample
    if not seen:
        raise SourceError(source, "there is no image in it")
    if split is not None and split not in seen:
        there = ", ".join(f"{name} ({count:,} images)" for name, count in seen.items())
        raise SourceError(source, f"there is no split {split!r}; there is: {there}")
