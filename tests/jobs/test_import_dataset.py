import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from plugins.api import PluginError, SourceError
from store.errors import StoreError
from workbench.compute.errors import Cancelled, ImportProblem
from workbench.jobs.import_dataset import NAMED, ImportReport, import_dataset


def test_a_clean_data_set_is_stored_whole(workspace, imported):
    assert (imported.name, imported.split) == ("world", "all")
    assert (imported.n_images, imported.n_captions, imported.n_problems) == (12, 36, 0)
    image = next(iter(workspace.datasets.images(imported.id)))
    assert (image.width, image.height, image.problem) == (40, 30, None)


def test_problems_are_counted_named_and_stored_on_the_row(workspace, context, images, tmp_path):
    (images / "00.png").unlink()
    (images / "01.png").write_bytes((images / "01.png").read_bytes()[:60])
    (images / "02.png").write_text("hello")
    source = tmp_path / "world.json"
    entries = [
        {"filename": f"{n:02d}.png", "split": "test", "sentences": [{"raw": f"picture {n}"}]}
        for n in range(12)
    ]
    entries[3]["sentences"] = []
    entries[4]["sentences"] = [{"raw": "picture 5"}]
    source.write_text(json.dumps({"images": entries}))
    datasets, report = import_dataset(
        context(), source=source, reader_name="karpathy", images=images
    )
    counts = {kind: len(names) for kind, names in report.problems.items()}
    assert counts == {
        "missing file": 1,
        "truncated": 1,
        "not an image": 1,
        "no captions": 1,
        "duplicate caption": 2,
    }
    assert report.problems["missing file"] == ["00.png"]
    rows = {image.key: image for image in workspace.datasets.images(datasets[0].id)}
    assert rows["01.png"].problem == "truncated"
    assert rows["01.png"].width is None
    assert rows["03.png"].problem == "no captions"
    assert rows["03.png"].width == 40
    assert rows["05.png"].problem == "duplicate caption (caption 1)"
    assert datasets[0].n_problems == 6


def test_an_image_shared_between_splits_is_found_by_its_content(context, images, tmp_path):
    (images / "11.png").write_bytes((images / "00.png").read_bytes())
    source = tmp_path / "two.csv"
    with source.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("image", "caption", "split"))
        rows.writerows((f"{n:02d}.png", f"picture {n}", "test") for n in range(4))
        rows.writerow(("11.png", "the same picture under another name", "train"))
    datasets, report = import_dataset(context(), source=source, reader_name="csv", images=images)
    assert [d.split for d in datasets] == ["test", "train"]
    assert report.problems["shared between splits"] == [
        "00.png (also in train)",
        "11.png (also in test)",
    ]


def test_a_report_names_ten_and_the_log_all():
    report = ImportReport()
    for n in range(NAMED + 3):
        report.add("missing file", f"{n}.jpg")
    (short,) = report.lines()
    (full,) = report.lines(None)
    assert short.startswith("13 x missing file: 0.jpg, 1.jpg")
    assert short.endswith("9.jpg and 3 more")
    assert full.endswith("11.jpg, 12.jpg")


def test_the_fingerprint_is_of_names_pixels_and_captions(context, images, captions, workspace):
    def fingerprint(name):
        datasets, _ = import_dataset(
            context(), source=captions, reader_name="csv", images=images, name=name
        )
        return datasets[0].fingerprint

    first = fingerprint("a")
    assert fingerprint("b") == first
    Image.new("RGB", (40, 30), "white").save(images / "00.png")
    assert fingerprint("c") != first


def test_importing_again_changes_nothing(context, images, captions, imported, workspace):
    again, _ = import_dataset(
        context(), source=captions, reader_name="csv", images=images, name="world"
    )
    assert again[0].id == imported.id
    assert len(workspace.datasets.all()) == 1


def test_nothing_usable_is_an_error_and_nothing_is_written(workspace, context, captions, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ImportProblem, match=r"None of the 12 images .* 00.png, missing file"):
        import_dataset(context(), source=captions, reader_name="csv", images=empty)
    with pytest.raises(ImportProblem, match="not a folder"):
        import_dataset(context(), source=captions, reader_name="csv", images=tmp_path / "gone")
    with pytest.raises(SourceError, match=r"gone\.csv"):
        import_dataset(context(), source=tmp_path / "gone.csv", reader_name="csv")
    with pytest.raises(PluginError, match="karpathy"):
        import_dataset(context(), source=captions, reader_name="karpaty")
    assert workspace.datasets.all() == []


def test_a_cancelled_import_writes_nothing(workspace, context, images, captions):
    stopped = context()
    stopped.stop.set()
    with pytest.raises(Cancelled):
        import_dataset(stopped, source=captions, reader_name="csv", images=images)
    assert workspace.datasets.all() == []


def test_images_named_from_where_one_stands_are_found_from_everywhere(
    context, images, captions, workspace, monkeypatch
):
    monkeypatch.chdir(images.parent)
    datasets, _ = import_dataset(
        context(), source=Path(captions.name), reader_name="csv", images=Path(images.name)
    )
    monkeypatch.chdir("/")
    assert all(image.path.is_file() for image in workspace.datasets.images(datasets[0].id))


def test_without_images_captions_are_enough(context, captions):
    datasets, report = import_dataset(context(), source=captions, reader_name="csv")
    assert datasets[0].n_images == 12
    assert not report.problems


def test_the_same_data_is_followed_to_another_folder(
    context, images, captions, imported, workspace
):
    moved = images.rename(images.with_name("moved"))
    import_dataset(context(), source=captions, reader_name="csv", images=moved, name="world")
    assert all(image.path.is_file() for image in workspace.datasets.images(imported.id))
    assert len(workspace.datasets.all()) == 1


def test_splits_are_imported_all_or_none(context, images, workspace, tmp_path):
    def write(name, test_caption):
        source = tmp_path / name
        lines = ["image,caption,split", "00.png,a,val", f"01.png,{test_caption},test"]
        source.write_text("\n".join(lines))
        return source

    import_dataset(
        context(), source=write("a.csv", "b"), reader_name="csv", split="test", name="two"
    )
    with pytest.raises(StoreError, match="already imported from other data"):
        import_dataset(context(), source=write("b.csv", "c"), reader_name="csv", name="two")
    assert [d.split for d in workspace.datasets.all()] == ["test"]
