"""Clusters of failures: features, k-means, and what tells one cluster from the others."""
