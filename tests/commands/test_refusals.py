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
