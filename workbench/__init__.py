"""A terminal workbench that shows why image-text retrieval models fail."""
