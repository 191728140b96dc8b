"""The film of the README: one picture at a time, all of them, and one where no motion is wanted."""

import re
from xml.etree import ElementTree

import pytest

from docs.film import film


def picture(name: str) -> str:
    return f'<svg viewBox="0 0 80 24" xmlns="http://www.w3.org/2000/svg"><text>{name}</text></svg>'


def test_every_picture_has_its_part_of_the_time():
    made = film([picture("first"), picture("second"), picture("third")], [1, 2, 1])
    root = ElementTree.fromstring(made)
    assert root.get("viewBox") == "0 0 80 24"
    assert [text.text for text in root.findall(".//{*}text")] == ["first", "second", "third"]
    shown = re.findall(r"@keyframes frame-(\d) \{ (.*) \}", made)
    assert [name for name, _ in shown] == ["0", "1", "2"]
    on = [re.findall(r"([\d.]+)% \{ opacity: 1 \}", frames) for _, frames in shown]
    off = [re.findall(r"([\d.]+)% \{ opacity: 0 \}", frames) for _, frames in shown]
    assert on == [["0"], ["25.000"], ["75.000"]]
    assert off == [["25.000", "100"], ["0", "75.000", "100"], ["0"]]
    assert made.count(" 4s step-end infinite") == 3
    assert "prefers-reduced-motion" in made
    assert "<script" not in made


def test_a_picture_without_a_size_is_refused():
    with pytest.raises(ValueError, match="viewBox"):
        film(["<svg/>"], [1])
