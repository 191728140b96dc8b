"""The workspace on disk: SQLite, vectors and files. All SQL of the project lives here."""
