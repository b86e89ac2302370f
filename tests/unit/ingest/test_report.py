"""What the stage ingest reports."""

from datacontract_api.load import LoadMode
from datacontract_runner.ingest import Loaded
from datacontract_runner.stages.ingest import counts, message


def test_the_report_says_what_was_loaded_from_where_and_what_was_left() -> None:
    loaded = Loaded(12345, "file a.csv (CSVWithNames)", files=2, bytes=99, ignored=("x", "y"), absent=("z",))
    assert message(loaded, "raw", LoadMode.APPEND) == (
        "12,345 rows into raw (append) from file a.csv (CSVWithNames). "
        "Columns of the source that nobody asked for: x, y. "
        "Columns that the source did not show and that are NULL: z."
    )
    assert counts(loaded) == {"rows": 12345, "files": 2, "bytes": 99}


def test_what_is_not_known_is_not_counted() -> None:
    assert counts(Loaded(0, "postgres h:5432/d, table public.t")) == {"rows": 0}
