"""What runs: kopf's watches, the work queue, the probe of warehouses, metrics and logs."""
