"""The rows of a list of cases, read a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence, Set

from workbench.views.case import CaseRow

PAGE = 64
PAGES_KEPT = 24

Fetch = Callable[["array[int]"], Sequence[CaseRow]]


class CasePages:
    """Keeps the pages that were read last; `ids` are all cases of the list, in their order."""

    def __init__(self, fetch: Fetch) -> None:
        self.ids = array("q")
        self._fetch = fetch
        self._pages: dict[int, dict[int, CaseRow]] = {}

    def row(self, index: int) -> CaseRow | None:
        """Return a row, reading its page if need be; None for a case that is gone."""
        page = index // PAGE
        if page not in self._pages:
            self._read(page)
        return self._pages.get(page, {}).get(self.ids[index])

    def read_around(self, index: int) -> None:
        """Read the pages before and after the one of a row."""
        here = index // PAGE
        for page in (here + 1, here - 1):
            if 0 <= page * PAGE < len(self.ids) and page not in self._pages:
                self._read(page)

    def forget(self) -> None:
        """Read every page again when it is needed."""
        self._pages.clear()

    def drop(self, query_ids: Set[int]) -> Iterator[int]:
        """Forget the pages that have some of the cases; yields where these are in the list."""
        for page in [n for n, rows in self._pages.items() if not query_ids.isdisjoint(rows)]:
            del self._pages[page]
            for at, query_id in enumerate(self._ids_of(page), page * PAGE):
                if query_id in query_ids:
                    yield at

    def _read(self, page: int) -> None:
        rows = self._fetch(self._ids_of(page))
        self._pages[page] = {row.query_id: row for row in rows}
        while len(self._pages) > PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))

    def _ids_of(self, page: int) -> array[int]:
        return self.ids[page * PAGE : (page + 1) * PAGE]
