"""What acts: a small Kubernetes client and the execution of planned actions."""
