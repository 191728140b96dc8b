import os
import struct
import zlib

import pytest
from PIL import Image

from store.records.dataset import Image as Row
from workbench.compute.images import (
    MAX_BYTES,
    MAX_PIXELS,
    ImageProblem,
    inspect_image,
    open_image,
    open_known,
    problem_of,
    read_jpeg,
)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.effect_noise((320, 200), 80).convert("RGB").save(path)
    return path


def test_a_whole_image_is_measured_and_opened_as_rgb(photo, tmp_path):
    facts = inspect_image(photo)
    assert (facts.width, facts.height, facts.problem) == (320, 200, None)
    assert len(facts.sha256) == 64
    grey = tmp_path / "grey.png"
    Image.new("LA", (5, 4)).save(grey)
    assert open_image(grey).mode == "RGB"
    assert open_image(grey).size == (5, 4)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_image_is_found_without_decoding_it_at_full_size(photo, share):
    data = photo.read_bytes()
    photo.write_bytes(data[: int(len(data) * share)])
    assert inspect_image(photo).problem == "truncated"
    with pytest.raises(ImageProblem, match="truncated"):
        open_image(photo)


def test_an_image_is_held_against_what_the_import_saw(photo, tmp_path):
    row = Row(1, 1, "photo.jpg", photo, 320, 200, None)
    assert problem_of(row) is None
    assert open_known(row).size == (320, 200)
    assert read_jpeg(row) == photo.read_bytes()
    Image.new("RGB", (200, 320)).save(photo)
    assert problem_of(row) == "changed: 200x320 pixels, 320x200 when it was imported"
    assert read_jpeg(row) is None
    photo.unlink()
    assert problem_of(row) == "missing file"
    assert problem_of(Row(1, 1, "never there", None, 320, 200, None)) == "missing file"


def test_only_a_plain_jpeg_is_given_to_another_decoder(tmp_path):
    for name, mode, plain in (
        ("a.jpg", "RGB", True),
        ("b.jpg", "L", True),
        ("c.jpg", "CMYK", False),
    ):
        Image.new(mode, (8, 6)).save(tmp_path / name)
        found = read_jpeg(Row(1, 1, name, tmp_path / name, 8, 6, None))
        assert (found is not None) == plain, name
    for name in ("d.png", "e.gif"):
        Image.new("RGB", (8, 6)).save(tmp_path / name)
        assert read_jpeg(Row(1, 1, name, tmp_path / name, 8, 6, None)) is None


def test_what_is_no_image_is_named(tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("not an image at all")
    assert inspect_image(text).problem == "not an image"
    assert inspect_image(tmp_path / "gone.jpg").problem == "missing file"
    assert inspect_image(tmp_path).problem == "a folder, not a file"
    empty = tmp_path / "empty.png"
    empty.touch()
    assert inspect_image(empty).problem == "not an image"
    assert inspect_image(tmp_path / "a\0.jpg").problem == "unreadable (embedded null byte)"


def test_what_may_never_end_is_refused_before_it_is_read(tmp_path):
    pipe, link, huge = (tmp_path / name for name in ("pipe.jpg", "link.jpg", "huge.jpg"))
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    with huge.open("wb") as file:
        file.truncate(6_000_000_000)
    assert MAX_BYTES < 6_000_000_000
    for path, reason in (
        (huge, "too large: 6,000,000,000 bytes"),
        (link, "not a regular file"),
        (pipe, "not a regular file"),
    ):
        assert inspect_image(path).problem == reason
        with pytest.raises(ImageProblem, match=reason):
            open_image(path)
        assert read_jpeg(Row(1, 1, path.name, path, 8, 6, None)) is None


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it holds width x height pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("side", [10_001, 60_000])
def test_an_image_bomb_is_refused_by_its_header(tmp_path, side):
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(_bomb(side, side))
    assert side * side > MAX_PIXELS
    assert inspect_image(bomb).problem.startswith("too large")
    with pytest.raises(ImageProblem, match="too large"):
        open_image(bomb)


def test_formats_that_can_run_programs_are_not_opened(tmp_path):
    eps = tmp_path / "drawing.eps"
    eps.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    assert inspect_image(eps).problem == "not an image"
