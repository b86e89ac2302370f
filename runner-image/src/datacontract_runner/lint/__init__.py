"""Lint: what is wrong with a contract that its models alone cannot see, with file, line and column."""
