"""Thumbnails are small, and nothing but pixels goes along."""

from __future__ import annotations

import io

from PIL import Image

from workbench.reports.thumbnails import SIDE, thumbnail
from workbench.views.case import PictureView


def test_a_large_photograph_becomes_a_small_jpeg_without_what_it_was_told(tmp_path):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x010E] = "at home"  # ImageDescription
    noise = Image.effect_noise((1600, 1200), 60).convert("RGB")
    noise.save(path, exif=exif, comment=b"by me")
    found = thumbnail(PictureView("TRUE photo", path))
    assert (found.width, found.height) == (SIDE, SIDE * 3 // 4)
    assert len(found.data) < 40_000
    small = Image.open(io.BytesIO(found.data))
    assert (small.format, small.size) == ("JPEG", (found.width, found.height))
    assert not small.getexif()
    assert not small.info.get("comment")
    assert b"by me" not in found.data


def test_a_picture_that_is_not_there_has_a_reason(tmp_path):
    assert thumbnail(PictureView("TRUE", None)).reason == "missing file"
    assert thumbnail(PictureView("TRUE", None, "truncated")).reason == "truncated"
    assert thumbnail(PictureView("TRUE", tmp_path)).reason == "a folder, not a file"
