"""Rows as the rest of the program sees them: frozen, typed, free of SQL; an aggregate a file."""
