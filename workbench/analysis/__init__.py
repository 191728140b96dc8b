"""Pure numerics without I/O: one subject a file, each imported by its own name."""
