"""A small world of everyday scenes: sampled, drawn, captioned, and known exactly."""
