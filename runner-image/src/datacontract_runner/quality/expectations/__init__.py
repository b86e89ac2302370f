"""Great Expectations' core catalogue: what each expectation takes, and how those that compile become SQL."""
