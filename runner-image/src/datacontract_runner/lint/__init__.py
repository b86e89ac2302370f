"""Lint: what is wrong with a contract that its models alone cannot see, with file, line and column."""

from datacontract_runner.lint.run import lint
from datacontract_runner.lint.subject import Finding

__all__ = ["Finding", "lint"]
