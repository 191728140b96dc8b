"""The queue and its workers: when and where a job runs, and whether it still lives."""
