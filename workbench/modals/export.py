"""Asks what to write where, and shows what it will be."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store.records.case import CaseCounts
from store.records.run import Run
from workbench.modals.copied import hand_over
from workbench.modals.target import expanded, target
from workbench.presenters.exports import file_name, preview_lines, shell_command
from workbench.presenters.text import cut, plain
from workbench.session import Session, SessionError
from workbench.views.case_view import CaseView
from workbench.widgets.boxes_line import BoxesLine
from workbench.widgets.case_text import QUIET, Rule
from workbench.widgets.choice_line import ChoiceLine
from workbench.widgets.hollow import Columns
from workbench.widgets.line_input import LineInput
from workbench.widgets.standing import stands

if TYPE_CHECKING:
    from workbench.jobs.export import What

WHAT = (("cases", "a row a case"), ("decisions", "a row a decision"), ("summary", "summary"))
FORMATS = (
    ("csv", "CSV"),
    ("tsv", "TSV"),
    ("jsonl", "JSONL"),
    ("md", "Markdown"),
    ("parquet", "Parquet"),
)
STATUSES = ("decided", "undecided", "skipped")
GROUPS = (
    ("texts", "texts"),
    ("images", "images"),
    ("scores", "scores"),
    ("suggestion", "hint"),
    ("decision", "label"),
    ("cluster", "cluster"),
)
OTHER_RUNS = (("ranks", "rank of the same query, a column a run"),)
"""The groups of `jobs.export.GROUPS`, by shorter names, on two lines."""
PREVIEWED = ("query_id", "query", "rank", "margin", "top_text", "suggestion", "decision", "note")
KEYS = "Enter write  Tab next  Left Right Space change  y copy the command  Esc cancel"


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What is to be written; `most` is how many rows it has at most."""

    view: CaseView
    path: Path
    format: str
    spreadsheet_safe: bool
    what: What = "cases"
    groups: tuple[str, ...] = tuple(name for name, _ in (*GROUPS, *OTHER_RUNS))
    most: int = 0


class ExportDialog(ModalScreen[ExportChoice | None]):
    """Returns what is to be written, or None; an existing file is refused here already."""

    AUTO_FOCUS = "ChoiceLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", show=False, id="export.cancel"),
        Binding("q", "close", "Cancel", show=False, id="export.quit"),
        Binding("enter", "write", "Write", show=False, id="export.write"),
        Binding("y", "copy", "Copy the command", show=False, id="export.copy"),
        Binding("down,j", "app.focus_next", "Next", show=False, id="export.next"),
        Binding("up,k", "app.focus_previous", "Previous", show=False, id="export.back"),
    ]
    DEFAULT_CSS = """
    ExportDialog {
        background: $background;
        & > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & Static { height: auto; }
        & Columns { height: 1; }
        & #export-file-title { width: 13; color: $quiet; }
        & Input { height: 1; padding: 0; width: 1fr; background: $panel; }
        & #export-preview { height: 4; text-wrap: nowrap; text-overflow: ellipsis; }
        & #export-error { height: 1; color: $text-error; text-style: bold; padding: 0 1; }
        & #export-keys { height: 1; color: $quiet; padding: 0 1; }
        & .gap { margin-top: 1; }
        &.-other #export-groups, &.-other #export-ranks { display: none; }
    }
    """

    def __init__(
        self,
        session: Session,
        view: CaseView,
        run: Run,
        *,
        counts: CaseCounts,
        total: int,
        marked: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self._session = session
        self._view = view
        self._run = run
        self._counts = counts
        self._total = total
        self._marked = marked
        self._started_at = session.clock()
        self._named = ""

    def compose(self) -> ComposeResult:
        """Lay out the questions, the preview and the command."""
        rows = [("filter", f"filter {self._counts.total:,}"), ("all", f"all {self._total:,}")]
        if self._marked:
            rows.insert(0, ("marked", f"marked {len(self._marked):,}"))
        safe = (("no", "as it is"), ("yes", "safe: no cell runs as a formula"))
        yield Rule("Write this view")
        with VerticalScroll(can_focus=False):
            yield ChoiceLine("What", WHAT, id="export-what")
            yield ChoiceLine("Rows", rows, id="export-rows")
            yield BoxesLine("Status", self._statuses(), id="export-status")
            yield BoxesLine("Columns", GROUPS, id="export-groups")
            yield BoxesLine("Other runs", OTHER_RUNS, id="export-ranks")
            yield ChoiceLine("Format", FORMATS, id="export-format")
            yield ChoiceLine("Spreadsheet", safe, id="export-safe")
            with Columns():
                yield Static(Content(" File"), id="export-file-title")
                yield LineInput(id="export-file", select_on_focus=False, compact=True)
            yield Rule("First rows", id="export-first", classes="gap")
            yield Static(id="export-preview")
            yield Rule("Same thing from the shell")
            yield Static(id="export-command")
            yield Static(Content.styled(_ALSO, QUIET), classes="gap")
        yield Static(id="export-error")
        yield Static(Content(KEYS), id="export-keys")

    def on_mount(self) -> None:
        """Fill in the name, the command and the preview."""
        self._rename()
        self._show()
        self._preview()

    @on(ChoiceLine.Changed)
    @on(BoxesLine.Changed)
    def follow(self) -> None:
        """Follow another answer."""
        self.set_class(self.query_one("#export-what", ChoiceLine).value != "cases", "-other")
        self._rename()
        self._show()
        self._preview()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow another file name."""
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write with Enter from the file name as well."""
        event.stop()
        if self.is_current:
            self.action_write()

    def action_write(self) -> None:
        """Return the choice unless the file exists."""
        path = target(self.query_one(Input).value)
        if isinstance(path, str):
            self._refuse(path)
        else:
            self.dismiss(self._choice())

    def action_copy(self) -> None:
        """Copy the command that writes the same."""
        self.run_worker(self._copy(self._command()), group="copy", exclusive=True)

    def action_close(self) -> None:
        """Close without writing."""
        self.dismiss(None)

    def _choice(self) -> ExportChoice:
        rows = self.query_one("#export-rows", ChoiceLine).value
        filters = {"all": "", "marked": f"id:{','.join(map(str, self._marked))}"}
        words = filters.get(rows, self._view.filter)
        left_out = self.query_one("#export-status", BoxesLine).open
        words = " ".join([words, *(f"!status:{name}" for name in left_out)]).strip()
        sizes = {"all": self._total, "marked": len(self._marked)}
        return ExportChoice(
            view=replace(self._view, filter=words),
            path=expanded(self.query_one(Input).value),
            format=self.query_one("#export-format", ChoiceLine).value,
            spreadsheet_safe=self.query_one("#export-safe", ChoiceLine).value == "yes",
            what=cast("What", self.query_one("#export-what", ChoiceLine).value),
            groups=self._groups(),
            most=sizes.get(rows, self._counts.total),
        )

    async def _copy(self, command: str) -> None:
        try:
            text, sent = await asyncio.to_thread(self._session.clipboard.take, command)
        except SessionError as error:
            if stands(self):
                self._refuse(str(error))
            return
        hand_over(self, "Command", text, sent)

    def _statuses(self) -> list[tuple[str, str]]:
        """Return the boxes of the statuses, with how many of the filter have each."""
        counts = (self._counts.decided, self._counts.undecided, self._counts.skipped)
        return [(name, f"{name} {n:,}") for name, n in zip(STATUSES, counts, strict=True)]

    def _command(self) -> str:
        choice = self._choice()
        return shell_command(
            self._session.path,
            choice.view,
            choice.path,
            choice.format,
            spreadsheet_safe=choice.spreadsheet_safe,
            annotator=self._session.cases.annotator,
            what=choice.what,
            columns=None if len(choice.groups) == len(GROUPS + OTHER_RUNS) else choice.groups,
        )

    def _groups(self) -> tuple[str, ...]:
        """Return the groups of columns that are ticked."""
        lines = (self.query_one(f"#export-{name}", BoxesLine) for name in ("groups", "ranks"))
        return tuple(name for line in lines for name in line.ticked)

    def _rename(self) -> None:
        """Make the file's name anew, unless it was edited."""
        field = self.query_one(Input)
        if field.value == self._named:
            choice = self._choice()
            name = file_name(self._run, choice.view, choice.format, self._started_at)
            self._named = str(self._session.cases.exports_dir / name)
            field.value = self._named

    def _show(self) -> None:
        self.query_one("#export-error", Static).update("")
        self.query_one("#export-command", Static).update(Content(f" {plain(self._command())}"))

    def _preview(self) -> None:
        self.run_worker(self._read_preview(self._choice()), group="preview", exclusive=True)

    async def _read_preview(self, choice: ExportChoice) -> None:
        read = partial(
            self._session.cases.export_preview,
            choice.view,
            what=choice.what,
            groups=choice.groups,
        )
        try:
            columns, rows = await asyncio.to_thread(read)
            written = await asyncio.to_thread(self._written, choice)
        except SessionError as error:
            if stands(self):
                self._refuse(str(error))
            return
        if stands(self):
            previewed = columns if choice.what != "cases" else PREVIEWED
            self._show_preview(written, columns, rows, previewed)

    def _written(self, choice: ExportChoice) -> str:
        """Say how many rows will be written, where that is how many cases there are."""
        if choice.what != "cases":
            return "First rows"
        total = self._session.cases.counts(choice.view).total
        return f"{total:,} rows to write, the first" if total != 1 else "1 row to write"

    def _show_preview(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        previewed: Sequence[str],
    ) -> None:
        cells = max(20, self.size.width - 2)
        shown = [column for column in previewed if column in columns]
        lines = [cut(line, cells) for line in preview_lines(shown, rows)]
        text = Content("\n").join(Content(f" {line}") for line in lines)
        self.query_one("#export-preview", Static).update(text)
        self.query_one("#export-first", Rule).show(title, f"{len(columns)} columns")

    def _refuse(self, reason: str) -> None:
        self.query_one("#export-error", Static).update(Content(plain(reason)))


_ALSO = " A .meta.json beside it says how it was made. No file is overwritten."
