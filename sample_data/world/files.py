"""Writing of samples as files, and reading of their truth; the same samples give the same bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .claims import Claim
from .dataset import Sample, karpathy, truth_records
from .scene import Scene, scene_from

if TYPE_CHECKING:
    from PIL import Image

COLOURS = 96
"""Size of an image's palette."""


def picture_of(sample: Sample) -> "Image.Image":
    """Draw a sample as it is stored: 192 x 192 pixels with a palette."""
    from PIL import Image

    from .draw.picture import draw

    picture = draw(sample.scene, sample.dice)
    return picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def write_image(sample: Sample, folder: Path) -> Path:
    """Draw a sample into a folder and return the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / sample.filename
    picture_of(sample).save(path, optimize=True)
    return path


def write_captions(samples: list[Sample], path: Path) -> None:
    """Write the captions in the Karpathy layout, one image a line."""
    images = []
    sentence_id = 0
    for image_id, image in enumerate(karpathy(samples)):
        numbers = range(sentence_id, sentence_id + len(image["sentences"]))
        sentence_id = numbers.stop
        for number, sentence in zip(numbers, image["sentences"], strict=True):
            sentence |= {"imgid": image_id, "sentid": number}
        images.append(image | {"imgid": image_id, "sentids": list(numbers)})
    lines = ",\n".join(_compact(image) for image in images)
    _write(path, f'{{"dataset": "sample_world", "images": [\n{lines}\n]}}\n')


def write_truth(samples: list[Sample], path: Path) -> None:
    """Write scenes and claims, one image a line."""
    _write(path, "".join(_compact(record) + "\n" for record in truth_records(samples)))


def _compact(record: dict[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one image and of its captions, as read from ``truth.jsonl``."""

    filename: str
    split: str
    family: int
    axis: str
    scene: Scene
    captions: tuple[str, ...]
    claims: tuple[list[Claim], ...]


def read_truth(path: Path) -> Iterator[Truth]:
    """Read what ``write_truth`` wrote."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record: dict[str, Any] = json.loads(line)
            yield Truth(
                record["filename"],
                record["split"],
                record["family"],
                record["axis"],
                scene_from(record["scene"]),
                tuple(caption["raw"] for caption in record["captions"]),
                tuple(caption["claims"] for caption in record["captions"]),
            )
