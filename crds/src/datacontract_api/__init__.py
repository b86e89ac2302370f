"""The API of datacontract.dev/v1alpha1: its models, conditions, errors and reports, shared by the operator and the runner."""
