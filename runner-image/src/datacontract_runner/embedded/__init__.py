"""The embedded warehouse: ClickHouse's HTTP interface over the same engine in this process. For trials and tests."""
