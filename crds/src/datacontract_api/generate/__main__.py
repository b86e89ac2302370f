"""`python -m datacontract_api.generate [--check] [--root DIR]`: writes the generated files, or names the stale."""

import argparse
import sys
from pathlib import Path

from datacontract_api.generate.files import ROOT, stale_files, write_files


def main(arguments: list[str]) -> int:
    """Returns the exit code: 1 when ``--check`` finds stale files."""
    parser = argparse.ArgumentParser(prog="python -m datacontract_api.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout")
    options = parser.parse_args(arguments)
    if not options.check:
        for path in write_files(options.root):
            print(f"wrote {path}")
        return 0
    stale = stale_files(options.root)
    for path in stale:
        print(f"{path} is stale: run `python -m datacontract_api.generate`")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
