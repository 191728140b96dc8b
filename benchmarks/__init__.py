"""Measurements that write themselves into docs/benchmarks.md: ``python -m benchmarks.NAME``."""
