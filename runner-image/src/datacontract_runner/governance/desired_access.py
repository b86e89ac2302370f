"""What the contract wants of access: roles, grants, row policies, masking views. Purely computational."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from datacontract_api.contract import DataContract
from datacontract_api.errors import InvalidValue, RuleViolated
from datacontract_api.governance import AccessRule, MaskingMethod, PiiAccess
from datacontract_api.schema import SchemaObject
from datacontract_api.warehouse import WarehouseSpec
from datacontract_runner import sql
from datacontract_runner.governance.masking import masked
from datacontract_runner.governance.model import (
    ALL_ROWS,
    Access,
    Column,
    Holding,
    MaskingView,
    Object,
    Policy,
    Rights,
)
from datacontract_runner.governance.names import accounts_policy, masked_twin, role_name
from datacontract_runner.lint.expressions import expression


@dataclass(frozen=True)
class Permission:
    """One rule of the contract for one table, with the place where it stands."""

    rule: AccessRule
    table: SchemaObject
    object: Object
    role: str
    field: str

    @property
    def filter(self) -> str:
        """Its row filter, `ALL_ROWS` when it has none.

        Raises:
            InvalidValue: it is not exactly one expression.
        """
        if self.rule.rows is None:
            return ALL_ROWS
        try:
            return expression(self.rule.rows)
        except InvalidValue as error:
            raise InvalidValue(error.message, remedy=error.remedy, field=f"{self.field}.rows") from None


def permissions(contract: DataContract, warehouse: WarehouseSpec) -> tuple[Permission, ...]:
    """Every rule of the contract, table by table.

    Raises:
        RuleViolated: two rules for one role and table: which columns with which rows would be a guess.
    """
    found: dict[Holding, Permission] = {}
    promised = {schema_object.table: schema_object for schema_object in contract.spec.schema_}
    for number, rule in enumerate(contract.spec.governance.access):
        role, field = role_name(warehouse, rule.role), f"spec.governance.access[{number}]"
        for table in rule.tables:
            holding = Holding(role, Object(contract.database, table))
            if earlier := found.get(holding):
                raise RuleViolated(
                    f"role {rule.role} and table {table} have a rule already, {earlier.field}.",
                    remedy="Join the two rules into one.",
                    field=field,
                )
            target = masked_twin(holding.object) if rule.pii is PiiAccess.MASKED else holding.object
            found[holding] = Permission(rule, promised[table], target, role, field)
    return tuple(found.values())


def desired_access(
    contract: DataContract, warehouse: WarehouseSpec, columns: Mapping[str, Iterable[Column]], account: str
) -> Access:
    """The access that the contract wants.

    Args:
        contract: the contract.
        warehouse: role prefix and definer.
        columns: the real columns of its tables, by table; a table that does not exist is left out.
        account: the account that we connect as.

    Raises:
        RuleViolated: rules that contradict each other.
        InvalidValue: a masking method that does not fit its column, or a row filter that is no single expression.
    """
    check_masking_names_pii(contract)
    wanted = [p for p in permissions(contract, warehouse) if p.table.table in columns]
    views = {p.table.table: p.table for p in wanted if p.rule.pii is PiiAccess.MASKED}
    definer = warehouse.definer or account
    return Access(
        roles=frozenset(permission.role for permission in wanted),
        rights={Holding(p.role, p.object): rights for p in wanted if (rights := _rights(p, columns[p.table.table]))},
        policies=frozenset(_policies(wanted, warehouse.role_prefix, frozenset({account, definer}))),
        views=frozenset(_view(contract, table, columns[name], definer) for name, table in views.items()),
        databases=frozenset({masked_twin(Object(contract.database, name)).database for name in views}),
    )


def check_masking_names_pii(contract: DataContract) -> None:
    """Refuses a masking method for a column that nothing masks: its author believes it hidden.

    Raises:
        RuleViolated: naming the column.
    """
    personal = {c.name for schema_object in contract.spec.schema_ for c in schema_object.properties if c.is_pii}
    for column in contract.spec.governance.masking:
        if column not in personal:
            raise RuleViolated(
                f"column {column} has a masking method but no promised table tags it pii, so nothing masks it.",
                remedy="Tag the column pii, or remove the method.",
                field=f"spec.governance.masking.{column}",
            )


def _rights(permission: Permission, columns: Iterable[Column]) -> Rights:
    if permission.rule.pii is not PiiAccess.NONE:
        return Rights(whole=True)
    return Rights(columns=frozenset(c.name for c in columns if _is_open(permission.table, c.name)))


def _is_open(table: SchemaObject, column: str) -> bool:
    """Whether a column is promised and not personal; what is not promised has not been judged, so it is not shown."""
    promised = table.column(column)
    return promised is not None and not promised.is_pii


def _policies(wanted: list[Permission], prefix: str, accounts: frozenset[str]) -> Iterator[Policy]:
    """One policy per role on every object that has a filter, and one for our own accounts.

    Who has no filter gets a policy that shows all rows: a server may be set to show no rows to whom no policy names,
    and a user who holds a filtered and an unfiltered role reads what either of them reads.
    """
    for target in {permission.object for permission in wanted if permission.rule.rows is not None}:
        yield Policy(target, accounts_policy(prefix), ALL_ROWS, accounts)
        for permission in wanted:
            if permission.object == target:
                yield Policy(target, permission.role, permission.filter, frozenset({permission.role}))


def _view(contract: DataContract, table: SchemaObject, columns: Iterable[Column], definer: str) -> MaskingView:
    source = Object(contract.database, table.table)
    shown = tuple((c.name, _shown(contract, table, c)) for c in columns if table.column(c.name))
    return MaskingView(masked_twin(source), source, definer, shown)


def _shown(contract: DataContract, table: SchemaObject, column: Column) -> str:
    if _is_open(table, column.name):
        return sql.identifier(column.name)
    masking = contract.spec.governance.masking.get(column.name)
    return masked(column.name, column.type, masking.method if masking else MaskingMethod.REDACT)
