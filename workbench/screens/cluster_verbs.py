"""The verbs of Clusters: mark, merge, name, order, cluster anew, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from store.records.job import Job
from workbench.presenters.clipboard import cluster_copies
from workbench.presenters.cluster_table import filtered_cluster, sort_title
from workbench.presenters.text import plain
from workbench.screens.case_export import say_written
from workbench.screens.copying import Copying
from workbench.screens.marking import Marking
from workbench.screens.ordering import GroupOrdering
from workbench.screens.run_screen import RunScreen
from workbench.session import Session
from workbench.session.clusters import Renaming
from workbench.views.clusters import ClusterRow, ClusterTable
from workbench.views.copies import Copies
from workbench.views.keys.in_use import shown_key
from workbench.views.place import ClusterPlace
from workbench.views.table_filter import Filtered

NO_CLUSTERS = "There are no clusters yet: + makes some."


class ClusterVerbs(RunScreen, Copying, Marking, GroupOrdering):
    """Changes which clusters there are, what they are called, and in which order they are."""

    THINGS = "clusters"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.table: ClusterTable | None = None
        self.rows: tuple[ClusterRow, ...] = ()
        self.place = ClusterPlace()

    # What a subclass shows --------------------------------------------------------------------

    def go_to(self, number: int) -> None:
        """Put the cursor on a cluster."""
        raise NotImplementedError

    @property
    def row(self) -> ClusterRow | None:
        """The cluster under the cursor."""
        if self.lines is None or not self.lines.key or self.table is None:
            return None
        return self.table.row(int(self.lines.key))

    def number(self) -> int | None:
        """The number of the cluster under the cursor."""
        return self.row.number if self.row is not None else None

    def numbers(self) -> Sequence[int]:
        """The numbers of the clusters that are listed."""
        return [row.number for row in self.rows]

    def filtered(self) -> Sequence[Filtered]:
        """What a filter sees of each cluster: its name, its words, what people did with it."""
        return [filtered_cluster(row) for row in self.table.rows] if self.table else []

    def say_marks(self) -> None:
        """Say how many are marked."""
        n = len(self.marks)
        merge = shown_key("merge")
        if n == 1:
            self.say(f"1 marked: mark those that belong to it, then {merge} merges them.")
        else:
            self.say(f"{n} marked: {merge} merges them, Esc clears." if n else "No marks.")

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
            self.unmark()
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

    @property
    def order(self) -> str:
        """The order that is shown."""
        return self.place.sort

    def order_by(self, sort: str) -> None:
        """Show another order; what is nearest has no other way round."""
        if sort.startswith("-near"):
            return
        self.place = replace(self.place, sort=sort)
        self.draw()
        self.say(f"Order: {sort_title(sort)}.")

    def action_neighbours(self) -> None:
        """List the clusters that lie nearest to this one first."""
        if self.row is not None:
            self.order_by(f"near {self.row.number}")

    # Work -------------------------------------------------------------------------------------

    def action_new_evaluation(self) -> None:
        """Ask how to cluster the failures of this run anew."""
        view = self.view
        if view is None:
            home, new = shown_key("go_home"), shown_key("new_evaluation")
            self.say(
                f"There is no run yet: {home} goes Home, {new} there evaluates a model.", "warn"
            )
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

    def copying(self) -> Callable[[], Copies] | None:
        """Return what reads the texts of the cluster under the cursor."""
        table, row = self.table, self.row
        if table is None or row is None:
            return None
        path = str(self.session.path.resolve())
        return lambda: cluster_copies(table, row, path)

    def action_save_view(self) -> None:
        """Save the cases of the cluster under a name: Cases and Plots show them by it."""
        if self.row is None:
            self.say(NO_CLUSTERS, "warn")
        else:
            self.save_cases_of(self.row.filter)

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
