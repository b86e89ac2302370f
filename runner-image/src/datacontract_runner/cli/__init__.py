"""The command `contractctl`: one file per call, and what they share: options, surroundings, output."""
