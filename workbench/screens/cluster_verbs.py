"""The verbs of Clusters: mark, merge, name, order, cluster anew, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from store.records import Job
from workbench.presenters.cluster_table import sort_title
from workbench.presenters.text import plain
from workbench.screens.case_export import say_written
from workbench.screens.run_screen import RunScreen
from workbench.session import Session
from workbench.session.clusters import Renaming
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.place import ClusterPlace

NO_CLUSTERS = "There are no clusters yet: + makes some."


class ClusterVerbs(RunScreen):
    """Changes which clusters there are, what they are called, and in which order they are."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.table: ClusterTable | None = None
        self.rows: tuple[ClusterRow, ...] = ()
        self.place = ClusterPlace()
        self.marks: set[int] = set()
        self._range_from: int | None = None

    # What a subclass shows --------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the table and what goes with it."""
        raise NotImplementedError

    def go_to(self, number: int) -> None:
        """Put the cursor on a cluster."""
        raise NotImplementedError

    @property
    def row(self) -> ClusterRow | None:
        """The cluster under the cursor."""
        if self.lines is None or not self.lines.key or self.table is None:
            return None
        return self.table.row(int(self.lines.key))

    # Marks ------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the cluster, or take its mark away, and go on."""
        if self.row is not None:
            self.marks ^= {self.row.number}
            self.draw()
            self.action_cursor_down()
            self._say_marks()

    def action_mark_range(self) -> None:
        """Begin a range of marks, or end it here."""
        if self.row is None:
            return
        numbers = [row.number for row in self.rows]
        if self._range_from not in numbers:
            self._range_from = self.row.number
            self.say("Range begun: move, then v again marks up to there; Esc forgets it.")
            return
        ends = sorted((numbers.index(self._range_from), numbers.index(self.row.number)))
        self.marks |= set(numbers[ends[0] : ends[1] + 1])
        self._range_from = None
        self.draw()
        self._say_marks()

    def action_mark_all(self) -> None:
        """Mark all clusters, or none."""
        numbers = {row.number for row in self.rows}
        self.marks = set() if self.marks == numbers else numbers
        self.draw()
        self._say_marks()

    def action_escape(self) -> None:
        """Take the marks away."""
        if self.marks or self._range_from is not None:
            self.marks, self._range_from = set(), None
            self.draw()
            self.say("Marks cleared.")

    def _say_marks(self) -> None:
        n = len(self.marks)
        if n == 1:
            self.say("1 marked: mark those that belong to it, then M merges them.")
        else:
            self.say(f"{n} marked: M merges them, Esc clears." if n else "No marks.")

    # Names and merging ------------------------------------------------------------------------

    def action_note(self) -> None:
        """Name the cluster under the cursor; nothing typed takes its name back."""
        row = self.row
        if row is None:
            self.say(NO_CLUSTERS, "warn")
            return
        title = f"Name of cluster {row.number} (nothing: the list of words again)"
        self._ask_name(title, row.name if row.named else "", [row])

    def action_merge(self) -> None:
        """Merge the marked clusters under one name; take a merged one apart if none is marked."""
        marked = [row for row in self.rows if row.number in self.marks]
        row = self.row
        if row is None:
            self.say(NO_CLUSTERS, "warn")
        elif len(marked) > 1:
            numbers = ", ".join(str(one.number) for one in marked)
            title = f"Merge clusters {numbers} under the name"
            self._ask_name(title, _first_name(marked), marked)
        elif not marked and len(row.parts) > 1:
            self._rename(dict.fromkeys(row.parts[1:], ""), f"Parted {row.number}")
        else:
            self.say(
                "Mark two clusters or more to merge them: Space marks; b lists the nearest first. "
                "M on a merged one parts it.",
                "warn",
            )

    def _ask_name(self, title: str, name: str, rows: Sequence[ClusterRow]) -> None:
        from workbench.modals.note import NoteEditor

        def named(given: str | None) -> None:
            if given is None:
                return
            if not given and len(rows) > 1:
                self.say("Merged clusters need a name; nothing was changed.", "warn")
                return
            parts = [part for row in rows for part in row.parts]
            others = [row for row in self.rows if row.named and row.name == given]
            joined = [str(row.number) for row in {one.number: one for one in (*rows, *others)}
                      .values()]  # fmt: skip
            what = f"{plain(given)}: clusters {', '.join(joined)} are one" if len(joined) > 1 else (
                f"Cluster {joined[0]} is called {plain(given)}" if given else "Name taken back"
            )  # fmt: skip
            self._rename(dict.fromkeys(parts, given), what)

        self.app.push_screen(NoteEditor(title, name), named)

    def _rename(self, names: dict[int, str], what: str) -> None:
        table = self.table
        if table is None:
            return

        def done(change: Renaming) -> None:
            self.marks = set()
            more = "; M parts them again" if "are one" in what else ""
            self.say(f"{what} (u undo{more}).", "good")
            self.go_to(min(names))
            self.reload()

        self.commit(partial(self.session.clusters.rename, table.clustering_id, names), done)

    def action_star(self) -> None:
        """Star the cluster, or take its star away; a star stays with the failures."""
        row, table = self.row, self.table
        if row is None or table is None:
            self.say(NO_CLUSTERS, "warn")
            return
        star = partial(self.session.clusters.star, table.clustering_id, row.parts, not row.star)
        self.commit(star, lambda _: self.reload())

    def action_undo(self) -> None:
        """Take back the last name or merge of this session."""
        self.commit(self.session.clusters.undo, partial(self._stepped, "Taken back"))

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.commit(self.session.clusters.redo, partial(self._stepped, "Done again"))

    def _stepped(self, what: str, change: Renaming | None) -> None:
        if change is None:
            self.say("No name or merge of this session is left; labels are undone in Cases.")
            return
        numbers = ", ".join(map(str, sorted(change.after)))
        self.say(f"{what}: the names of {numbers} (U redo, u undo).")
        self.reload()

    # Order ------------------------------------------------------------------------------------

    def action_sort_size(self, backwards: bool = False) -> None:
        """Order by how many failures there are."""
        self._sort("size", backwards)

    def action_sort_lift(self, backwards: bool = False) -> None:
        """Order by lift."""
        self._sort("lift", backwards)

    def action_sort_miss_rate(self, backwards: bool = False) -> None:
        """Order by the share of queries that are missed."""
        self._sort("miss", backwards)

    def action_sort_unlabelled(self, backwards: bool = False) -> None:
        """Order by how many failures nobody has labelled."""
        self._sort("unlabelled", backwards)

    def action_sort_reverse(self) -> None:
        """Reverse the order."""
        if not self.place.sort.startswith("near"):
            self._sort(self.place.sort, backwards=True)

    def action_neighbours(self) -> None:
        """List the clusters that lie nearest to this one first."""
        if self.row is not None:
            self._sort(f"near {self.row.number}", backwards=False)

    def _sort(self, sort: str, backwards: bool) -> None:
        if backwards:
            sort = sort[1:] if sort.startswith("-") else f"-{sort}"
        self.place = replace(self.place, sort=sort)
        self.draw()
        self.say(f"Order: {sort_title(sort)}.")

    # Work -------------------------------------------------------------------------------------

    def action_new_evaluation(self) -> None:
        """Ask how to cluster the failures of this run anew."""
        view = self.view
        if view is None:
            self.say("There is no run yet: g h goes Home, + there evaluates a model.", "warn")
            return
        from workbench.modals.cluster_form import ClusterForm, ClusterWish

        def start(wish: ClusterWish | None) -> None:
            if wish is not None:
                self.commit(
                    lambda: self.session.clusters.start(
                        view.run_id, view.direction, **wish.params()
                    ),
                    self._started,
                )

        title = f"Cluster the {view.direction} failures of run {view.run_id}"
        self.app.push_screen(ClusterForm(title, self.session.cases.canonical), start)

    def _started(self, job: Job) -> None:
        self.say(f"Job {job.id} is queued: the clusters come here when it is done.", "good")
        self.shell.look()

    def action_export(self) -> None:
        """Write the table of clusters, or the cases of one or of the marked ones."""
        table, row = self.table, self.row
        if table is None or row is None:
            self.say(NO_CLUSTERS, "warn")
            return
        from workbench.modals.cluster_export import ClusterExport, ExportWish

        marked = [one for one in self.rows if one.number in self.marks]
        folder = self.session.cases.exports_dir

        def write(wish: ExportWish | None) -> None:
            if wish is None:
                return
            if wish.what == "table":
                self._write_table(replace(table, rows=self.rows), wish.path)
            else:
                chosen = marked if wish.what == "marked" else [row]
                parts = sorted(part for one in chosen for part in one.parts)
                self.export_cases_of(f"cluster:{','.join(map(str, parts))}")

        self.app.push_screen(ClusterExport(table, row, marked, folder), write)

    def _write_table(self, table: ClusterTable, path: Path) -> None:
        export = partial(self.session.clusters.export, table, path)
        self.fetch(export, partial(say_written, self), group="export")


def _first_name(rows: Sequence[ClusterRow]) -> str:
    """Return the name that merged clusters are offered: a person's, of the largest that has one."""
    largest = sorted(rows, key=lambda row: -row.facts.size)
    return next((row.name for row in largest if row.named), "")
