"""What can be swapped: models, dataset readers, labelers and exporters, behind `plugins.api`."""
