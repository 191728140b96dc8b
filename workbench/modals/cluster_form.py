"""The form that clusters the failures of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from textual.widget import Widget
from textual.widgets import Static

from workbench.modals.form import FormOverlay
from workbench.presenters.text import plain
from workbench.session import SessionError
from workbench.widgets.choice_field import ChoiceField
from workbench.widgets.text_field import TextField

FEATURES = (
    ("query", "query", "what is asked for; the only ones with miss rate and lift"),
    ("difference", "difference", "what is asked for less what came instead"),
    ("both", "both", "the query and the difference"),
)
PROJECTIONS = (
    ("pca", "pca", "at once; the two widest directions"),
    ("tsne", "tsne", "neighbours stay neighbours; slower"),
    ("umap", "umap", "needs the package umap-learn"),
)


@dataclass(frozen=True, slots=True)
class ClusterWish:
    """How to cluster; `k` None chooses the number by silhouette."""

    k: int | None
    features: str
    at_k: int
    where: str
    projection: str

    def params(self) -> dict[str, Any]:
        """Return it as the session takes it."""
        return {name: getattr(self, name) for name in self.__slots__}


class ClusterForm(FormOverlay[ClusterWish]):
    """Asks how many clusters of what; `check` returns a filter in its canonical form."""

    AUTO_FOCUS = "#k"

    def __init__(
        self, title: str, check: Callable[[str], str], before: ClusterWish | None = None
    ) -> None:
        """Take `before` from a queued job that is edited."""
        super().__init__()
        self._before = before or ClusterWish(None, "query", 1, "", "pca")
        self.TITLE_TEXT = plain(title)  # type: ignore[misc]
        self._check = check

    def fields(self) -> Iterable[tuple[str, Widget]]:
        """Return the fields."""
        maps = PROJECTIONS if find_spec("umap") is not None else PROJECTIONS[:2]
        now = self._before
        k = "auto" if now.k is None else str(now.k)
        yield "clusters", TextField(k, placeholder="auto, or a number", id="k")
        yield "features", ChoiceField(FEATURES, at=_at(FEATURES, now.features), id="features")
        yield "miss: rank>", TextField(str(now.at_k), id="at_k")
        hint = "every query; or len>12, cat:CNT .."
        yield "where", TextField(now.where, placeholder=hint, id="where")
        yield "map", ChoiceField(maps, at=_at(maps, now.projection), id="projection")
        hint = "Names that people gave stay with their failures. The job goes on when you leave."
        yield "", Static(hint, classes="hint", markup=False)

    def start(self) -> None:
        """Dismiss with the wish, or say which field is wrong."""
        k, at_k = (self.query_one(f"#{name}", TextField).value.strip() for name in ("k", "at_k"))
        if k != "auto" and not re.fullmatch("[1-9][0-9]{0,4}", k):
            self.refuse(f"{plain(k) or 'Nothing'} is neither auto nor a number of clusters.")
            return
        if not re.fullmatch("[1-9][0-9]{0,3}", at_k):
            self.refuse("A miss is a rank above a whole number: 1, 5 or 10.")
            return
        try:
            where = self._check(self.query_one("#where", TextField).value)
        except SessionError as error:
            self.refuse(str(error))
            return
        self.dismiss(
            ClusterWish(
                k=None if k == "auto" else int(k),
                features=self.query_one("#features", ChoiceField).value,
                at_k=int(at_k),
                where=where,
                projection=self.query_one("#projection", ChoiceField).value,
            )
        )


def _at(choices: Sequence[tuple[str, str, str]], value: str) -> int:
    return next((at for at, choice in enumerate(choices) if choice[0] == value), 0)
