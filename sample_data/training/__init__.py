"""Training and evaluation of the small CLIP that is shipped with the sample data."""
