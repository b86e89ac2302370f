"""The generator: CRDs, JSON Schemas for editors and docs/reference.md, all from the models."""
