"""A page shows hostile text as text, runs nothing and asks for nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.reports.conftest import PLAIN, without_time
from workbench.compute.errors import ExportError
from workbench.reports.contents import read_report
from workbench.reports.page import html_page, markdown_page
from workbench.reports.source import ReportRequest
from workbench.reports.writing import write_report

FORBIDDEN = {"iframe", "object", "embed", "link", "base", "form", "audio", "video", "use"}


class Page(HTMLParser):
    """The elements, links and visible text of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.links, self.shown, self.numbers = [], [], [], ""
        self._inside = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._inside.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if self._inside and self._inside[-1] == "script":
            self.numbers += data
        elif self._inside and self._inside[-1] != "style":
            self.shown.append(data)


def report_of(workspace, runs, **more):
    return read_report(workspace, ReportRequest([run.id for run in runs], **more))


def test_the_same_workspace_gives_the_same_page(workspace, runs, label):
    label(0, "counting", note="three")
    first, second = (without_time(report_of(workspace, runs)) for _ in range(2))
    assert html_page(first) == html_page(second)
    assert markdown_page(first, "r") == markdown_page(second, "r")


def test_a_page_asks_for_nothing_and_runs_nothing(workspace, hostile):
    page = Page(html_page(report_of(workspace, hostile, title="<b>Title</b>")))
    tags = {tag for tag, _ in page.elements}
    assert not tags & FORBIDDEN
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "numbers"}]
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]
    assert not [name for _, given in page.elements for name in given if name == "style"]
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in page.links)
    (policy,) = (given["content"] for _, given in page.elements if "http-equiv" in given)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_hostile_text_is_shown_as_it_is(workspace, hostile):
    text = html_page(report_of(workspace, hostile))
    shown = "".join(Page(text).shown)
    assert shown.count(PLAIN) > 20
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


def test_the_numbers_are_in_the_page_for_programs(workspace, hostile):
    found = json.loads(Page(html_page(report_of(workspace, hostile))).numbers)
    assert [run["id"] for run in found["scores"]["runs"]] == [1, 2]
    assert found["comparisons"]["pairs"][0]["n_queries"] == 36


def test_plots_are_told_in_words(workspace, runs):
    page = Page(html_page(report_of(workspace, runs)))
    plots = [given for tag, given in page.elements if tag == "svg" and given.get("role") == "img"]
    ids = {given.get("id") for _, given in page.elements}
    assert len(plots) == 4
    assert all(ids >= set(given["aria-labelledby"].split()) for given in plots)
    assert all(given.get("alt") for tag, given in page.elements if tag == "img")


def test_markdown_shows_hostile_text_as_it_is(workspace, hostile):
    text, pictures = markdown_page(report_of(workspace, hostile), "r_files")
    assert "<script" not in text.replace("\\<", "")
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert "https://" not in text
    assert "http://" not in text
    assert "\u202e" not in text
    assert "\u2068" in text  # what runs leftwards is isolated
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    heads = [n for n, row in enumerate(rows) if re.fullmatch(r"\|( -+:? \|)+", row)]
    assert heads
    assert all(cells[n - 1] == cells[n] == cells[n + 1] for n in heads)
    assert set(re.findall(r"\]\(r_files/([^)]+)\)", text)) == set(pictures)


def test_a_reader_of_markdown_finds_no_element_in_hostile_text(workspace, hostile):
    text, _ = markdown_page(report_of(workspace, hostile), "r_files")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    tokens += [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in tokens}
    assert {"table_open", "image", "heading_open"} <= kinds
    assert not kinds & {"html_block", "html_inline", "link_open", "code_inline", "fence"}
    sources = {token.attrGet("src") for token in tokens if token.type == "image"}
    assert all(source.startswith("r_files/") for source in sources)
    shown = "".join(token.content for token in tokens if token.type == "text")
    assert "<script>alert(1)</script>" in shown


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "1. a", "12) a", "---", "=", "-", "#"])
def test_a_caption_makes_no_structure_of_markdown(workspace, runs, text):
    kinds = []
    for caption in ("a", text):
        with workspace.write() as connection:
            connection.execute("UPDATE captions SET text = ?", (caption,))
            connection.execute("DELETE FROM suggestions")  # their marks would stand first
        page, _ = markdown_page(report_of(workspace, runs), "r_files")
        tokens = MarkdownIt("commonmark").enable("table").parse(page)
        kinds.append(sorted({t.type for t in tokens}))
        quoted = [t.content for t in tokens if t.type == "inline" and t.level == 2]
    assert kinds[0] == kinds[1]
    assert any(text in line.replace("\\", "") for line in quoted)


def test_markdown_comes_with_its_pictures(workspace, runs, tmp_path):
    report = report_of(workspace, runs)
    target = tmp_path / "my report.md"
    write_report(report, target)
    links = re.findall(r"\]\((my%20report_files/[^)]+)\)", target.read_text("utf-8"))
    assert any(link.endswith(".jpg") for link in links)
    assert all((tmp_path / link.replace("%20", " ")).is_file() for link in links)
    drawn = next((tmp_path / "my report_files").glob("plot-*.svg")).read_text("utf-8")
    assert drawn.startswith("<svg")
    assert "<title" in drawn
    with pytest.raises(ExportError, match="--force"):
        write_report(report, target)
    write_report(report, target, force=True)


def test_a_page_is_whole_or_not_there(workspace, runs, tmp_path):
    report = report_of(workspace, runs)
    target = tmp_path / "report.html"
    target.write_text("mine")
    with pytest.raises(ExportError, match="exists"):
        write_report(report, target)
    assert target.read_text() == "mine"
    with pytest.raises(ExportError, match=r"\.html or \.md"):
        write_report(report, tmp_path / "report.pdf")
    with pytest.raises(ExportError, match="does not exist"):
        write_report(report, tmp_path / "none" / "report.html")
    assert write_report(report, target, force=True) == target.stat().st_size
    assert sorted(path.name for path in tmp_path.glob("*report*")) == ["report.html"]


def test_a_report_that_replaces_another_leaves_no_picture_of_it_and_touches_no_other_file(
    workspace, runs, tmp_path
):
    target, folder = tmp_path / "report.md", tmp_path / "report_files"
    write_report(report_of(workspace, runs), target)
    before = {path.name for path in folder.iterdir()}
    own = [folder / "notes.txt", folder / "picture-0123456789abcdef.jpg"]
    for path in own:
        path.write_bytes(b"mine")
    write_report(report_of(workspace, runs[:1]), target, force=True)
    after = {path.name for path in folder.iterdir()} - {path.name for path in own}
    text = target.read_text("utf-8")
    assert after == {name for name in before | after if name in text}
    assert before - after
    assert all(path.read_bytes() == b"mine" for path in own)
