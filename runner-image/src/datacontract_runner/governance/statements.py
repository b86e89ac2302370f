"""The SQL of governance: one function per statement. Purely computational, no side effects."""

from collections.abc import Iterable

from datacontract_runner import sql
from datacontract_runner.governance.model import MaskingView, Object, Policy
from datacontract_runner.governance.names import on_cluster
from datacontract_runner.governance.view_select import render_select

SELECT = "SELECT"


class Statements:
    """Statements for one server or one cluster.

    Args:
        cluster: name of the cluster to run them on; None for a single server.
    """

    def __init__(self, cluster: str | None = None) -> None:
        self.everywhere = on_cluster(cluster)

    def create_database(self, name: str) -> str:
        """A database for masking views."""
        return f"CREATE DATABASE IF NOT EXISTS {sql.identifier(name)}{self.everywhere}"

    def create_role(self, role: str) -> str:
        """A role without rights."""
        return f"CREATE ROLE IF NOT EXISTS {sql.identifier(role)}{self.everywhere}"

    def drop_role(self, role: str) -> str:
        """Drops a role."""
        return f"DROP ROLE IF EXISTS {sql.identifier(role)}{self.everywhere}"

    def grant(self, target: Object, role: str, columns: Iterable[str] | None = None) -> str:
        """SELECT on an object, or on some of its columns."""
        return f"GRANT{self.everywhere} {_select(columns)} ON {target.sql} TO {sql.identifier(role)}"

    def revoke(self, target: Object, role: str, columns: Iterable[str] | None = None) -> str:
        """Takes SELECT on an object, or on some of its columns, away."""
        return f"REVOKE{self.everywhere} {_select(columns)} ON {target.sql} FROM {sql.identifier(role)}"

    def revoke_privileges(self, target: Object, role: str, privileges: Iterable[str]) -> str:
        """Takes privileges, in ClickHouse's own words, away."""
        return f"REVOKE{self.everywhere} {', '.join(sorted(privileges))} ON {target.sql} FROM {sql.identifier(role)}"

    def revoke_grant_option(self, target: Object, role: str) -> str:
        """Takes away the right to pass rights on."""
        return f"REVOKE{self.everywhere} GRANT OPTION FOR ALL ON {target.sql} FROM {sql.identifier(role)}"

    def create_policy(self, policy: Policy) -> str:
        """Creates or replaces a permissive row policy."""
        name = f"{sql.identifier(policy.name)}{self.everywhere} ON {policy.object.sql}"
        targets = sql.columns(sorted(policy.targets))
        return f"CREATE ROW POLICY OR REPLACE {name} AS PERMISSIVE FOR SELECT USING ({policy.using}) TO {targets}"

    def drop_policy(self, policy: Policy) -> str:
        """Drops a row policy."""
        return f"DROP ROW POLICY IF EXISTS {sql.identifier(policy.name)}{self.everywhere} ON {policy.object.sql}"

    def create_view(self, view: MaskingView) -> str:
        """Creates or replaces a masking view."""
        return (
            f"CREATE OR REPLACE VIEW {view.object.sql}{self.everywhere} "
            f"DEFINER = {sql.identifier(view.definer)} SQL SECURITY DEFINER AS {render_select(view)}"
        )

    def drop_view(self, view: Object) -> str:
        """Drops a view."""
        return f"DROP VIEW IF EXISTS {view.sql}{self.everywhere} SYNC"

    def set_comments(self, table: Object, comment: str | None, columns: dict[str, str]) -> str:
        """Comments of a table and its columns, at once."""
        parts = [] if comment is None else [f"MODIFY COMMENT {sql.literal(comment)}"]
        parts += [f"COMMENT COLUMN {sql.identifier(name)} {sql.literal(text)}" for name, text in columns.items()]
        return f"ALTER TABLE {table.sql}{self.everywhere} {', '.join(parts)}"

    def set_ttl(self, table: Object, expression: str) -> str:
        """Sets or removes a table's TTL. Rows are not rewritten for it: merges apply it as they come."""
        if not expression:
            return f"ALTER TABLE {table.sql}{self.everywhere} REMOVE TTL"
        lazily = "SETTINGS materialize_ttl_after_modify = 0"
        return f"ALTER TABLE {table.sql}{self.everywhere} MODIFY TTL {expression} {lazily}"

    def set_definer(self, view: Object, definer: str) -> str:
        """Makes a view read with the rights of an account instead of the reader's."""
        account = sql.identifier(definer)
        return f"ALTER TABLE {view.sql}{self.everywhere} MODIFY DEFINER = {account} SQL SECURITY DEFINER"


def _select(columns: Iterable[str] | None) -> str:
    return SELECT if columns is None else f"{SELECT}({sql.columns(sorted(columns))})"
