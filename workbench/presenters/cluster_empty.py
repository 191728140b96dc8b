"""What Clusters says where there is nothing to list yet."""

from __future__ import annotations

from workbench.views.case_view import CaseView, other_way
from workbench.views.keys.in_use import shown_key
from workbench.views.line import Line, Span


def no_cluster_lines(view: CaseView | None) -> tuple[Line, ...]:
    """Return line 2, then what makes clusters: first a run, then a clustering."""
    if view is None:
        return (
            Line((Span(" No run yet", "strong"),)),
            Line(()),
            Line((Span(" Clusters are made of a run's failures."),)),
            Line(()),
            home_line(),
        )
    other = other_way(view.direction)
    command = f"workbench cluster {view.run_id} --direction {view.direction}"
    return (
        Line((Span(f" {view.direction}  run {view.run_id}", "strong"), Span("  no clusters yet"))),
        Line(()),
        Line((Span(f" The {view.direction} failures of run {view.run_id} are not clustered."),)),
        Line(()),
        _key("new_evaluation", "clusters them here, in the background."),
        _key(
            "switch_direction",
            f"looks at the {other} failures,  {shown_key('choose_run')} at those of another run.",
        ),
        Line((Span(f" {command}", "accent"), Span("  does the same in a shell."))),
    )


def home_line() -> Line:
    """Say where a model is evaluated."""
    return _key("go_home", f"goes Home, where {shown_key('new_evaluation')} evaluates a model.")


def _key(verb: str, does: str) -> Line:
    return Line((Span(f" {shown_key(verb)}", "accent"), Span(f"  {does}")))
