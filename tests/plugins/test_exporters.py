import csv
import io
import json
import math
import sys
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins import registry
from plugins.api import PluginError
from plugins.conformance import check_exporter
from plugins.exporters.csv import TABS, escape, unescape
from plugins.exporters.markdown import EXPORTER as MARKDOWN

EXPORTERS = registry.names("exporters")

# NUL is written as it is; csv in Python 3.11 and newer reads it back.
texts = st.text() | st.text(alphabet="'=+-@\t\r\n\",a ", max_size=6)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)


def write(name, rows, path, columns=("a", "b"), **options):
    return registry.load("exporters", name).write(columns, rows, path, **options)


def csv_rows(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


@pytest.mark.parametrize("name", EXPORTERS)
def test_conforms(name, tmp_path):
    check_exporter(registry.load("exporters", name), tmp_path)


@given(texts)
def test_escaping_is_exact(text):
    cell = escape(text)
    assert unescape(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", ["-0.25", "+3", "=x", "'quoted'", "", "@"])
def test_cells_that_were_not_escaped_stay(cell):
    """Numbers are never escaped, so a reader meets them bare."""
    assert unescape(cell) == cell


@given(st.lists(st.tuples(texts, numbers), max_size=8))
def test_csv_reads_back_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    for safe in (False, True):
        write("csv", ({"a": a, "b": b} for a, b in rows), path, spreadsheet_safe=safe)
        header, *cells = csv_rows(path)
        assert header == ["a", "b"]
        assert [
            (unescape(a) if safe else a, type(n)(b))
            for (a, b), (_, n) in zip(cells, rows, strict=True)
        ] == rows


def test_csv_is_rfc_4180(tmp_path):
    path = tmp_path / "rows.csv"
    rows = [{"a": 'x,"y"', "b": "1\n2"}, {"a": None, "b": ["ü", {"k": -1}]}, {"a": True}]
    assert write("csv", rows, path) == 3
    assert path.read_bytes() == (
        'a,b\r\n"x,""y""","1\n2"\r\n,"[""ü"", {""k"": -1}]"\r\ntrue,\r\n'.encode()
    )


def test_formulas_are_disarmed_and_numbers_are_not(tmp_path):
    path = tmp_path / "rows.csv"
    values = ["=1+1", "-x", "'=1", "'quoted'", "''@", -0.25, -3, "\tx"]
    write("csv", [{"a": v} for v in values], path, columns=["a"], spreadsheet_safe=True)
    cells = [row[0] for row in csv_rows(path)[1:]]
    assert cells == ["'=1+1", "'-x", "''=1", "'quoted'", "'''@", "-0.25", "-3", "'\tx"]


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-310, -math.pi, 2**60, np.float64(1 / 3)])
def test_numbers_keep_every_digit(value, tmp_path):
    for name in ("csv", "jsonl"):
        path = tmp_path / name
        write(name, [{"a": value}], path, columns=["a"])
        text = csv_rows(path)[1][0] if name == "csv" else json.loads(path.read_text())["a"]
        assert type(value)(text) == value


def test_values_of_other_kinds(tmp_path):
    class Colour(StrEnum):
        RED = "red"

    row = {"a": [Path("x/y"), Colour.RED, np.int32(4)], "b": np.arange(2), "c": {"k": (1, None)}}
    write("jsonl", [row], tmp_path / "rows.jsonl", columns=["a", "b", "c"])
    assert json.loads((tmp_path / "rows.jsonl").read_text()) == {
        "a": ["x/y", "red", 4],
        "b": [0, 1],
        "c": {"k": [1, None]},
    }


@given(st.lists(st.tuples(texts | st.none(), numbers | st.none() | st.booleans()), max_size=8))
def test_jsonl_reads_back_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("jsonl") / "rows.jsonl"
    write("jsonl", ({"a": a, "b": b} for a, b in rows), path)
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
    expected = [(a, None if isinstance(b, float) and math.isinf(b) else b) for a, b in rows]
    assert [(line["a"], line["b"]) for line in lines] == expected


def test_jsonl_has_no_nan_and_keeps_half_characters(tmp_path):
    write("jsonl", [{"a": math.nan, "b": "\ud800x"}], tmp_path / "rows.jsonl")
    assert (tmp_path / "rows.jsonl").read_text() == '{"a": null, "b": "\\ud800x"}\n'


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={"a": texts | st.none(), "b": st.lists(st.integers(-9, 9)) | st.none()},
        ),
        max_size=6,
    )
)
def test_parquet_reads_back_exactly(tmp_path_factory, rows):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path_factory.mktemp("parquet") / "rows.parquet"
    assert write("parquet", rows, path) == len(rows)
    found = parquet.read_table(path).to_pylist()
    known = {key for row in rows for key in row if row[key] is not None}
    for row, back in zip(rows, found, strict=True):
        for key in ("a", "b"):
            value = row.get(key)
            # A column of empty lists only has no type of its own and becomes text.
            if key == "b" and key in known and not any(r.get("b") for r in rows):
                value = None if value is None else json.dumps(value)
            assert back[key] == value


@pytest.mark.parametrize(
    ("values", "kind", "back"),
    [
        ([None, 1, 2.5], "double", [None, 1.0, 2.5]),
        ([None, None], "string", [None, None]),
        ([1, "x", [2]], "string", ["1", "x", "[2]"]),
        ([2**60 + 1, 0.5], "string", [str(2**60 + 1), "0.5"]),
        ([{}, {}], "string", ["{}", "{}"]),
        ([2**70], "string", [str(2**70)]),
        ([["a"], [], None], "list<element: string>", [["a"], [], None]),
    ],
)
def test_parquet_types_fit_all_rows(values, kind, back, tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    for block in (1, 2, 10_000):  # the type may be known only in a later block
        monkeypatch.setattr("plugins.exporters.parquet.BLOCK_ROWS", block)
        path = tmp_path / "rows.parquet"
        write("parquet", [{"a": value} for value in values], path, columns=["a"])
        table = parquet.read_table(path)
        assert str(table.schema.field("a").type) == kind
        assert table.column("a").to_pylist() == back


def test_parquet_row_groups(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "rows.parquet"
    assert write("parquet", ({"a": n} for n in range(25_000)), path) == 25_000
    assert parquet.ParquetFile(path).num_row_groups == 3
    assert [item.name for item in tmp_path.iterdir()] == ["rows.parquet"]


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(PluginError, match=r"retrieval-workbench\[parquet\]"):
        write("parquet", [], tmp_path / "rows.parquet")


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_folder_that_is_not_there(name, tmp_path):
    with pytest.raises(PluginError, match="cannot be written: No such file"):
        write(name, [{"a": 1}], tmp_path / "nowhere" / "rows")


@pytest.mark.parametrize("exporter", [TABS, MARKDOWN], ids=["tsv", "md"])
def test_further_tables_conform(exporter, tmp_path):
    check_exporter(exporter, tmp_path)


def test_tabs_are_read_back(tmp_path):
    rows = [{"a": 'tab\t, "quoted"\nbroken', "b": -0.25}]
    assert TABS.write(("a", "b"), rows, tmp_path / "rows.tsv") == 1
    with (tmp_path / "rows.tsv").open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file, delimiter="\t"))
    assert read == [["a", "b"], ['tab\t, "quoted"\nbroken', "-0.25"]]


def test_a_cell_never_breaks_a_markdown_table(tmp_path):
    rows = [{"a": "x | <b>*y*</b>\r\n[z](javascript:1)", "b": None}]
    MARKDOWN.write(("a", "b"), rows, tmp_path / "rows.md")
    lines = (tmp_path / "rows.md").read_text("utf-8").splitlines()
    assert lines == [
        "| a | b |",
        "| --- | --- |",
        r"| x \| \<b\>\*y\*\</b\><br>\[z\](javascript:1) |  |",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Ja\tb\u202ec\x07", "\ufffd\\[2Ja b\ufffdc\ufffd"),
        ("http://a.example www.b.example", "http\\://a.example www\\.b.example"),
        ("@ann &lt; a@b", "\\@ann \\&lt; a@b"),
        ("# a\n- b\n+ c\n=d", "\\# a<br>\\- b<br>\\+ c<br>\\=d"),
        ("1. a\n12) b\n---", "1\\. a<br>12\\) b<br>\\---"),
        ("-0.25, 1.5, x - y", "-0.25, 1.5, x - y"),
    ],
)
def test_a_text_is_only_text_in_markdown(text, shown, tmp_path):
    MARKDOWN.write(("a",), [{"a": text}], tmp_path / "rows.md")
    assert (tmp_path / "rows.md").read_text("utf-8").splitlines()[-1] == f"| {shown} |"
