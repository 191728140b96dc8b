"""What Clusters says where there is nothing to list yet."""

from __future__ import annotations

from workbench.views.case_view import CaseView, other_way
from workbench.views.line import Line, Span


def no_cluster_lines(view: CaseView | None) -> tuple[Line, ...]:
    """Return line 2, then what makes clusters: first a run, then a clustering."""
    if view is None:
        return (
            Line((Span(" No run yet", "strong"),)),
            Line(()),
            Line((Span(" Clusters are made of a run's failures."),)),
            Line(()),
            _key("g h", "goes Home, where + evaluates a model."),
        )
    other = other_way(view.direction)
    command = f"workbench cluster {view.run_id} --direction {view.direction}"
    return (
        Line((Span(f" {view.direction}  run {view.run_id}", "strong"), Span("  no clusters yet"))),
        Line(()),
        Line((Span(f" The {view.direction} failures of run {view.run_id} are not clustered."),)),
        Line(()),
        _key("+", "clusters them here, in the background."),
        _key("V", f"looks at the {other} failures,  C at those of another run."),
        Line((Span(f" {command}", "accent"), Span("  does the same in a shell."))),
    )


def _key(key: str, does: str) -> Line:
    return Line((Span(f" {key}", "accent"), Span(f"  {does}")))
