"""Gets a session's connection ready for one request: roles, database, settings and tables that came along."""

from dataclasses import dataclass

from datacontract_runner.embedded.access.model import Access, NameSet, User
from datacontract_runner.embedded.access.roles_on import engine_roles, roles_on
from datacontract_runner.embedded.connection import Connection
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.inserts import load_external
from datacontract_runner.embedded.request import Request
from datacontract_runner.embedded.sessions import Session
from datacontract_runner.embedded.settings import apply_settings
from datacontract_runner.sql import columns, identifier, literal


@dataclass(frozen=True)
class Turn:
    """What one request works with: who asks, on which connection, and the statement as far as it has been read."""

    request: Request
    user: User
    session: Session
    connection: Connection
    text: bytes
    query_id: str


def prepare(engine: Engine, request: Request, user: User, session: Session) -> Connection:
    """Opens the session's connection if need be and makes it what the request wants. The caller holds a lease.

    Raises:
        Rejection: for a role, database or setting that does not exist or is not the user's.
    """
    access = engine.in_force
    connection = session.use(engine, lambda fresh: _furnish(fresh, access, user))
    chosen = NameSet(names=request.roles) if request.roles else session.roles
    wanted = engine_roles(access, user, chosen)
    if session.engine_roles != wanted:
        connection.query(f"SET ROLE {columns(wanted)}")
        session.engine_roles = wanted
    database = request.headers.get("x-clickhouse-database") or request.parameter("database")
    if database and database != session.database:
        connection.query(f"USE {identifier(database)}")
    session.database = database or None
    apply_settings(session, connection, request.settings)
    for table in request.external:
        load_external(connection, table)
    return connection


def _furnish(connection: Connection, access: Access, user: User) -> None:
    """What a new connection gets: the settings of the user and of their roles, and their database."""
    roles = [role for name in roles_on(access, user, None) if (role := access.role(name))]
    settings = dict(pair for grantee in (*roles, user) for pair in grantee.settings)
    if settings:
        connection.query(f"SET {', '.join(f'{identifier(n)} = {literal(v)}' for n, v in settings.items())}")
    if user.default_database:
        connection.query(f"USE {identifier(user.default_database)}")
