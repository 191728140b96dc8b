"""Opens a workspace in the terminal, and says there what ended the program."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from workbench.app import WorkbenchApp
from workbench.session import Session, open_session
from workbench.session.heap import keep_heap_small
from workbench.session.keymap import load_keys
from workbench.views.deep_link import DeepLink
from workbench.views.keys.in_use import use_keys
from workbench.widgets.lean_strips import lean_strips
from workbench.widgets.typed_keys import parse_keys_so


def run_app(
    workspace: Path,
    link: DeepLink,
    *,
    annotator: str = "me",
    readonly: bool = False,
    blind: bool = False,
    image_mode: str = "auto",
    color: str = "auto",
    ascii: bool = False,
    mouse: bool = True,
    data: tuple[Path, ...] = (),
    debug: bool = False,
) -> int | Path:
    """Open a workspace in the terminal; raises SessionError.

    Returns the exit code, or the workspace that is to be opened next.

    `debug` shows the traceback of a fault of the program, which otherwise is in a file only.
    """
    keep_heap_small()
    parse_keys_so()
    lean_strips()
    use_keys(load_keys(workspace))
    session = open_session(workspace, annotator=annotator, readonly=readonly, blind=blind)
    remembered = partial(_remember, workspace, session)
    try:
        app = WorkbenchApp(
            session,
            link,
            image_mode=image_mode,
            color=color,
            ascii=ascii,
            data=data,
            opened=remembered,
        )
        try:
            app.run(mouse=mouse)
        finally:
            app.hangup.left()
        if app.fault is not None:
            _say_fault(session, app.fault, debug=debug)
        return app.elsewhere or app.return_code or 0
    finally:
        remembered()
        session.close()


def _remember(workspace: Path, session: Session) -> None:
    """Remember when the workspace was open; imported late, as it is slow to import."""
    from workbench.session.recent import remember

    remember(workspace, session.clock())


def _say_fault(session: Session, error: BaseException, *, debug: bool) -> None:
    """Say in the terminal, which is as it was before, what has ended the program."""
    from workbench.session.crash import crash_sentences, keep_crash, written

    path = keep_crash(error, session.path, session.clock())
    if debug:
        print(written(error), file=sys.stderr)
    print(*crash_sentences(error, path), sep="\n", file=sys.stderr)
