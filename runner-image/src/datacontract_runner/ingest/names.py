"""Names that a load uses for itself, which no contract can have."""

from datacontract_api.scalars import STAGE_INFIX

INCOMING = f"{STAGE_INFIX}incoming"
"""Table in the stage that a streamed file goes to before it is converted."""
BATCH = f"{STAGE_INFIX}batch"
"""Table in the stage that holds the rows of an upsert."""
WINNERS = f"{STAGE_INFIX}winners"
"""Table in the stage that holds one row per key of an upsert."""

FILE_COLUMN = "\tfile"
"""Column of BATCH: which of the files a row is from. A column of a contract has no control characters."""
PATH_COLUMN = "\tpath"
"""Column of BATCH: the path of the document that a row is from."""
ROW_COLUMN = "\trow"
"""Column of INCOMING and BATCH: a row's place in its document."""
