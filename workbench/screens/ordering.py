"""The order of a table: one verb for each column, a capital or `o o` goes the other way round."""

from __future__ import annotations

from workbench.screens.frame import WorkbenchScreen


class Ordering(WorkbenchScreen):
    """`order` is the name of a column, with `-` in front of it the other way round."""

    @property
    def order(self) -> str:
        """The order that is shown."""
        raise NotImplementedError

    def order_by(self, sort: str) -> None:
        """Show another order and say which."""
        raise NotImplementedError

    def sort(self, sort: str, backwards: bool) -> None:
        """Order by a column, or the other way round."""
        if backwards:
            sort = sort[1:] if sort.startswith("-") else f"-{sort}"
        self.order_by(sort)

    def action_sort_reverse(self) -> None:
        """Reverse the order."""
        self.sort(self.order, backwards=True)


class GroupOrdering(Ordering):
    """The orders that groups of queries have, on Clusters and Slices."""

    def action_sort_size(self, backwards: bool = False) -> None:
        """Order by how many there are."""
        self.sort("size", backwards)

    def action_sort_lift(self, backwards: bool = False) -> None:
        """Order by lift."""
        self.sort("lift", backwards)

    def action_sort_miss_rate(self, backwards: bool = False) -> None:
        """Order by the share that is missed."""
        self.sort("miss", backwards)

    def action_sort_unlabelled(self, backwards: bool = False) -> None:
        """Order by how many failures nobody has labelled."""
        self.sort("unlabelled", backwards)


class JobOrdering(Ordering):
    """The orders that jobs have."""

    def action_sort_queue(self) -> None:
        """Order the jobs as they run: what runs, the queue, what ended."""
        self.order_by("")

    def action_sort_id(self, backwards: bool = False) -> None:
        """Order by id, the newest first."""
        self.sort("id", backwards)

    def action_sort_time(self, backwards: bool = False) -> None:
        """Order by when they last moved, the newest first."""
        self.sort("time", backwards)

    def action_sort_kind(self, backwards: bool = False) -> None:
        """Order by kind."""
        self.sort("kind", backwards)

    def action_sort_device(self, backwards: bool = False) -> None:
        """Order by device."""
        self.sort("device", backwards)

    def action_sort_state(self, backwards: bool = False) -> None:
        """Order by state."""
        self.sort("state", backwards)
