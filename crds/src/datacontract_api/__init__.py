"""The API of datacontract.dev/v1alpha1: models, conditions, errors and reports, for the operator and the runner."""
