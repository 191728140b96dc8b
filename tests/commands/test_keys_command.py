"""`workbench keys` prints the table in use."""

import json

import pytest
from click.testing import CliRunner

from workbench.cli import main


@pytest.fixture
def keymap(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "keymap.toml").write_text('note = ["Z", "f4"]', "utf-8")
    return tmp_path


def run(workspace, *arguments):
    return CliRunner().invoke(main, ["--workspace", str(workspace), "keys", *arguments])


def test_the_table_says_what_was_changed(keymap):
    result = run(keymap)
    row = next(line for line in result.stdout.splitlines() if line.startswith("note"))
    assert row.split()[:4] == ["note", "Z", "f4", "e"]
    assert f"{keymap / 'keymap.toml'}: read" in result.stderr


def test_json_has_every_key_with_its_id(keymap):
    keys = {row["id"]: row for row in json.loads(run(keymap, "--json").stdout)}
    assert keys["note"]["keys"] == ["Z", "f4"]
    assert keys["note"]["changed"]
    assert not keys["skip"]["changed"]


def test_a_clash_is_one_sentence_with_both_names(keymap):
    (keymap / "keymap.toml").write_text('note = "a"', "utf-8")
    error = str(run(keymap).exception)
    assert "accept" in error
    assert "note" in error
    assert str(keymap / "keymap.toml") in error
