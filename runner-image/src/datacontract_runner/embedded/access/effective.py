"""What GRANT and REVOKE statements come to, by the engine's own account."""

from typing import TypeVar

from datacontract_runner.embedded.access.model import DEFAULT_USER, Access, Grantee, User
from datacontract_runner.embedded.access.users_xml import PROBE, engine_name, user_role
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.sql import identifier

_T = TypeVar("_T", bound=Grantee)


def known_as(grantee: Grantee) -> str:
    """The engine's role that holds the grantee's privileges."""
    return user_role(grantee.name) if isinstance(grantee, User) else engine_name(grantee.name)


def effective_privileges(listing: str, grantee: Grantee) -> list[tuple[str, str]]:
    """Reads what the engine answers to SHOW GRANTS.

    Args:
        listing: the answer, one statement a line.

    Returns:
        For each statement about privileges its parts before and after the grantee: ``GRANT SELECT ON a.b`` and
        `` WITH GRANT OPTION``. What every user holds on themselves is left out.
    """
    name = bare(known_as(grantee))
    own = f"GRANT SET DEFINER ON {bare(engine_name(grantee.name))}" if isinstance(grantee, User) else ""
    found = []
    for line in listing.split("\n"):
        head, _, tail = line.rpartition(f" FROM {name}" if line.startswith("REVOKE") else f" TO {name}")
        if head != own and (line.startswith("REVOKE") or " ON " in head):
            found.append((head, tail))
    return found


def compacted(root: Connection, access: Access) -> Access:
    """Replaces long histories of GRANT and REVOKE by what they come to, so that they do not grow for ever."""
    return access.model_copy(
        update={
            "roles": tuple(_compacted(root, role) for role in access.roles),
            "users": tuple(u if u.name == DEFAULT_USER else _compacted(root, u) for u in access.users),
        }
    )


def _compacted(root: Connection, grantee: _T) -> _T:
    if len(grantee.privileges) < 2:
        return grantee
    listing = root.text(f"SHOW GRANTS FOR {identifier(known_as(grantee))} FORMAT LineAsString")
    # Of ALL ON a.*, the engine also lists what is not about databases (READ ON a), in words that it does not read.
    found = [parts for parts in effective_privileges(listing, grantee) if _is_readable(root, *parts)]
    return grantee.model_copy(update={"privileges": tuple(head + tail for head, tail in found)})


def _is_readable(root: Connection, head: str, tail: str) -> bool:
    preposition = "FROM" if head.startswith("REVOKE") else "TO"
    return root.classify(f"{head} {preposition} {PROBE}{tail}").statements == 1


def bare(name: str) -> str:
    """A name as ClickHouse writes it: quoted only where it must be."""
    return name if name.isascii() and name.isidentifier() else identifier(name)
