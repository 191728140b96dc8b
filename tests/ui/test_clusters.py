"""The Clusters screen: what it shows at any size, and what its keys do."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.workspace import Workspace
from tests.ui.cases_pilot import case_list, press, said, text_of, until
from tests.ui.cluster_world import add_clusters
from tests.ui.conftest import make_app, settled
from workbench.modals.cluster_export import ClusterExport
from workbench.modals.cluster_form import ClusterForm
from workbench.modals.details import DetailsOverlay
from workbench.modals.export import ExportDialog
from workbench.modals.run_picker import RunPicker
from workbench.presenters.text import width
from workbench.screens.cases import CasesScreen
from workbench.screens.cluster_verbs import NO_CLUSTERS
from workbench.screens.clusters import ClustersScreen
from workbench.screens.triage import TriageScreen
from workbench.session.places import Places
from workbench.views.place import ClusterPlace, Place
from workbench.views.pulse import Pulse
from workbench.widgets.line_list import LineList
from workbench.widgets.status_line import StatusLine
from workbench.workers import starting

SIZES = [(60, 16), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50)]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and stay queued."""
    monkeypatch.setattr(starting, "start_worker", lambda workspace, device: None)


@pytest.fixture
def clustered(workspace: Workspace) -> Workspace:
    add_clusters(workspace)
    return workspace


def screen_of(pilot: Pilot[None]) -> ClustersScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ClustersScreen)
    return screen


def numbers(pilot: Pilot[None]) -> list[int]:
    """The clusters as they are listed."""
    lines = screen_of(pilot).lines
    assert lines is not None
    return [int(line.key) for line in lines.lines if line.key]


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_shows_numbers_with_what_they_count(
    clustered: Workspace, size: tuple[int, int]
) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        lines = text_of(pilot).splitlines()
        misses = screen_of(pilot).table.facts.n_misses
        assert "[Clusters]" in lines[0]
        assert f"rank>1: {misses} of 60" in lines[1]
        assert lines[1].endswith("sort: size")
        assert [line for line in lines if line.startswith(" > 0")]
        assert "dogs, wet, grass" in text_of(pilot)
        assert lines[-1].endswith("? all")
        assert ("map:" in text_of(pilot)) == (size >= (130, 30))


@pytest.mark.parametrize("tab", ["clusters", "slices"])
async def test_a_table_fits_its_list_when_its_screen_is_first_shown(
    clustered: Workspace, tab: str
) -> None:
    app = make_app(clustered, "cases")
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        app.trail.go(tab)
        await settled(pilot)
        table = app.screen.query_one(f"#{tab}", LineList)
        await until(pilot, lambda: table.lines, "a table")
        await settled(pilot)
        wide = max(sum(width(span.text) for span in line.spans) for line in table.lines)
        assert wide <= table.size.width - 1 < 200


async def test_enter_lists_the_cases_of_the_cluster(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "j")
        size = screen_of(pilot).row.facts.size
        await press(pilot, "enter")
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
        assert app.screen.source.view.filter == "cluster:1"
        assert len(case_list(pilot).ids) == size
        await press(pilot, "g", "k")
        await settled(pilot)
        assert screen_of(pilot).row.number == 1


async def test_triage_begins_with_the_first_undecided_case(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")
        await settled(pilot)
        assert "cluster:0" in text_of(pilot).splitlines()[0]
        await press(pilot, "1")
        await settled(pilot)
        await press(pilot, "q")
        await settled(pilot)
        assert screen_of(pilot).row.decided == 1


async def test_marked_clusters_are_merged_parted_undone_and_done_again(
    clustered: Workspace,
) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "M")
        assert said(pilot).startswith("Mark two clusters")
        await press(pilot, "space", "j", "space", "M")
        assert isinstance(pilot.app.screen.focused, Input)
        await press(pilot, "enter")
        await settled(pilot)
        assert said(pilot) == "Merged clusters need a name; nothing was changed."
        await press(pilot, "M", *"dogs", "enter")
        await settled(pilot)
        assert said(pilot) == "dogs: clusters 0, 2 are one (u undo; M parts them again)."
        assert numbers(pilot) == [0, 1, 3]
        assert screen_of(pilot).row.parts == (0, 2)
        await press(pilot, "enter")
        await settled(pilot)
        assert app.screen.source.view.filter == "cluster:0,2"
        await press(pilot, "g", "k")
        await settled(pilot)
        await press(pilot, "u")
        await settled(pilot)
        assert sorted(numbers(pilot)) == [0, 1, 2, 3]
        await press(pilot, "U")
        await settled(pilot)
        assert numbers(pilot) == [0, 1, 3]
        await press(pilot, "M")
        await settled(pilot)
        assert sorted(numbers(pilot)) == [0, 1, 2, 3]
        assert screen_of(pilot).table.row(0).name == "dogs"


async def test_a_star_is_given_and_taken(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "asterisk")
        await settled(pilot)
        assert " > 0* " in text_of(pilot)
        await press(pilot, "e", *"wet", "enter")
        await settled(pilot)
        assert screen_of(pilot).row.star
        await press(pilot, "asterisk")
        await settled(pilot)
        assert not screen_of(pilot).row.star
        assert screen_of(pilot).row.name == "wet"


async def test_a_name_is_given_and_untrusted(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "~ dogs wet grass" in text_of(pilot)
        await press(pilot, "e")
        pilot.app.screen.query_one(Input).value = "wet \x1b[31mdogs"
        await press(pilot, "enter")
        await settled(pilot)
        assert "\x1b" not in text_of(pilot)
        assert "wet �dogs" in text_of(pilot)
        await press(pilot, "u", "u")
        await settled(pilot)
        assert said(pilot).startswith("No name or merge of this session is left")
        assert "~ dogs wet grass" in text_of(pilot)


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (("o", "l"), [0, 1, 2, 3]),
        (("o", "L"), [3, 2, 1, 0]),
        (("o", "o"), None),
        (("G", "b"), [3, 2, 1, 0]),
        (("o", "u"), None),
        (("o", "e"), None),
    ],
)
async def test_the_order(
    clustered: Workspace, keys: tuple[str, ...], order: list[int] | None
) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        before = numbers(pilot)
        await press(pilot, *keys)
        await settled(pilot)
        now = numbers(pilot)
        assert sorted(now) == sorted(before)
        if order is not None:
            assert now == order
        elif keys == ("o", "o"):
            assert now == before[::-1]
        else:
            table = screen_of(pilot).table
            worth = {
                "u": lambda row: row.facts.size - row.decided,
                "e": lambda row: row.facts.miss_rate.value,
            }[keys[1]]
            assert [worth(table.row(n)) for n in now] == sorted(
                map(worth, table.rows), reverse=True
            )


async def test_marks_by_range_all_and_escape(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "v", "j", "j", "v")
        assert len(screen_of(pilot).marks) == 3
        assert "3 marked" in text_of(pilot).splitlines()[1]
        await press(pilot, "A")
        assert len(screen_of(pilot).marks) == 4
        await press(pilot, "A", "space", "escape")
        assert screen_of(pilot).marks == set()


async def test_the_map_is_walked_and_a_cell_opened(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        await press(pilot, "tab")
        pane = screen_of(pilot).map_pane
        assert pane.active
        first = pane.members
        assert first
        seen = {tuple(first)}
        for key in ("right", "down", "left", "up", "left", "left"):
            await press(pilot, key)
            seen.add(tuple(pane.members))
        assert len(seen) > 2
        total = sorted(i for cell in range(len(pane.grid.count)) for i in pane.grid.members(cell))
        ids, rank = clustered.runs.ranks(2, "t2i")
        assert total == sorted(ids[rank > 1].tolist())
        members = pane.members
        assert screen_of(pilot).row.number == pane.grid.number[pane._cell]
        await press(pilot, "enter")
        await settled(pilot)
        assert sorted(case_list(pilot).ids.tolist()) == members


async def test_the_map_takes_the_place_of_the_details_on_a_small_screen(
    clustered: Workspace,
) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "p")
        await settled(pilot)
        assert "map:" in text_of(pilot)
        assert "words   " not in text_of(pilot)
        await press(pilot, "tab")
        await settled(pilot)
        assert screen_of(pilot).map_pane.active
        assert screen_of(pilot).map_pane.members


async def test_run_and_direction_are_chosen_and_cases_follows(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "V")
        await settled(pilot)
        text = text_of(pilot)
        assert "The i2t failures of run 2 are not clustered" in text
        assert "workbench cluster 2 --direction i2t" in text
        await press(pilot, "C")
        await settled(pilot)
        assert isinstance(app.screen, RunPicker)
        await press(pilot, "j", "enter")
        await settled(pilot)
        assert "run 1" in text_of(pilot)
        await press(pilot, "g", "c")
        await settled(pilot)
        assert (app.screen.source.view.run_id, app.screen.source.view.direction) == (1, "i2t")


async def test_without_runs_it_says_what_makes_one(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No run yet" in text_of(pilot)
        for key in ("enter", "e", "M", "d", "T", "w", "p", "asterisk"):
            app.screen.say("")
            await press(pilot, key)
            assert said(pilot) == NO_CLUSTERS, key
        await press(pilot, "space", "v", "A", "b", "V", "o", "l")
        await settled(pilot)
        assert isinstance(app.screen, ClustersScreen)


async def test_new_clusters_are_asked_for_and_queued(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "+")
        assert isinstance(app.screen, ClusterForm)
        for field, wrong, sentence in (
            ("k", "many", "many is neither"),
            ("at_k", "0", "A miss is a rank"),
            ("where", "rnk>1", "rank"),
        ):
            box = app.screen.query_one(f"#{field}", Input)
            before, box.value = box.value, wrong
            await press(pilot, "enter")
            assert sentence in app.screen.query_one(StatusLine).sentence
            box.value = before
        app.screen.query_one("#k", Input).value = "7"
        await press(pilot, "tab", "right", "enter")
        await settled(pilot)
        (job,) = clustered.jobs.all()
        assert job.kind == "cluster"
        assert {name: job.params[name] for name in ("run_id", "direction", "k", "features")} == {
            "run_id": 2,
            "direction": "t2i",
            "k": 7,
            "features": "difference",
        }
        assert said(pilot).startswith(f"Job {job.id} is queued")


async def test_a_new_clustering_is_shown_and_marks_of_the_old_are_gone(
    clustered: Workspace,
) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "space", "j")
        add_clusters(clustered, k=3)
        screen_of(pilot).pulsed(Pulse())
        await settled(pilot)
        assert numbers(pilot) == [0, 1, 2]
        assert screen_of(pilot).marks == set()


async def test_the_table_or_the_cases_are_written(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, ClusterExport)
        await press(pilot, "enter")
        await settled(pilot)
        assert said(pilot).startswith("Wrote 4 rows to ")
        assert len(list((clustered.path / "exports").glob("*.csv"))) == 1
        await press(pilot, "w", "enter")
        assert "exists" in app.screen.query_one(StatusLine).sentence
        await press(pilot, "right", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ExportDialog)
        await press(pilot, "enter")
        await settled(pilot)
        assert said(pilot).startswith(f"Wrote {screen_of(pilot).row.facts.size} rows")


async def test_details_have_every_number(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        await press(pilot, "d")
        await settled(pilot)
        assert isinstance(app.screen, DetailsOverlay)
        text = text_of(pilot)
        for part in ("miss rate", "coherence", "silhouette by k", "chosen by silhouette", "seed 0"):
            assert part in text


async def test_the_order_and_the_cursor_are_there_again(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "o", "L", "j")
        await settled(pilot)
        assert screen_of(pilot).row.number == 1 or numbers(pilot) == [3, 2, 1, 0]
        before = screen_of(pilot).row.number
        await pilot.resize_terminal(200, 50)
        await settled(pilot)
        assert screen_of(pilot).row.number == before
        await press(pilot, "ctrl+q")
        await pilot.pause()
    again = make_app(clustered, "")
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert screen_of(pilot).row.number == before
        assert numbers(pilot) == [3, 2, 1, 0]


def test_a_place_that_is_no_order_is_the_first_order(clustered: Workspace) -> None:
    places = Places(clustered.path, readonly=False)
    for sort, kept in (("-lift", "-lift"), ("near 3", "near 3"), ("; drop", "size")):
        places.save(Place("clusters", clusters=ClusterPlace(sort, 3)))
        assert places.load().clusters == ClusterPlace(kept, 3)


async def test_clusters_are_filtered_and_narrowed(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "/", *"umbrella", "enter")
        await settled(pilot)
        assert [row.number for row in screen_of(pilot).rows] == [2]
        assert "filter: umbrella (1 of 4)" in text_of(pilot).splitlines()[1]
        await press(pilot, "*")
        await settled(pilot)
        await press(pilot, "escape")
        assert len(screen_of(pilot).rows) == 4
        await press(pilot, "f")
        await settled(pilot)
        names = [facet.filter for facet in app.screen._facets]
        assert {"is:starred", "is:unlabelled"} <= set(names)
        await press(pilot, *("j" for _ in range(names.index("is:starred"))), "enter")
        await settled(pilot)
        assert [row.number for row in screen_of(pilot).rows] == [2]


async def test_the_cases_of_a_cluster_are_saved_under_a_name(clustered: Workspace) -> None:
    app = make_app(clustered, "clusters")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "S", *"dogs", "enter")
        await settled(pilot)
        assert said(pilot) == 'Saved as "dogs": in Cases and Plots f shows it.'
        saved = app.session.saved_views.load()["dogs"]
        assert saved.filter == screen_of(pilot).row.filter
