"""`python -m datacontract_operator`: the process in the operator's pod."""

import asyncio
import sys

from datacontract_operator.settings import read_settings
from datacontract_operator.shell.logs import configure_logging
from datacontract_operator.shell.run import run


def main() -> None:
    """Runs the operator until a signal; a wrong setting ends it with a sentence."""
    try:
        settings = read_settings()
    except ValueError as error:
        sys.exit(str(error))
    configure_logging(settings.log_level)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
