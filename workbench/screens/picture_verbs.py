"""How pictures are drawn: the same choice on every screen that has some."""

from __future__ import annotations

import os

from textual import events
from textual.screen import ModalScreen

from workbench.screens.frame import WorkbenchScreen
from workbench.widgets.picture import Picture
from workbench.widgets.picture_mode import MODES, PictureMode, next_mode


class PictureVerbs(WorkbenchScreen):
    """A screen with pictures."""

    @property
    def picture_mode(self) -> PictureMode:
        """How pictures are to be drawn."""
        mode = self.shell.image_mode
        return mode if mode in MODES else "auto"

    def on_screen_suspend(self) -> None:
        """Take the pictures away, unless a dialog lies over them."""
        if not isinstance(self.app.screen, ModalScreen):
            for picture in self.query(Picture):
                picture.veil()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show the pictures again behind all the rest."""
        for picture in self.query(Picture):
            picture.unveil()

    def set_picture_mode(self) -> None:
        """Hand the mode to the pictures."""
        for picture in self.query(Picture):
            picture.mode = self.picture_mode

    def action_redraw(self) -> None:
        """Draw the screen again, and hand it the pictures anew."""
        super().action_redraw()
        for picture in self.query(Picture):
            picture.again()

    def action_image_mode(self) -> None:
        """Draw pictures in the next way."""
        mode = next_mode(self.picture_mode, os.environ)
        self.shell.image_mode = mode
        self.set_picture_mode()
        shown = next((p.drawing for p in self.query(Picture)), mode)
        self.say(f"Images: {mode}" + (f" ({shown})" if mode == "auto" else "") + ".")
