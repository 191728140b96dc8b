"""Background work: the queue, the worker, and one job kind a file."""
