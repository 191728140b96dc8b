"""Every layout, in small literal files."""

import gzip
import json

import pytest

from plugins import registry
from plugins.api import Caption, SourceError
from plugins.conformance import check_broken_sources, check_reader

KARPATHY = {
    "images": [
        {
            "filename": "b.jpg",
            "split": "train",
            "sentences": [{"raw": "Two dogs ."}, {"raw": "Two dogs ."}],
        },
        {"filename": "a.jpg", "split": "test", "sentences": [{"raw": "A “cat”\n"}]},
        {"filename": "c.jpg", "split": "restval", "sentences": []},
    ],
    "dataset": "flickr30k",
}
BLIP = [
    {"image": "flickr30k-images/b.jpg", "caption": "one"},
    {"image": "flickr30k-images/a.jpg", "caption": ["two", "three"]},
    {"image": "flickr30k-images/b.jpg", "caption": "four"},
    {"image": "flickr30k-images/c.jpg", "caption": []},
]
COCO = {
    "annotations": [
        {"image_id": 7, "id": 1, "caption": "one"},
        {"image_id": 3, "id": 2, "caption": "two"},
        {"image_id": 7, "id": 3, "caption": "three"},
    ],
    "images": [
        {"id": 7, "file_name": "b.jpg"},
        {"id": 3, "file_name": "a.jpg"},
        {"id": 5, "file_name": "c.jpg"},
    ],
}
TOKEN = 'b.jpg#0\tone\nb.jpg#1\ttwo, "three" .\na.jpg#0\tfour\tfive\nb.jpg#2\tsix\n'
KAGGLE = (
    'image_name| comment_number| comment\nb.jpg| 0| Two "dogs" .\n'
    "b.jpg| 4   A dog runs across the grass .\na.jpg| 0| a | b\n"
)
FLICKR8K = 'image,caption\nb.jpg,"A child, in ""pink"" ."\na.jpg,one\nb.jpg,two\n'
TABLE = (
    "caption,image,split,language,other\none,b.jpg,test,,x\nzwei,b.jpg,test,de,\nthree,a.jpg,,en,\n"
)
LINES = (
    '{"image": "b.jpg", "caption": ["one", "two"], "split": "test"}\n\n'
    '{"image": "a.jpg", "caption": "drei", "language": "de"}\n{"image": "c.jpg", "caption": []}\n'
)

SOURCES = {
    "karpathy": ("dataset.json", json.dumps(KARPATHY)),
    "blip": ("captions.json", json.dumps(BLIP)),
    "coco": ("captions_val2017.json", json.dumps(COCO)),
    "flickr30k_token": ("results.token", TOKEN),
    "flickr30k_csv": ("results.csv", KAGGLE),
    "flickr8k": ("captions.txt", FLICKR8K),
    "csv": ("captions.csv", TABLE),
    "jsonl": ("captions.jsonl", LINES),
}
EXPECTED = {
    "karpathy": [
        ("b.jpg", "train", ["Two dogs .", "Two dogs ."]),
        ("a.jpg", "test", ["A “cat”\n"]),
        ("c.jpg", "restval", []),
    ],
    "blip": [
        ("b.jpg", "all", ["one", "four"]),
        ("a.jpg", "all", ["two", "three"]),
        ("c.jpg", "all", []),
    ],
    "coco": [("b.jpg", "all", ["one", "three"]), ("a.jpg", "all", ["two"]), ("c.jpg", "all", [])],
    "flickr30k_token": [
        ("b.jpg", "all", ["one", 'two, "three" .', "six"]),
        ("a.jpg", "all", ["four\tfive"]),
    ],
    "flickr30k_csv": [
        ("b.jpg", "all", ['Two "dogs" .', "A dog runs across the grass ."]),
        ("a.jpg", "all", ["a | b"]),
    ],
    "flickr8k": [("b.jpg", "all", ['A child, in "pink" .', "two"]), ("a.jpg", "all", ["one"])],
    "csv": [("b.jpg", "test", ["one", "zwei"]), ("a.jpg", "all", ["three"])],
    "jsonl": [
        ("b.jpg", "test", ["one", "two"]),
        ("a.jpg", "all", ["drei"]),
        ("c.jpg", "all", []),
    ],
}

each_reader = pytest.mark.parametrize("name", sorted(SOURCES))


def write(folder, name, text=None):
    file, default = SOURCES[name]
    path = folder / file
    path.write_text(default if text is None else text, encoding="utf-8", newline="")
    return path


def read(name, path, images=None, split=None):
    return list(registry.load("datasets", name).read(path, images, split))


def refused(name, path, **options):
    with pytest.raises(SourceError) as caught:
        read(name, path, **options)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_installed_reader_is_tested_here():
    assert registry.names("datasets") == sorted(SOURCES)


@each_reader
def test_conforms(name, tmp_path):
    reader = registry.load("datasets", name)
    images = tmp_path / "images"
    images.mkdir()
    check_reader(reader, write(tmp_path, name))
    check_reader(reader, tmp_path / SOURCES[name][0], images)
    check_broken_sources(reader, tmp_path)


@each_reader
def test_reads_its_layout(name, tmp_path):
    found = [
        (sample.key, sample.split, [caption.text for caption in sample.captions])
        for sample in read(name, write(tmp_path, name))
    ]
    assert found == EXPECTED[name]


@each_reader
def test_the_same_when_gzipped_or_with_a_byte_order_mark_or_crlf(name, tmp_path):
    expected = read(name, write(tmp_path, name))
    file, text = SOURCES[name]
    for kind, data in {
        "gz": gzip.compress(text.encode()),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
    }.items():
        folder = tmp_path / kind
        folder.mkdir()
        (folder / file).write_bytes(data)
        assert read(name, folder / file) == expected


@each_reader
def test_an_image_name_must_not_leave_the_folder(name, tmp_path):
    _, text = SOURCES[name]
    for bad in ("../../etc/passwd", "/etc/passwd", "x/../../b.jpg"):
        changed = text.replace("flickr30k-images/b.jpg", bad).replace("b.jpg", bad)
        for images in (None, tmp_path):
            assert bad in refused(name, write(tmp_path, name, changed), images=images)


@each_reader
def test_a_nul_byte_is_named_with_its_line(name, tmp_path):
    path = write(tmp_path, name)
    path.write_bytes(path.read_bytes() + b"\n\n\0")
    assert "NUL" in refused(name, path)
    assert f"line {path.read_bytes().count(bytes([10])) + 1}" in refused(name, path)


@each_reader
def test_no_such_folder_of_images(name, tmp_path):
    with pytest.raises(SourceError, match="no such folder of images"):
        read(name, write(tmp_path, name), images=tmp_path / "nowhere")


def test_a_split_that_is_not_there_lists_those_that_are(tmp_path):
    message = refused("karpathy", write(tmp_path, "karpathy"), split="val")
    assert "'val'" in message
    assert "train (1 images), test (1 images), restval (1 images)" in message


def test_languages(tmp_path):
    [first, _] = read("csv", write(tmp_path, "csv"))
    assert first.captions == (Caption("one", "en"), Caption("zwei", "de"))
    path = tmp_path / "flickr30k_test_de.json"
    path.write_text('[{"image": "a.jpg", "caption": "ein Hund"}]')
    [sample] = read("blip", path, split="test")
    assert (sample.split, sample.captions[0].language) == ("test", "de")


def test_pictures_are_found_below_their_folder_or_by_name_alone(tmp_path):
    source = write(tmp_path, "blip")
    images = tmp_path / "images"
    (images / "flickr30k-images").mkdir(parents=True)
    (images / "flickr30k-images" / "a.jpg").touch()
    (images / "b.jpg").touch()
    paths = {sample.key: sample.path for sample in read("blip", source, images)}
    assert paths["a.jpg"] == images / "flickr30k-images" / "a.jpg"
    assert paths["b.jpg"] == images / "b.jpg"
    assert paths["c.jpg"] == images / "flickr30k-images" / "c.jpg"


def test_karpathy_pictures_in_the_folder_that_filepath_names(tmp_path):
    entry = {"filename": "a.jpg", "filepath": "val2014", "split": "test", "sentences": []}
    source = write(tmp_path, "karpathy", json.dumps({"images": [entry]}))
    (tmp_path / "val2014").mkdir()
    (tmp_path / "val2014" / "a.jpg").touch()
    [sample] = read("karpathy", source, tmp_path)
    assert sample.path == tmp_path / "val2014" / "a.jpg"


def test_blip_images_of_one_name_in_two_folders_stay_apart(tmp_path):
    entries = [{"image": f"{folder}/1.jpg", "caption": folder} for folder in ("x", "y")]
    samples = read("blip", write(tmp_path, "blip", json.dumps(entries)))
    assert [sample.key for sample in samples] == ["x/1.jpg", "y/1.jpg"]


BROKEN = [
    ("karpathy", "[]", "the file begins with a list"),
    ("karpathy", '{"image": []}', "no list 'images' in the object; its keys: image"),
    ("karpathy", '{"images": []}', "no image in it"),
    ("karpathy", '{"images": [{"filename": "a"}]}', "images[0] has no 'split'"),
    ("karpathy", '{"images": [1]}', "images[0] is not an object but a number"),
    (
        "karpathy",
        '{"images": [{"filename": "a", "split": "test", "sentences": [{}]}]}',
        "sentences[0] of images[0] has no 'raw'",
    ),
    ("karpathy", '{"images": [{"filename": 3}]}', "'filename' of images[0] is not text"),
    ("karpathy", '{"images": [\n{"filename": "a",\n}]}', "line 3: not valid JSON (column 1)"),
    ("blip", '{"a": 1}', "the file begins with an object"),
    ("blip", '[{"image": "a.jpg"}]', "entry 0 has no 'caption'"),
    ("blip", '[{"image": "a.jpg", "caption": [1]}]', "neither a text nor texts but a number"),
    ("blip", '[{"image": "", "caption": "a"}]', "no usable name"),
    ("coco", '{"images": []}', "no list 'annotations'"),
    ("coco", '{"images": [], "annotations": [{"image_id": 1}]}', "a file of instances?"),
    (
        "coco",
        '{"images": [], "annotations": [{"image_id": 1, "caption": "a"}]}',
        "captions of 1 images that are not in 'images' (first id: 1)",
    ),
    ("flickr30k_token", "a.jpg#0\tone\na.jpg two\n", "line 2: expected name.jpg#0"),
    ("flickr30k_csv", "a,b\n", "line 1: expected the header image_name"),
    (
        "flickr30k_csv",
        "image_name| comment_number| comment\na.jpg 0 one\n",
        "line 2: expected image_name",
    ),
    ("flickr8k", "a.jpg#0\tone\n", "use the reader flickr30k_token"),
    ("flickr8k", "file,text\n", "no column image and no column caption; there is: file, text"),
    ("csv", "image,caption\na.jpg\n", "line 2: 1 cells where the header has 2"),
    ("csv", 'image,caption\na.jpg,"open\nb.jpg,two\n', "not valid CSV"),
    ("csv", 'image,caption\na.jpg,"' + "x" * 200_000 + '"\n', "longer than 131,072"),
    ("csv", "image,caption,image\n", "the column image is there twice"),
    ("csv", "image,caption\n", "no image in it"),
    ("jsonl", '{"image": "a.jpg"}\n', "line 1: there is no 'caption'; the keys are: image"),
    ("jsonl", '{"image": "a.jpg", "caption": "one"}\n[]\n', "line 2: expected an object"),
    ("jsonl", '\n{"image": \n', "line 2: not valid JSON"),
    ("jsonl", '{"image": "a.jpg", "caption": "\\ud800"}', "half a character"),
    ("jsonl", '{"image": "a.jpg", "caption": "\\u0000"}', "NUL"),
]


@pytest.mark.parametrize(("name", "text", "part"), BROKEN, ids=[row[2] for row in BROKEN])
def test_what_is_wrong_is_said_in_one_sentence(name, text, part, tmp_path):
    assert part in refused(name, write(tmp_path, name, text))


def test_deep_nesting_is_refused_at_once(tmp_path):
    for name, text in (
        ("karpathy", '{"images": [' + '{"a":' * 100_000),
        ("blip", "[" * 200_000),
        ("jsonl", "[" * 200_000),
    ):
        assert "nested too deeply" in refused(name, write(tmp_path, name, text))


def test_the_line_of_bad_bytes_far_into_a_file(tmp_path):
    for name in ("karpathy", "csv"):
        _, text = SOURCES[name]
        path = tmp_path / name
        path.write_bytes(text.encode() + b"\n" * 200_000 + b"caf\xe9,b\n")
        assert "0xe9" in refused(name, path)
        assert f"line {text.count(chr(10)) + 200_001}" in refused(name, path)


def test_a_large_file_is_streamed(tmp_path):
    """The first sample comes before the file is read: what is broken behind it does not matter."""
    entry = '{"filename": "%d.jpg", "split": "test", "sentences": [{"raw": "one"}]},'
    path = tmp_path / "large.json"
    with path.open("w") as file:
        file.write('{"images": [')
        file.writelines(entry % number for number in range(20_000))
        file.write("broken")
    samples = registry.load("datasets", "karpathy").read(path, None, None)
    assert next(samples).key == "0.jpg"
    with pytest.raises(SourceError, match="not valid JSON"):
        list(samples)
