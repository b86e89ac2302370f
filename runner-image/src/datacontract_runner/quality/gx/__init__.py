"""Great Expectations' own engine on ClickHouse, for the expectations that do not compile. Imported only for those."""
