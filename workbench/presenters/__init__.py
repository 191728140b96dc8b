"""Pure functions from records to what a widget draws."""
