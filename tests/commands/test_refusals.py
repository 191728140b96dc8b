"""What cannot be meant is refused in one sentence, whatever bytes it is made of."""

import pytest


@pytest.fixture
def evaluated(run, imported, vectors):
    code, out, _ = run("evaluate", "--dataset", "world", "--model", f"vectors:{vectors}")
    assert code == 0
    return int(out)


def test_a_file_without_a_name_is_refused(run, evaluated, workspace, captions, tmp_path):
    model = workspace.runs.get(evaluated).model_id
    workspace.captionings.start(1, model, {}, {}, None)
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("query,retrieved\na dog,a cat\n")
    for words in (("export", 1, "--out", ""), ("captions", 1, "--out", "")):
        assert run(*words)[::2] == (1, "Error: . is a folder: name a file.\n")
    code, _, err = run("label-pairs", pairs, "")
    assert code == 1
    assert "Error: . is a folder: name a file.\n" in err


@pytest.mark.parametrize("words", [("failures",), ("runs",), ("jobs", "show"), ("captions",)])
def test_an_id_of_thousands_of_digits_is_none(run, workspace, words):
    code, _, err = run(*words, "1" * 5_000)
    assert code == 2
    assert err.startswith('Error: "1111')
    assert '1.." is no ' in err
    assert len(err) < 300


NO_TEXT = b"\xff".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "words",
    [
        ("failures", 1, "--by", NO_TEXT),
        ("--annotator", NO_TEXT, "--blind", "failures", 1),
        ("search", 1, "--like", NO_TEXT),
        ("search", 1, NO_TEXT),
        ("report", 1, "--by", NO_TEXT, "--out", "r.md"),
    ],
)
def test_bytes_that_are_no_text_are_wrong_use(run, evaluated, words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "'\\udcff' is no text in UTF-8: type it anew: see `workbench " in err


@pytest.mark.parametrize("name", ["r{}.md", "r{}.html"])
def test_a_file_may_be_named_in_any_bytes(run, evaluated, tmp_path, name):
    path = tmp_path / name.format(NO_TEXT)
    assert run("report", evaluated, "--out", path)[0] == 0
    text = path.read_text("utf-8")
    assert name.endswith("html") or "](r%FF_files/" in text


@pytest.mark.parametrize("what", ["decisions", "summary"])
@pytest.mark.parametrize("option", [("--columns", "texts"), ("--sort", "rank")])
def test_options_that_would_do_nothing_are_refused(run, evaluated, tmp_path, what, option):
    out = tmp_path / "rows.csv"
    code, _, err = run("export", evaluated, "--what", what, *option, "--out", out)
    assert (code, out.exists()) == (2, False)
    assert f"{option[0]} is for cases: leave it out with --what {what}: see " in err
    assert run("export", evaluated, "--what", what, "--out", out)[0] == 0


def test_a_plot_makes_no_folder(run, evaluated, tmp_path):
    folder = tmp_path / "nowhere"
    code, _, err = run("plot", evaluated, "ranks", "--out", folder / "p.csv")
    assert (code, folder.exists()) == (1, False)
    assert err == f"Error: The folder {folder} does not exist: make it, or choose another.\n"


def test_a_hidden_file_gives_a_data_set_its_name(run, captions, images):
    hidden = captions.rename(captions.with_name(".hidden.csv"))
    code, _, err = run("import", hidden, "--reader", "csv", "--images", images)
    assert code == 0
    assert "hidden/all: 12 images" in err
    nameless = captions.with_name("...")
    nameless.write_bytes(hidden.read_bytes())
    code, _, err = run("import", nameless, "--reader", "csv", "--images", images)
    assert code == 1
    assert err.endswith(f"Error: {nameless} gives the data set no name: add --name.\n")
