"""Job kinds: what a job does, one kind a file."""
