"""The commands, one a file; each is a short body over `workbench.workers` and `store`."""
