"""Models, one library a file."""
