"""Users, roles, grants and row policies: what the engine enforces from a file, given back as SQL statements."""
