import pytest

from workbench.settings import Settings, SettingsError, load_settings, settings_path


@pytest.fixture(autouse=True)
def configured(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings_path().parent.mkdir()


def test_without_a_file_there_are_defaults():
    assert load_settings() == Settings(on_finish=None, bell=False)


def test_the_settings_of_jobs():
    settings_path().write_text('[jobs]\non_finish = "echo done"\nbell = true\n')
    assert load_settings() == Settings("echo done", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[jobs", "cannot be read"),
        ("jobs = 3", r"\[jobs\]"),
        ("[jobs]\nbell = 'loud'", "jobs.bell has to be true or false"),
        ("[jobs]\non_finish = ['a']", "jobs.on_finish has to be a command in quotes"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_file(text, told):
    settings_path().write_text(text)
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings()
    assert str(settings_path()) in str(caught.value)


def test_a_relative_folder_is_ignored(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings_path() == tmp_path / ".config" / "retrieval-workbench" / "config.toml"
