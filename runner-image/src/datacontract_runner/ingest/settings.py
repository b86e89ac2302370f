"""Query settings of loads: strict where ClickHouse is lenient by default, whatever the account's profile says."""

from collections.abc import Mapping

READ: Mapping[str, str | int] = {
    # A value beyond its type's range is an error.
    "date_time_overflow_behavior": "throw",
    # ISO 8601 with T, Z and offsets; `basic` would refuse what every other system writes.
    "date_time_input_format": "best_effort",
    # NULL where none was promised is an error, not a zero.
    "input_format_null_as_default": 0,
    "insert_null_as_default": 0,
    "input_format_parquet_allow_missing_columns": 0,
    # An empty cell is NULL where NULL was promised.
    "input_format_csv_empty_as_default": 1,
    # Columns that nobody asked for are passed over; the report names them.
    "input_format_skip_unknown_fields": 1,
    "input_format_allow_errors_num": 0,
    "input_format_allow_errors_ratio": 0,
    # The columns are ours to say, not the target table's.
    "use_structure_from_insertion_table_in_table_functions": 0,
}
"""For reading a source."""

WRITE: Mapping[str, str | int] = {
    # An append that repeats an earlier batch adds its rows again, as it says.
    "insert_deduplicate": 0,
    "async_insert": 0,
}
"""For writing to a table."""

ONE_PARSER: Mapping[str, str | int] = {"input_format_parallel_parsing": 0, "max_threads": 1}
"""For counting rows right."""

IN_ORDER: Mapping[str, str | int] = {
    # One stream from the file to the table, so that a row's number tells its place in the file.
    "max_insert_threads": 1,
    "parallelize_output_from_storages": 0,
    "input_format_parquet_preserve_order": 1,
}
"""For reading rows in the order of the file."""

INFER: Mapping[str, str | int] = {
    # What was inferred for a file that has changed since must not be used again.
    "schema_inference_use_cache_for_file": 0,
    "schema_inference_use_cache_for_s3": 0,
    "schema_inference_use_cache_for_url": 0,
    # Asking is the first thing that a load does: a store that is not there shall be noticed in seconds. Reading itself
    # keeps ClickHouse's own patience.
    "s3_retry_attempts": 3,
    "http_max_tries": 3,
}
"""For asking which columns a source has."""

HEADER_ONLY: Mapping[str, str | int] = {"input_format_max_rows_to_read_for_schema_inference": 1}
"""For asking for names alone."""
