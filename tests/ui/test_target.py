"""A path that cannot be is told in the dialog that asks for it, and ends nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from store.workspace import Workspace
from tests.ui.cases_pilot import press, text_of, until
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import make_app, settled
from workbench.modals.cluster_export import ClusterExport
from workbench.modals.export import ExportDialog
from workbench.modals.file_name import FileNameDialog
from workbench.modals.target import expanded, target

LONG = "n" * 300
TOLD = {
    "~zzq/x.html": "~zzq is nobody here: write the path in full.",
    f"/tmp/{LONG}.html": "File name too long: choose another name.",
    "": "A file needs a name.",
    "/tmp": "A file needs a name.",
}


@pytest.mark.parametrize(("text", "sentence"), TOLD.items())
def test_a_path_that_cannot_be_is_told(text: str, sentence: str) -> None:
    assert target(text) == sentence


def test_a_path_that_is_free_is_the_target(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert target(f" {path} ") == path
    assert target("~/nothing here.csv") == Path.home() / "nothing here.csv"
    path.touch()
    assert target(str(path)) == "a.csv exists: choose another name."


def test_a_home_that_is_not_known_stays_as_it_is_typed() -> None:
    assert expanded("~zzq/x") == Path("~zzq/x")


@pytest.mark.parametrize(
    ("screen", "keys", "dialog"),
    [
        ("cases", "w", ExportDialog),
        ("cases", "g r", FileNameDialog),
        ("clusters", "w", ClusterExport),
    ],
)
async def test_every_dialog_says_so_and_stays(
    workspace: Workspace, screen: str, keys: str, dialog: type
) -> None:
    add_clusters(workspace)
    app = make_app(workspace, screen)
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        await press(pilot, *keys.split())
        await until(pilot, lambda: isinstance(app.screen, dialog), "the dialog is open")
        await settled(pilot)
        field = app.screen.query_one(Input)
        field.focus()
        for text, sentence in TOLD.items():
            field.value = text
            await press(pilot, "enter")
            await until(pilot, lambda told=sentence: told in text_of(pilot), "it is told")
            assert isinstance(app.screen, dialog)
