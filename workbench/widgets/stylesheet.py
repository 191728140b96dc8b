"""Styles that are parsed once: the library parses all of them three times for every new screen."""

from __future__ import annotations

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_parsed: dict[tuple[object, ...], list[RuleSet]] = {}
"""Rules by the colours and the text that they came from; nothing changes a rule later."""


class ParsedOnce(Stylesheet):
    """A stylesheet that remembers what it parsed, for every theme.

    The library's own forgets it at each call of `set_variables`, and `App.switch_mode` calls that
    twice for a screen that is shown for the first time, with the colours that it already has.
    """

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the colours of a theme; nothing has to be parsed if they are the same."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Put the rules together. No file is edited while it runs, so no copy has to be tried."""
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        colours = tuple(self._variables.items())
        key = (colours, css, read_from, is_default_rules, tie_breaker, scope)
        if key not in _parsed:
            _parsed[key] = super()._parse_rules(
                css, read_from, is_default_rules, tie_breaker, scope
            )
        return _parsed[key]
