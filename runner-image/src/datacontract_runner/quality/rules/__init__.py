"""From the contract's rules to checks: one file per kind of rule."""
