"""What captioners wrote, in the rows of cases and in files of its own."""

import csv
import json

import pytest

from workbench.compute.errors import ExportError
from workbench.jobs import evaluate
from workbench.jobs.caption_rows import COLUMNS, caption_rows, export_captions
from workbench.jobs.export import ExportRequest, export_rows

HOSTILE = "\x1b[31mred\x1b]0;owned\x07 =1+1\nof two lines"


@pytest.fixture
def write(workspace, imported):
    """Store a captioning with a caption for every image, "0", "1", ... by a model."""

    def make(spec, prefix, **scores):
        model = workspace.models.put(
            spec=spec, plugin="blip", name=spec, weights=spec, fingerprint=spec, parameters=None,
            embedding_dim=0,
        )  # fmt: skip
        captioning = workspace.captionings.start(imported.id, model.id, {}, {}, None)
        missing = workspace.captionings.missing(captioning.id)
        workspace.captionings.add(
            captioning.id, [(image, f"{prefix}{row}") for row, image in enumerate(missing)]
        )
        return workspace.captionings.finish(
            captioning.id, seconds=1, images_per_s=1, peak_memory_bytes=1,
            scores=dict.fromkeys(missing, scores),
        )  # fmt: skip

    return make


@pytest.fixture
def run_id(context, imported, vectors):
    return evaluate.run(context(dataset_id=imported.id, model=f"vectors:{vectors}", k=5))["run_id"]


@pytest.mark.parametrize("direction", ["t2i", "i2t"])
def test_a_case_carries_what_was_written_for_both_of_its_images(
    workspace, run_id, write, direction
):
    request = ExportRequest(run_id, direction, "rank>1")
    assert {row["true_generated"] for row in export_rows(workspace, request)} == {""}
    write("blip:a", "A ")
    write("blip:b", "B ")
    rows = list(export_rows(workspace, request))
    assert rows
    for row in rows:
        true, top = (int(row[key].removesuffix(".png")) for key in ("true_image", "top_image"))
        assert true != top
        assert row["true_generated"] == f"blip:b: B {true}\nblip:a: A {true}"
        assert row["top_generated"] == f"blip:b: B {top}\nblip:a: A {top}"


def test_a_file_holds_every_caption_as_it_was_written(workspace, write, tmp_path):
    captioning = write("blip:a", HOSTILE, **{"CIDEr-D": 0.5})
    path = tmp_path / "written.csv"
    result = export_captions(workspace, captioning, path)
    assert result.rows == 12
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert rows[3]["caption"] == f"{HOSTILE}3"
    assert rows[3]["image_key"] == "03.png"
    assert rows[3]["CIDEr-D"] == "0.5"
    assert rows[3]["CLIPScore"] == ""
    assert rows[3]["human_captions"].split("\n")[1] == "two dogs beside house 3, view 1"
    meta = json.loads((tmp_path / "written.csv.meta.json").read_text())
    assert meta["captioning"]["model"] == "blip:a"
    assert (meta["rows"], meta["dataset"]["name"]) == (12, "world")
    with pytest.raises(ExportError, match="exists"):
        export_captions(workspace, captioning, path)
    export_captions(workspace, captioning, path, force=True, format="jsonl")
    assert json.loads(path.read_text().splitlines()[3])["caption"] == f"{HOSTILE}3"


def test_a_formula_is_kept_from_spreadsheets_on_request(workspace, write, tmp_path):
    captioning = write("blip:a", "=HYPERLINK()")
    for safe, expected in ((False, "=HYPERLINK()0"), (True, "'=HYPERLINK()0")):
        path = tmp_path / f"{safe}.csv"
        export_captions(workspace, captioning, path, spreadsheet_safe=safe)
        with path.open(newline="") as file:
            assert next(csv.DictReader(file))["caption"] == expected


def test_an_unfinished_captioning_shows_what_is_there(workspace, imported, write):
    done = write("blip:a", "A ")
    begun = workspace.captionings.start(imported.id, done.model_id, {"beams": 9}, {}, None)
    images = workspace.captionings.missing(begun.id)
    workspace.captionings.add(begun.id, [(images[2], "a third")])
    (row,) = caption_rows(workspace, begun)
    assert (row["image_key"], row["caption"], row["CIDEr-D"]) == ("02.png", "a third", None)
