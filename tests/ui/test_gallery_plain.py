"""Every screen and overlay where no colour is wanted and nothing but ASCII."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.gallery_fits import unfit
from tests.ui.gallery_told import untold
from tests.ui.gallery_walk import walk
from tests.ui.gallery_world import gallery_app
from tests.ui.jobs_pilot import quiet
from tests.ui.painted import Run, painted, text_of

_ = quiet


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
@pytest.mark.usefixtures("quiet")
async def test_no_colour_and_no_other_letter_is_painted(
    gallery_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    wrong: list[str] = []
    with gallery_app(gallery_world, tmp_path, ascii=True) as app:
        async with app.run_test(size=size) as pilot:
            async for stop in walk(pilot):
                rows = painted(app)
                text = "\n".join(text_of(rows))
                found = [f"{sign!r} is no ASCII" for sign in set(text) if not sign.isascii()]
                found += [f"{run.text!r} has a colour" for row in rows for run in row if _has(run)]
                told = untold(stop.name, text) if size == (80, 24) else ()
                wrong += [f"{stop.name}: {what}" for what in (*found, *unfit(app, rows), *told)]
    assert not wrong, "\n".join(wrong)


def _has(run: Run) -> bool:
    """Whether a colour is sent with a text."""
    both = (run.style.color, run.style.bgcolor)
    return any(colour is not None and not colour.is_default for colour in both)
