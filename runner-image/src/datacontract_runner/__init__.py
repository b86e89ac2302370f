"""What happens inside a run: ingest, transform, validate, publish and govern, and the command `contractctl`."""
