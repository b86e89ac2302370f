"""The Kubernetes operator: observes contracts and their runs, plans purely, applies, and tells the truth in status."""
