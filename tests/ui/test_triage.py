"""Triage: one key a case, committed before the next one comes."""

from __future__ import annotations

import re

import pytest
from textual.pilot import Pilot

from store.errors import WorkspaceUnusable
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
from tests.ui.conftest import make_app, settled
from workbench.presenters.case_scope import triage_line
from workbench.presenters.pace import LEAST
from workbench.screens.cases import CasesScreen
from workbench.screens.triage import TriageScreen
from workbench.views.case_view import CaseView


def triage(pilot: Pilot[None]) -> TriageScreen:
    screen = pilot.app.screen
    assert isinstance(screen, TriageScreen)
    return screen


async def test_each_key_is_one_commit_and_one_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await to_triage(pilot)
        for n, key in enumerate(("1", "2", "s", "x")):
            assert await shown(pilot) == ids[n]
            await press(pilot, key)
            assert len(stored(workspace)) == n + 1
            await until(pilot, lambda n=n: current(pilot) == ids[n + 1], "the next case comes")
        assert [row[0] for row in stored(workspace)] == ids[:4]
        assert f"{ids[3]} -> DAT saved " in said(pilot)
        assert f"{len(ids) - 4} left" in text_of(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: f"{len(ids) - 3} left" in text_of(pilot), "it is left again")
        await press(pilot, "U")
        await until(pilot, lambda: f"{len(ids) - 4} left" in text_of(pilot), "it is decided again")


async def test_a_key_never_labels_a_case_that_is_not_on_screen(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        triage(pilot).at += 1
        await press(pilot, "1")
        assert stored(workspace) == []
        assert "before the case was shown" in said(pilot)


async def test_keys_typed_fast_hit_one_case_each(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await pilot.press("1", "1", "1")
        await until(pilot, lambda: len(stored(workspace)) > 1, "two commits")
        queries = [row[0] for row in stored(workspace)]
        assert len(set(queries)) == len(queries)


async def test_a_failed_commit_does_not_move(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)

        def locked(decision: object, **options: object) -> None:
            raise WorkspaceUnusable("The workspace is locked: close the other program.")

        monkeypatch.setattr(pilot.app.session.workspace.decisions, "add", locked)
        await press(pilot, "1")
        assert said(pilot) == "The workspace is locked: close the other program."
        assert current(pilot) == case
        assert stored(workspace) == []


async def test_undo_goes_back_to_the_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: current(pilot) != case, "the next case comes")
        await shown(pilot)
        await press(pilot, "backspace")
        await until(pilot, lambda: current(pilot) == case, "the case is back")
        await shown(pilot)
        assert workspace.cases.rows(2, "t2i", [case])[0].categories == ()
        await press(pilot, "U")
        await until(pilot, lambda: "Done again" in said(pilot), "redone")
        assert workspace.cases.rows(2, "t2i", [case])[0].categories == ("counting",)


async def test_the_retrieved_items_are_stepped_through(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        assert "TOP-1" in text_of(pilot)
        await press(pilot, "J")
        assert "TOP-2" in text_of(pilot)
        assert "top-2 (true) image says" in text_of(pilot)
        await press(pilot, "K", "K")
        assert "TOP-1" in text_of(pilot)
        assert case_screen(pilot).step == 0


async def test_the_end_of_the_queue_offers_what_was_skipped(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await to_triage(pilot)
        for n in range(len(ids)):
            await shown(pilot)
            await press(pilot, "s" if n < 2 else "1")
            await until(pilot, lambda n=n: len(stored(workspace)) == n + 1, "stored")
            await until(
                pilot,
                lambda n=n: triage(pilot).has_class("-ended") or current(pilot) != ids[n],
                "it goes on",
            )
        await until(pilot, lambda: "The queue is at its end." in text_of(pilot), "the end")
        await until(pilot, lambda: "2 skipped, review them? Enter" in text_of(pilot), "the offer")
        await press(pilot, "1")
        assert len(stored(workspace)) == len(ids)
        await press(pilot, "enter")
        await until(pilot, lambda: current(pilot) == ids[0], "the first skipped one")
        await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: current(pilot) == ids[1], "the second skipped one")
        await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: triage(pilot).has_class("-ended"), "the end again")


async def test_several_categories_in_triage(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)
        await press(pilot, "m", "1", "4")
        assert current(pilot) == case
        assert "multi-label" in text_of(pilot)
        await press(pilot, "enter")
        assert stored(workspace)[0][:2] == (case, '["counting","abstract"]')
        await until(pilot, lambda: current(pilot) != case, "the next case comes")


async def test_going_on_in_multi_label_erases_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await press(pilot, "j")
        await shown(pilot)
        await press(pilot, "2", "k")
        await to_triage(pilot)
        assert current(pilot) == ids[0]
        await press(pilot, "m", "1")
        assert "[1]+CNT" in text_of(pilot)
        assert "[2] ATR" in text_of(pilot)
        await press(pilot, "j")
        assert await shown(pilot) == ids[1]
        await until(pilot, lambda: f"{ids[0]}: CNT not saved." in said(pilot), "it says so")
        assert "[2]+ATR" in text_of(pilot)
        await press(pilot, "enter")
        assert [row[:2] for row in stored(workspace)] == [(ids[1], '["attributes"]')]
        await press(pilot, "3", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "back in Cases")
        assert f"{ids[1]}: ATR COR not saved." in said(pilot)
        assert len(stored(workspace)) == 1


async def test_counts_stand_at_the_labels_whatever_the_status_says(workspace: Workspace) -> None:
    def columns(pilot: Pilot[None]) -> list[int]:
        lines = text_of(pilot).splitlines()
        row = next(line for line in lines if "[1]" in line)
        return [row.index(code) for code in ("CNT", "ATR", "COR")]

    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        before = columns(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: re.search(r"CNT counting\W+1 ", text_of(pilot)), "counted")
        assert columns(pilot) == before
        assert "(u undo)" in text_of(pilot).splitlines()[-2]


async def test_a_note_and_a_star_stay_on_the_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)
        await press(pilot, "asterisk", "e", *"why", "enter")
        await until(pilot, lambda: len(stored(workspace)) == 2, "both are stored")
        assert current(pilot) == case
        assert stored(workspace)[-1] == (case, "[]", "undecided", "why", 1)
        await until(pilot, lambda: " note why " in text_of(pilot), "the note is seen")
        assert f"{case} *  rank" in text_of(pilot)
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is back")
        await until(pilot, lambda: " note why " in text_of(pilot), "here as well")
        assert f"{case} *  rank" in text_of(pilot)


async def test_going_back_lands_on_the_same_case(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await to_triage(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: current(pilot) == ids[1], "the next case comes")
        await shown(pilot)
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "back in Cases")
        await until(pilot, lambda: current(pilot) == ids[1], "on the same case")


async def test_a_mark_goes_with_the_case_that_triage_took_from_the_list(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace, run_id=1, filter="rank>1 status:undecided") as pilot:
        first, second = (int(i) for i in case_list(pilot).ids[:2])
        await press(pilot, "space", "space", "k", "k")
        assert case_list(pilot).marks == {first, second}
        assert await to_triage(pilot) == first
        await press(pilot, "1")
        await until(pilot, lambda: len(stored(workspace)) == 1, "it is labelled")
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is back")
        await until(pilot, lambda: first not in case_list(pilot).ids, "the list is read again")
        assert case_list(pilot).marks == {second}
        await press(pilot, "2")
        await until(pilot, lambda: len(stored(workspace)) == 2, "the other one is labelled")
        assert stored(workspace)[1][:2] == (second, '["attributes"]')


async def test_moving_on_decides_nothing(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        ids = [int(i) for i in case_list(pilot).ids]
        await to_triage(pilot)
        await press(pilot, "j", "j", "k", "right_curly_bracket")
        await until(pilot, lambda: current(pilot) == ids[2], "the third case")
        assert stored(workspace) == []


async def test_readonly_does_not_move(workspace: Workspace) -> None:
    async with open_cases(workspace, readonly=True) as pilot:
        case = await to_triage(pilot)
        await press(pilot, "1")
        assert "read-only" in said(pilot)
        assert current(pilot) == case


async def test_details_and_the_full_picture_open_and_close(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await press(pilot, "d")
        await until(pilot, lambda: "Other captions of the true image" in text_of(pilot), "details")
        await press(pilot, "q", "I")
        assert "2 of 6" in text_of(pilot)
        await press(pilot, "K")
        assert "TRUE" in text_of(pilot)
        await press(pilot, "q")
        assert isinstance(pilot.app.screen, TriageScreen)


async def test_images_mode_goes_round(workspace: Workspace) -> None:
    async with open_cases(workspace, image_mode="kitty") as pilot:
        await to_triage(pilot)
        await press(pilot, "i")
        await until(pilot, lambda: "pictures are off" in text_of(pilot), "no pictures")
        assert said(pilot) == "Images: none."
        await press(pilot, "i")
        assert said(pilot).startswith("Images: auto")
        await drawn(pilot)
        assert "▀" in text_of(pilot)


async def test_no_color_sends_only_the_terminals_own_colours(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_cases(workspace, image_mode="auto") as pilot:
        await press(pilot, "1")
        await to_triage(pilot)
        await drawn(pilot)
        styles = [
            segment.style
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        ]
        colours = [c for s in styles for c in (s.color, s.bgcolor) if c is not None]
        assert not [c for c in colours if c.triplet is not None]
        assert "[1] CNT" in text_of(pilot)
        assert "pictures are off" in text_of(pilot)


async def test_a_filter_typed_in_triage_filters_the_queue_and_labels_nothing(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        await to_triage(pilot)
        await press(pilot, *"/", "ctrl+u", *"rank>1", "enter")
        await until(pilot, lambda: "rank>1 " in text_of(pilot), "the queue is another one")
        assert stored(workspace) == []
        view = triage(pilot)._from.view
        ids = [int(i) for i in pilot.app.session.cases.ids(view)]
        assert view.filter == "rank>1"
        assert len(ids) == len(triage(pilot).queue) > len(case_ids_over_ten(workspace))
        case = await shown(pilot)
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, CasesScreen), "Cases is back")
        await until(pilot, lambda: list(case_list(pilot).ids) == ids, "Cases lists the queue")
        assert current(pilot) == case


def case_ids_over_ten(workspace: Workspace) -> list[int]:
    from store.filter import parse

    return list(workspace.cases.ids(2, "t2i", parse("rank>10"), "margin"))


async def test_a_filter_that_leaves_nothing_leaves_the_queue(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        case = await to_triage(pilot)
        await press(pilot, *"/", "ctrl+u", *"rank>999", "enter")
        await until(pilot, lambda: "No case fits rank>999" in said(pilot), "it says so")
        assert current(pilot) == case
        await press(pilot, "1")
        await until(pilot, lambda: len(stored(workspace)) == 1, "the keys are back")


async def test_the_rate_and_the_time_left_are_seen_after_some_decisions(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        now = [0.0]
        pilot.app.session.clock = lambda: now[0]
        await to_triage(pilot)
        for n in range(LEAST):
            now[0] += 30.0
            case = await shown(pilot)
            await press(pilot, "1")
            await until(pilot, lambda n=n: len(stored(workspace)) == n + 1, "stored")
            await until(pilot, lambda c=case: current(pilot) != c, "the next case comes")
        line = text_of(pilot).splitlines()[0]
        assert re.search(r" left ~\d+ min, 30\.0 s each  rank>10 .*\? help", line), line


async def test_a_second_person_is_told_whose_labels_count_and_are_replaced(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        case = await shown(pilot)
        await press(pilot, "1")
        await until(pilot, lambda: len(stored(workspace)) == 1, "stored")
        assert " decided 1 of " in text_of(pilot)
    async with open_cases(workspace, annotator="eva") as pilot:
        await until(pilot, lambda: " decided by anyone 1 of " in text_of(pilot), "whose")
        assert await shown(pilot) == case
        await press(pilot, "2")
        await until(pilot, lambda: f"{case} -> ATR, was CNT by me, saved" in said(pilot), "said")
        assert "by anyone" in (await to_triage(pilot) and text_of(pilot).splitlines()[0])
    async with open_cases(workspace, annotator="eva", blind=True) as pilot:
        await until(pilot, lambda: " decided by eva 1 of " in text_of(pilot), "blind")


@pytest.mark.parametrize(
    ("cells", "whose", "seen"),
    [
        (80, "", ("395 left ~40 min, 6.1 s each", "rank>10", "single  ? help")),
        (80, "by anyone", ("395 undecided by anyone ~40 min  ", "rank>10", "t2i  ? help")),
        (100, "by anyone", ("by anyone ~40 min, 6.1 s each", "rank>10", "t2i  ")),
        (60, "", ("395 left ~40 min", "rank>10", "t2i  ? help")),
    ],
)
def test_line_1_says_how_far_the_queue_is(cells: int, whose: str, seen: tuple[str, ...]) -> None:
    facts = ("~40 min", "6.1 s each", whose)
    line = triage_line(CaseView(1), (97, 495), 395, facts, "single-label", cells).text
    assert len(line) == cells
    assert all(words in line for words in seen), line


async def test_triage_goes_on_after_a_restart_with_its_filter_and_case(
    workspace: Workspace,
) -> None:
    async with open_cases(workspace) as pilot:
        await press(pilot, "slash", "ctrl+u", *"rank>2", "enter")
        await until(pilot, lambda: "rank>2" in case_screen(pilot).words, "filtered")
        await shown(pilot)
        await to_triage(pilot)
        await press(pilot, "j")
        query_id = await shown(pilot)
        await pilot.app.action_quit()
    app = make_app(workspace, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TriageScreen), "Triage is open")
        assert await shown(pilot) == query_id
        assert case_screen(pilot).source.view.filter == "rank>2"
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, CasesScreen), "Cases")
        await pilot.app.action_quit()
    app = make_app(workspace, "")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        assert isinstance(app.screen, CasesScreen), "it was left"


async def test_a_command_that_names_a_list_opens_the_list(workspace: Workspace) -> None:
    async with open_cases(workspace) as pilot:
        await shown(pilot)
        await to_triage(pilot)
        await pilot.app.action_quit()
    app = make_app(workspace, "cases", run_id=2, filter="rank>1")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot)
        await settled(pilot)
        assert isinstance(app.screen, CasesScreen)
