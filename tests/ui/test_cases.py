"""Cases: moving, filtering, sorting, marking, labelling in the list."""

from __future__ import annotations

import numpy as np
import pytest
from textual.events import Key

from store.errors import WorkspaceUnusable
from store.records.clustering import ClusterMembers
from store.workspace import Workspace
from tests.ui.cases_pilot import (
    case_list,
    case_screen,
    current,
    drawn,
    open_cases,
    press,
    said,
    shown,
    stored,
    text_of,
    to_triage,
    until,
)
from tests.ui.conftest import make_app
from workbench.modals.confirm_many import ConfirmMany
from workbench.modals.label_picker import LabelPicker
from workbench.widgets.filter_line import FilterLine


async def test_the_first_view_is_the_worst_failures_of_the_newest_run(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        source = case_screen(pilot).source
        assert source is not None
        assert (source.view.run_id, source.view.filter) == (2, "rank>10")
        rows = workspace.cases.rows(2, "t2i", case_list(pilot).ids)
        assert all(case.rank > 10 for case in rows)
        assert [c.margin for c in rows] == sorted(c.margin or 0 for c in rows)
        assert f"filter: rank>10 ({len(rows)} of 60)" in text_of(pilot)


async def test_keys_move_the_cursor(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = list(case_list(pilot).ids)
        for keys, index in (
            ("j", 1), ("down", 2), ("k", 1), ("G", len(ids) - 1), ("up", len(ids) - 2),
            ("home", 0), ("end", len(ids) - 1), ("g g", 0), ("pagedown", min(9, len(ids) - 1)),
        ):  # fmt: skip
            await press(pilot, *keys.split())
            await until(pilot, lambda i=index: case_list(pilot).cursor == i, f"{keys} moves")
        assert current(pilot) == ids[min(9, len(ids) - 1)]


async def test_a_click_moves_the_cursor_and_the_wheel_scrolls(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await pilot.click("CaseList", offset=(20, 4))
        assert case_list(pilot).cursor == 3
        assert await shown(pilot) == case_list(pilot).ids[3]


async def test_a_filter_narrows_the_list(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"dogs", "enter")
        await until(pilot, lambda: "filter: dogs" in text_of(pilot), "the filter is shown")
        rows = workspace.cases.rows(2, "t2i", case_list(pilot).ids)
        assert len(rows) == 15
        assert all("dogs" in case.query for case in rows)


async def test_a_wrong_filter_is_red_and_changes_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        before = list(case_list(pilot).ids)
        await press(pilot, "slash", "ctrl+u", *"rnk", "greater_than_sign", "5", "enter")
        line = pilot.app.screen.query_one(FilterLine)
        assert line.has_class("-wrong")
        assert "rnk" in said(pilot)
        assert "rank" in said(pilot)
        assert list(case_list(pilot).ids) == before
        await press(pilot, "escape")
        assert not line.has_class("-open")
        assert pilot.app.focused is case_list(pilot)
        assert list(case_list(pilot).ids) == before


async def test_letters_typed_into_the_filter_label_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", *"1axs0")
        assert pilot.app.screen.query_one(FilterLine).value.endswith("1axs0")
        assert stored(workspace) == []


async def test_letters_that_arrive_with_the_slash_label_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        before = pilot.app.screen.query_one(FilterLine)
        await press(pilot, "escape")
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "every case is listed")
        typed = "1x2 s0"
        for key, character in (("slash", "/"), *((c, c) for c in typed)):
            pilot.app.post_message(Key("space" if key == " " else key, character))
        await until(pilot, lambda: before.value == typed, "the field holds what was typed")
        await press(pilot, "enter")
        await until(pilot, lambda: not before.has_class("-open"), "it is closed")
        assert stored(workspace) == []
        assert case_list(pilot).marks == set()


async def test_keys_that_arrive_with_escape_go_to_the_list(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "escape")
        assert pilot.app.focused is case_list(pilot)


async def test_the_filter_opens_with_the_cursor_at_its_end(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        line = pilot.app.screen.query_one(FilterLine)
        await press(pilot, "slash", "home", "escape", "slash")
        assert line.value == "rank>10 "
        assert line.cursor_position == len(line.value)
        assert (
            "Enter apply  Tab complete  Esc cancel  Ctrl+U clear" in text_of(pilot).splitlines()[-1]
        )
        await press(pilot, "ctrl+u")
        assert line.value == ""
        await press(pilot, "escape")
        assert "Enter apply" not in text_of(pilot)


async def test_escape_clears_the_marks_then_the_filter(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        listed = len(case_list(pilot).ids)
        await press(pilot, "space", "space")
        assert len(case_list(pilot).marks) == 2
        await press(pilot, "escape")
        assert case_list(pilot).marks == set()
        assert len(case_list(pilot).ids) == listed < 60, "a label for some cost no filter"
        await press(pilot, "escape")
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "every case is listed")


async def test_the_sort_menu_reorders_and_keeps_the_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "j", "j")
        case = await shown(pilot)
        await press(pilot, "o", "i")
        await until(pilot, lambda: "sort: id" in text_of(pilot), "sorted by id")
        ids = [int(i) for i in case_list(pilot).ids]
        assert ids == sorted(ids)
        assert current(pilot) == case
        await press(pilot, "o", "o")
        await until(pilot, lambda: list(case_list(pilot).ids) == ids[::-1], "reversed")
        assert current(pilot) == case


async def test_a_capital_in_the_sort_menu_reverses(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "o")
        assert "o reverse (or a capital)  Esc" in text_of(pilot).splitlines()[-1]
        await press(pilot, "r")
        await until(pilot, lambda: "sort: rank, worst" in text_of(pilot), "highest rank first")
        worst = [case.rank for case in workspace.cases.rows(2, "t2i", case_list(pilot).ids)]
        await press(pilot, "o", "R")
        await until(pilot, lambda: "sort: rank, best" in text_of(pilot), "lowest rank first")
        best = [case.rank for case in workspace.cases.rows(2, "t2i", case_list(pilot).ids)]
        assert worst == sorted(worst, reverse=True) == best[::-1]


async def test_switching_the_direction_twice_comes_back(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "escape")
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "every case is listed")
        await press(pilot, "j", "j", "j", "o", "i")
        await until(pilot, lambda: "sort: id" in text_of(pilot), "sorted by id")
        await press(pilot, "home", "j", "j", "j")
        case = await shown(pilot)
        await press(pilot, "V")
        await until(pilot, lambda: " i2t " in text_of(pilot), "images are listed")
        assert case_list(pilot).cursor == 0
        await press(pilot, "j")
        image = await shown(pilot)
        await press(pilot, "V")
        await until(pilot, lambda: " t2i " in text_of(pilot), "captions are listed")
        assert current(pilot) == case
        await press(pilot, "V")
        await until(pilot, lambda: " i2t " in text_of(pilot), "images are listed again")
        assert current(pilot) == image


async def test_the_direction_switches_and_the_filter_widens(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"dogs rank", "greater_than_sign", *"29", "enter")
        await until(pilot, lambda: not len(case_list(pilot).ids), "nothing fits")
        assert "No case fits this filter" in text_of(pilot)
        await press(pilot, "V")
        await until(pilot, lambda: len(case_list(pilot).ids), "images are listed")
        assert " i2t " in text_of(pilot)
        assert "the filter is now" in said(pilot)


async def test_a_run_is_chosen_from_a_list(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "C")
        await until(pilot, lambda: pilot.app.screen.query("OptionList"), "the runs are listed")
        await press(pilot, "j", "enter")
        await until(
            pilot, lambda: case_list(pilot) and "t2i  ViT-B-32" in text_of(pilot), "the other run"
        )
        assert case_screen(pilot).source.view.run_id == 1


async def test_a_digit_is_on_disk_before_the_row_shows_it(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "1")
        assert [(row[0], row[1]) for row in stored(workspace)] == [(case, '["counting"]')]
        assert said(pilot).startswith(f"{case} -> CNT saved ")
        await until(pilot, lambda: "CNT  " in text_of(pilot).splitlines()[4], "the row shows it")
        assert current(pilot) == case


@pytest.mark.parametrize(
    ("key", "categories", "verdict"),
    [("0", '["other"]', "labelled"), ("x", '["data_fault"]', "labelled"), ("s", "[]", "skipped")],
)
async def test_keys_that_label(
    workspace: Workspace, key: str, categories: str, verdict: str
) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, key)
        assert [(r[1], r[2]) for r in stored(workspace)] == [(categories, verdict)]


async def test_nothing_is_labelled_while_nothing_is_seen(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await pilot.resize_terminal(59, 15)
        await drawn(pilot)
        await press(pilot, "1", "j", "2")
        await pilot.resize_terminal(80, 24)
        await drawn(pilot)
        assert stored(workspace) == []
        await press(pilot, "1")
        assert len(stored(workspace)) == 1


async def test_a_key_without_a_category_changes_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "9")
        assert "No category has the key 9" in said(pilot)
        assert stored(workspace) == []


async def test_undo_and_redo_follow_the_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "2", "G", "u")
        await until(pilot, lambda: current(pilot) == case, "the cursor is back")
        assert "Undone" in said(pilot)
        assert workspace.cases.rows(2, "t2i", [case])[0].categories == ()
        await press(pilot, "U")
        await until(pilot, lambda: "Done again" in said(pilot), "redone")
        assert workspace.cases.rows(2, "t2i", [case])[0].categories == ("attributes",)


async def test_marked_rows_are_one_undo_step(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids[:4]]
        await press(pilot, "v", "j", "j", "j", "v", "3")
        assert sorted(row[0] for row in stored(workspace)) == sorted(ids)
        assert "4 cases -> COR saved" in said(pilot)
        assert case_list(pilot).marks == set()
        await press(pilot, "u")
        await until(pilot, lambda: "Undone: 4 decisions" in said(pilot), "undone")
        assert {c.categories for c in workspace.cases.rows(2, "t2i", ids)} == {()}


async def test_over_twenty_cases_are_asked_about(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "escape")
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "every case is listed")
        await press(pilot, "A", "1")
        assert isinstance(pilot.app.screen, ConfirmMany)
        await press(pilot, "escape")
        assert stored(workspace) == []
        await press(pilot, "1", "enter")
        await until(pilot, lambda: len(stored(workspace)) == 60, "all are labelled")


async def test_a_second_answer_in_the_same_read_does_not_count(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "escape")
        await until(pilot, lambda: len(case_list(pilot).ids) == 60, "every case is listed")
        await press(pilot, "A", "4")
        for _ in range(2):
            pilot.app.post_message(Key("y", "y"))
        await until(pilot, lambda: len(stored(workspace)) == 60, "all are labelled")
        assert not isinstance(pilot.app.screen, ConfirmMany)


async def test_accept_takes_the_suggestion_and_repeat_the_last_label(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"hint:ATR", "enter")
        await until(pilot, lambda: "hint:" in text_of(pilot), "filtered")
        await shown(pilot)
        await press(pilot, "a", "j")
        await shown(pilot)
        await press(pilot, "full_stop")
        assert [row[1] for row in stored(workspace)] == ['["attributes"]'] * 2


async def test_the_last_label_is_repeated_on_other_screens_and_after_a_restart(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        await press(pilot, "3")
        await until(pilot, lambda: len(stored(workspace)) == 1, "it is saved")
        await to_triage(pilot)
        await press(pilot, "full_stop")
        await until(pilot, lambda: len(stored(workspace)) == 2, "Triage repeats it")
        await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: len(stored(workspace)) == 3, "another one is saved")
        await press(pilot, "q")
        await press(pilot, "slash", "ctrl+u", *"label:COR", "enter")
        await until(pilot, lambda: len(case_screen(pilot).cases.ids) == 2, "filtered")
        await shown(pilot)
        await press(pilot, "asterisk")  # a decision too, but no label
        await until(pilot, lambda: len(stored(workspace)) == 4, "it is starred")
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"label:none", "enter")
        await until(pilot, lambda: "label:none" in case_screen(pilot).words, "filtered")
        case = await shown(pilot)
        await press(pilot, "full_stop")
        await until(pilot, lambda: len(stored(workspace)) == 5, "it is repeated")
        assert stored(workspace)[-1][:2] == (case, '["counting"]')


async def test_a_note_and_a_star_keep_the_label(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "1", "asterisk")
        assert said(pilot).startswith(f"{case} -> star saved ")
        await until(pilot, lambda: case_screen(pilot).loaded.case.star, "starred")
        await press(pilot, "e", *"two dogs", "enter")
        await until(pilot, lambda: len(stored(workspace)) == 3, "the note is stored")
        await until(pilot, lambda: said(pilot).startswith(f"{case} -> note saved "), "it is said")
        assert stored(workspace)[-1] == (case, '["counting"]', "labelled", "two dogs", 1)


async def test_a_star_turns_that_of_the_case_under_the_cursor(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        first, second, third = (int(i) for i in case_list(pilot).ids[:3])
        await press(pilot, "asterisk")
        await until(pilot, lambda: case_screen(pilot).loaded.case.star, "starred")
        for key, letter in (("j", "j"), ("asterisk", "*")):  # before the next case is read
            pilot.app.post_message(Key(key, letter))
        await until(pilot, lambda: said(pilot).startswith(f"{second} -> star saved"), "starred too")
        await press(pilot, "k", "space", "j", "space", "k", "k", "k")  # first and third
        await shown(pilot)
        assert case_list(pilot).marks == {first, third}
        await press(pilot, "asterisk")
        await until(pilot, lambda: "2 cases -> star saved" in said(pilot), "both are starred")
        await press(pilot, "asterisk")
        await until(pilot, lambda: "2 cases -> no star saved" in said(pilot), "neither is")
        rows = {
            one.query_id: one.star for one in workspace.cases.rows(2, "t2i", case_list(pilot).ids)
        }
        assert [rows[n] for n in (first, second, third)] == [False, True, False]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("e", "y e s enter"), ("t", "enter"), ("A 1", "enter")],
    ids=["note", "picker", "question"],
)
async def test_an_answer_is_for_the_cases_that_were_asked_about(
    workspace: Workspace, opens: str, closes: str
) -> None:
    async with open_cases(workspace, run_id=1, filter="") as pilot:
        await shown(pilot)
        screen = case_screen(pilot)
        await press(pilot, *opens.split())
        assert pilot.app.screen is not screen
        screen.action_switch_direction()  # V just before the key: the list comes later
        await until(pilot, lambda: screen.source.view.direction == "i2t", "the list has come")
        await press(pilot, *closes.split())
        await until(pilot, lambda: " saved " in said(pilot), "it is saved")
        connection = workspace.read()
        ways = connection.execute("SELECT DISTINCT direction FROM decisions").fetchall()
        assert [tuple(way) for way in ways] == [("t2i",)]


async def test_a_case_that_is_not_shown_yet_is_not_noted_on(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        screen = pilot.app.screen
        for key in ("j", "e"):
            pilot.app.post_message(Key(key, key))
        await until(pilot, lambda: "before the case was shown" in said(pilot), "it is refused")
        assert pilot.app.screen is screen


async def test_a_case_that_is_gone_is_told_and_ends_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        screen = case_screen(pilot)
        await screen._store(screen.source, [10**6], {"note": "lost"})
        assert "nothing was saved" in said(pilot)
        assert stored(workspace) == []


async def test_several_categories_are_saved_with_enter(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "m", "1", "2", "3", "1")
        assert stored(workspace) == []
        await press(pilot, "enter")
        assert stored(workspace)[0][1] == '["attributes","coreference"]'


async def test_enter_on_the_next_case_keeps_its_label(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        first, second = (int(i) for i in case_list(pilot).ids[:2])
        await press(pilot, "j")
        await shown(pilot)
        await press(pilot, "2", "k")
        await shown(pilot)
        await press(pilot, "m", "1")
        assert said(pilot) == "multi: CNT - Enter saves"
        assert "  multi  " in text_of(pilot).splitlines()[1]
        for key in ("j", "enter"):
            pilot.app.post_message(Key(key, None))
        await until(pilot, lambda: current(pilot) == second, "the next case comes")
        await shown(pilot)
        assert f"{first}: CNT not saved." in said(pilot)
        assert said(pilot).endswith("multi: ATR - Enter saves")
        await press(pilot, "enter")
        assert said(pilot).startswith("Nothing was changed")
        assert [(row[0], row[1]) for row in stored(workspace)] == [(second, '["attributes"]')]
        await press(pilot, "3", "enter")
        assert stored(workspace)[-1][:2] == (second, '["attributes","coreference"]')


async def test_multi_label_ends_without_what_was_not_saved(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "m", "1", "m")
        assert said(pilot).startswith(f"{case}: CNT not saved.")
        assert stored(workspace) == []
        await press(pilot, "m", "1", "enter", "2", "enter")
        await until(pilot, lambda: len(stored(workspace)) == 2, "both are stored")
        assert stored(workspace)[-1][:2] == (case, '["counting","attributes"]')


@pytest.mark.parametrize("triage", [False, True])
async def test_the_last_line_says_what_the_digits_do_in_multi_label(
    workspace: Workspace, triage: bool
) -> None:
    async with open_cases(workspace) as pilot:
        if triage:
            await to_triage(pilot)
        before = text_of(pilot).splitlines()[-1]
        assert " label " in before
        await press(pilot, "m")
        line = text_of(pilot).splitlines()[-1]
        assert " toggle  Enter save  m one label again  " in line
        assert " a accept " not in line
        await press(pilot, "m")
        assert text_of(pilot).splitlines()[-1] == before


async def test_readonly_says_so_and_writes_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace, readonly=True) as pilot:
        shown_screen = pilot.app.screen
        for key in ("1", "s", "asterisk", "u", "e", "m", "t", "S"):
            await press(pilot, key)
            assert pilot.app.screen is shown_screen, f"{key} opens a form for nothing"
            await until(pilot, lambda: "read-only" in said(pilot), f"{key} is refused")
            pilot.app.screen.say("")
        assert stored(workspace) == []


async def test_a_failed_commit_is_told_and_the_row_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_cases(workspace) as pilot:

        def full(decision: object, **options: object) -> None:
            raise WorkspaceUnusable("The disk is full: free some space.")

        monkeypatch.setattr(pilot.app.session.workspace.decisions, "add", full)
        await press(pilot, "1")
        assert said(pilot) == "The disk is full: free some space."
        assert case_screen(pilot).loaded.case.categories == ()


async def test_blind_hides_suggestions_and_the_labels_of_others(workspace: Workspace) -> None:
    async with open_cases(workspace, annotator="ann") as pilot:
        case = await shown(pilot)
        await press(pilot, "1")
    async with open_cases(workspace, annotator="bob", blind=True) as pilot:
        assert await shown(pilot) == case
        text = text_of(pilot)
        assert "CNT?" not in text
        assert "suggested" not in text
        assert "label CNT" not in text
        await press(pilot, "o")
        await until(pilot, lambda: "o sort:" in text_of(pilot), "the orders are shown")
        assert "suggestion" not in text_of(pilot)
        await press(pilot, "escape", "2")
    assert [row[1] for row in stored(workspace)] == ['["counting"]', '["attributes"]']


async def test_history_jumps_to_a_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        first = await shown(pilot)
        await press(pilot, "1", "j")
        second = await shown(pilot)
        await press(pilot, "2", "G", "H")
        await until(pilot, lambda: pilot.app.screen.query("OptionList"), "the history is open")
        await press(pilot, "j", "enter")
        await until(pilot, lambda: current(pilot) == first, "the older one is shown")
        assert second != first


async def test_next_undecided_passes_over_what_is_decided(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await press(pilot, "1", "j", "1", "home", "right_curly_bracket")
        await until(pilot, lambda: current(pilot) == ids[2], "the third is undecided")
        await press(pilot, "left_curly_bracket")
        await until(pilot, lambda: current(pilot) == ids[-1], "it goes round")


async def test_the_preview_shows_pictures_or_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        screen = pilot.app.screen
        pane = screen.query_one("CasePane")
        assert not pane.display
        await press(pilot, "p")
        assert pane.display
        await drawn(pilot)
        assert "▀" in text_of(pilot)
        await press(pilot, "p")
        assert not pane.display
        assert not screen.query_one("CasePreview").display


async def test_without_a_run_it_says_what_to_do(empty_workspace: Workspace) -> None:
    app = make_app(empty_workspace, "cases")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "No run yet" in text_of(pilot), "it says so")
        for key in ("1", "a", "T", "w", "G", "J", "I", "d", "m", "enter", "right_curly_bracket"):
            await press(pilot, key)
        assert app.is_running


async def test_cases_are_sorted_by_their_cluster_where_there_are_any(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "o", "c")
        await until(pilot, lambda: "No clusters of this run yet: g k makes" in said(pilot), "said")
        ids = np.asarray(case_list(pilot).ids)[:-2]
        columns = (ids, ids % 2, ids / 2, ids / 3, ids / 4)
        workspace.clusterings.add(
            run_id=2,
            direction="t2i",
            k=2,
            seed=0,
            features="caption",
            result={},
            members=ClusterMembers(*columns),
        )
        await press(pilot, "R")
        await until(pilot, lambda: case_screen(pilot).source.clustered, "there are clusters")
        await press(pilot, "o", "c")
        await until(pilot, lambda: text_of(pilot).splitlines()[1].endswith("cluster"), "sorted")
        clusters = [int(i) % 2 if i in ids else 9 for i in case_list(pilot).ids]
        assert clusters == sorted(clusters)
        assert set(clusters) == {0, 1, 9}
        await press(pilot, "o", "C")
        await until(pilot, lambda: "cluster, last" in text_of(pilot), "the other way")


async def test_esc_goes_back_to_a_filter_that_leaves_cases(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        first = case_screen(pilot).first_words
        assert first
        await press(pilot, "slash", *" dog", "enter")
        await press(pilot, "escape")
        await shown(pilot)
        assert case_screen(pilot).words == first
        assert len(case_screen(pilot).source.ids)


async def test_a_star_on_a_case_that_another_labelled_is_no_label(workspace: Workspace) -> None:
    async with open_cases(workspace, annotator="bob") as pilot:
        await shown(pilot)
        await press(pilot, "1", "k")
    async with open_cases(workspace, annotator="ann") as pilot:
        await shown(pilot)
        await press(pilot, "*")
        await until(pilot, lambda: "-> star saved" in said(pilot), "starred")
        await until(pilot, lambda: case_screen(pilot).loaded.case.star, "the star is shown")
        assert case_screen(pilot).loaded.case.categories == ("counting",)
        assert any("CNT" in line and " * " in f"{line} " for line in text_of(pilot).splitlines())
        await press(pilot, "-")
        await until(pilot, lambda: "no label, the decision of bob stays" in said(pilot), "stays")
    assert [row[1] for row in stored(workspace)] == ['["counting"]', "[]", "[]"]
    async with open_cases(workspace, annotator="bob") as pilot:
        await shown(pilot)
        await press(pilot, "*")
        await until(pilot, lambda: "the star of others stays" in said(pilot), "the star stays")


async def test_letters_of_a_category_in_order_pick_it(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "t")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelPicker), "the categories")
        await press(pilot, *"crf")
        await until(pilot, lambda: "fine" not in text_of(pilot), "one is left")
        await press(pilot, "enter")
        await until(pilot, lambda: stored(workspace), "it is saved")
        assert stored(workspace)[-1][:2] == (case, '["coreference"]')
