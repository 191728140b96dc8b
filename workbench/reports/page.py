"""A report as one HTML page or as Markdown with pictures beside it.

What people typed and models wrote goes through `plain` and is escaped on its way out, wherever it
stands in a template: `finalize` does the first, autoescape or `_escaped` the second.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from plugins.exporters.markdown import escape
from workbench.presenters.objects import jsonable
from workbench.presenters.text import plain
from workbench.reports.drawing import bar_shapes
from workbench.views.case import Phrase
from workbench.views.report import Plot, Report, Thumbnail

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_ISOLATED = "\u2068{}\u2069"


def html_page(report: Report) -> str:
    """Render the report as one page that needs nothing else and runs nothing."""
    css = _stylesheet()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        _environment("html")
        .get_template("report.html")
        .render(
            report=report,
            data=jsonable(report.data),
            css=Markup(css),
            style_digest=Markup(digest),
        )
    )


def markdown_page(report: Report, folder: str) -> tuple[str, dict[str, bytes]]:
    """Render the report as Markdown; its pictures, by name, belong into `folder` beside it.

    A picture is named after its content, so that a picture never changes under its name.
    """
    pictures: dict[str, bytes] = {}

    def kept(kind: str, ending: str, content: bytes) -> Markup:
        name = picture_name(kind, ending, content)
        pictures[name] = content
        return Markup(f"{folder}/{name}")

    def plot_file(plot: Plot) -> Markup:
        drawn = (
            _environment("html")
            .get_template("plot.svg")
            .render(plot=plot, number=0, css=Markup(_stylesheet("plot.css")))
        )
        return kept("plot", "svg", drawn.encode())

    def picture_file(picture: Thumbnail) -> Markup:
        return kept("picture", "jpg", picture.data or b"")

    text = (
        _environment("md")
        .get_template("report.md")
        .render(report=report, plot_file=plot_file, picture_file=picture_file)
    )
    text = re.sub(r" +\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", pictures


def picture_name(kind: str, ending: str, content: bytes) -> str:
    """Name a picture after its content."""
    return f"{kind}-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


@cache
def _environment(kind: str) -> Environment:
    html = kind == "html"
    environment = Environment(
        loader=PackageLoader("workbench.reports"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize(_shown if html else _escaped),
    )
    environment.filters.update(
        pieces=_pieces,
        bar_shapes=bar_shapes,
        data_uri=_data_uri,
        kind=lambda block: type(block).__name__,
    )
    return environment


@cache
def _stylesheet(name: str = "") -> str:
    folder = resources.files("workbench.reports") / "templates"
    names = (name,) if name else ("plot.css", "report.css")
    return "".join((folder / one).read_text(encoding="utf-8") for one in names)


def _finalize(write: Callable[[str], str]) -> Callable[[Any], Any]:
    """Make every text plain that the templates did not write themselves."""
    return lambda value: (
        write(value) if isinstance(value, str) and not isinstance(value, Markup) else value
    )


def _shown(text: str) -> str:
    """Make a text plain and keep a space at its ends, as it may be part of a sentence."""
    return plain(f"|{text}|")[1:-1]


def _escaped(text: str) -> str:
    """Write a text so that Markdown shows it as it is; what runs leftwards is kept to itself."""
    text = escape(_shown(text))
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return _ISOLATED.format(text)
    return text


def _pieces(phrase: Phrase) -> Iterator[tuple[str, bool]]:
    """Yield the text of a phrase in order, with whether it is marked as evidence."""
    at = 0
    for start, end in phrase.marks:
        yield phrase.text[at:start], False
        yield phrase.text[start:end], True
        at = end
    yield phrase.text[at:], False


def _data_uri(picture: Thumbnail) -> Markup:
    data = base64.b64encode(picture.data or b"").decode()
    return Markup(f"data:image/jpeg;base64,{data}")
