"""Plots for a paper: matplotlib, an optional extra, imported only when a file is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.presenters.models_lines import AXES
from workbench.presenters.plot_scope import counted
from workbench.presenters.text import plain
from workbench.views.compare import Estimate
from workbench.views.plots import TITLES, Bars, CostPlot, Curve, MapPlot, Plot, PlotScope

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.views.plots import Training

BLUE, ORANGE, LIGHT = "#0072B2", "#D55E00", "#9ECAE9"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
"""Okabe-Ito: told apart by the colour-blind, and markers differ as well."""
MARKERS = "osv^D*PX"
SIZE = (7.0, 4.2)
"""Inches."""


def figure_of(plot: Plot, scope: PlotScope) -> Figure:
    """Draw a plot with its title and what it counts; raises ImportError without matplotlib."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    if isinstance(plot, Bars):
        _bars(plot, axes)
    elif isinstance(plot, Curve):
        _curve(plot, axes)
    elif isinstance(plot, MapPlot):
        _map(plot, axes)
    elif isinstance(plot, CostPlot):
        _cost(plot, axes)
    else:
        _training(plot, axes)
    axes.set_title(TITLES[plot.kind], loc="left", fontsize=11)
    figure.supxlabel(_literal(counted(scope)), fontsize=7, x=0.01, ha="left")
    return figure


def _bars(plot: Bars, axes: Axes) -> None:
    at = np.arange(len(plot.bars))
    shares = [bar.share for bar in plot.bars]
    solid = [(bar.n - bar.suggested) / max(1, plot.n) for bar in plot.bars]
    colours = [ORANGE if bar.quiet else BLUE for bar in plot.bars]
    categories = plot.kind == "categories"
    axes.bar(at, solid, color=colours, label="decided" if categories else None)
    if categories:
        hinted = [bar.suggested / max(1, plot.n) for bar in plot.bars]
        axes.bar(at, hinted, bottom=solid, color=LIGHT, hatch="//", label="suggested")
        axes.legend(frameon=False)
    heights = [share.value for share in shares]
    axes.errorbar(at, heights, yerr=_limits(shares), fmt="none", ecolor="black", lw=0.8, capsize=2)
    names = [_literal(plain(bar.name)) for bar in plot.bars]
    axes.set_xticks(at, names, rotation=45 if len(names) > 12 else 0)
    axes.set_ylabel(f"share of {plot.n:,}")
    axes.set_xlabel({"ranks": "rank", "margins": "margin, from"}.get(plot.kind, ""))


def _curve(plot: Curve, axes: Axes) -> None:
    ks = [point.k for point in plot.points]
    shares = [point.share for point in plot.points]
    values = [share.value for share in shares]
    axes.plot(ks, values, "o-", color=BLUE, ms=4)
    if ks:
        low, high = _limits(shares)
        axes.fill_between(
            ks, np.subtract(values, low), np.add(values, high), color=BLUE, alpha=0.2, lw=0
        )
        axes.set_xscale("log")
        axes.set_xticks(ks, [str(k) for k in ks], minor=False)
        axes.set_xticks([], minor=True)
    axes.set_xlabel("K")
    axes.set_ylabel("R@K")


def _map(plot: MapPlot, axes: Axes) -> None:
    for i, cluster in enumerate(sorted(set(plot.cluster.tolist()))):
        here = plot.cluster == cluster
        name = _literal(f"{cluster} {plain(plot.names.get(cluster, ''))[:40]}")
        axes.scatter(
            plot.x[here],
            plot.y[here],
            s=8,
            color=COLOURS[i % len(COLOURS)],
            marker=MARKERS[i % len(MARKERS)],
            label=name,
            lw=0,
        )
    axes.set_xticks([])
    axes.set_yticks([])
    if len(plot.query):
        axes.legend(frameon=False, fontsize=6, loc="center left", bbox_to_anchor=(1, 0.5))


def _cost(plot: CostPlot, axes: Axes) -> None:
    for point in plot.points:
        axes.plot(point.cost, point.quality, "*" if point.pareto else "o", color=BLUE, ms=8)
        name = _literal(f"{point.run_id} {point.name}")
        axes.annotate(
            name, (point.cost, point.quality), (5, 4), textcoords="offset points", fontsize=8
        )
    if plot.points:
        axes.set_xscale("log")
        axes.margins(x=0.2)
    axes.set_xlabel(AXES[plot.cost])
    axes.set_ylabel(plot.quality)


def _training(plot: Training, axes: Axes) -> None:
    losses = axes.twinx()
    for i, one in enumerate(plot.series):
        x, y = zip(*one.points, strict=True)
        side = axes if one.share else losses
        style = "-" if one.share else "--"
        name = _literal(plain(one.name))
        side.plot(x, y, style, color=COLOURS[i % len(COLOURS)], label=name, lw=1)
    axes.set_xlabel(_literal(plain(plot.step)))
    axes.set_ylabel("share")
    losses.set_ylabel("loss (dashed)")
    drawn = [line for side in (axes, losses) for line in side.get_lines()]
    if drawn:
        axes.legend(handles=drawn, frameon=False, fontsize=6)


def _limits(shares: list[Estimate]) -> tuple[list[float], list[float]]:
    """Return how far the intervals (n,) reach below and above; 0 where there is none."""
    low = [max(0.0, s.value - (s.value if s.low is None else s.low)) for s in shares]
    high = [max(0.0, (s.value if s.high is None else s.high) - s.value) for s in shares]
    return low, high


def _literal(text: str) -> str:
    """Return a text of which matplotlib reads nothing as a formula."""
    return text.replace("\\", "\\\\").replace("$", r"\$")
