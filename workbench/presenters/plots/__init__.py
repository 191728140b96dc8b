"""Plots as they are drawn, walked through and told, one file a shape."""

from __future__ import annotations

from workbench.presenters.plots.bars import BarPicture
from workbench.presenters.plots.cells import MapPicture
from workbench.presenters.plots.cost import CostPicture
from workbench.presenters.plots.curve import CurvePicture
from workbench.presenters.plots.picture import Opening, Picture
from workbench.presenters.plots.training import TrainingPicture
from workbench.views.plots import Bars, CostPlot, Curve, MapPlot, Plot

__all__ = ["Opening", "Picture", "picture_of"]


def picture_of(plot: Plot) -> Picture:
    """Return how a plot is drawn."""
    if isinstance(plot, Bars):
        return BarPicture(plot)
    if isinstance(plot, Curve):
        return CurvePicture(plot)
    if isinstance(plot, MapPlot):
        return MapPicture(plot)
    if isinstance(plot, CostPlot):
        return CostPicture(plot)
    return TrainingPicture(plot)
