"""Screens: one job each, data only through the session."""
