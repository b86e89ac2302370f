"""The difference of one role's rights on one object. Purely computational, no side effects."""

from collections.abc import Iterator

from datacontract_runner.governance.model import Access, Change, ChangeKind, Holding, Rights
from datacontract_runner.governance.statements import Statements

NOTHING = Rights()


def plan_rights(desired: Access, observed: Access, prefix: str, write: Statements) -> Iterator[Change]:
    """Revokes and grants. Rights of roles without the prefix are left alone, whatever they are."""
    holdings = {*desired.rights, *observed.rights}
    for holding in sorted(holding for holding in holdings if holding.role.startswith(prefix)):
        have, want = observed.rights.get(holding, NOTHING), desired.rights.get(holding, NOTHING)
        if have == want:
            continue
        if statements := tuple(_restrictions(holding, have, want, write)):
            yield _change(holding, statements, True, f"{holding.role} loses what it reads beyond {_words(want)}")
        if statements := tuple(_grants(holding, have, want, write)):
            yield _change(holding, statements, False, f"{holding.role} may read {_words(want)}")


def _change(holding: Holding, statements: tuple[str, ...], restricts: bool, text: str) -> Change:
    return Change(ChangeKind.GRANT, str(holding.object), restricts, statements, f"{text} of {holding.object}")


def _words(rights: Rights) -> str:
    if rights.whole:
        return "all columns"
    return f"the columns {', '.join(sorted(rights.columns))}" if rights.columns else "nothing"


def _restrictions(holding: Holding, have: Rights, want: Rights, write: Statements) -> Iterator[str]:
    """What takes away; what the role keeps is there again at once."""
    if have.others:
        yield write.revoke_privileges(holding.object, holding.role, have.others)
    if have.grantable:
        yield write.revoke_grant_option(holding.object, holding.role)
    if want.whole:
        return
    if have.whole:
        yield write.revoke(holding.object, holding.role)
        if kept := want.columns - have.withheld:
            yield write.grant(holding.object, holding.role, kept)
    elif surplus := have.columns - want.columns:
        yield write.revoke(holding.object, holding.role, surplus)


def _grants(holding: Holding, have: Rights, want: Rights, write: Statements) -> Iterator[str]:
    if want.whole:
        if not have.whole or have.withheld:
            yield write.grant(holding.object, holding.role)
        return
    had = want.columns - have.withheld if have.whole else have.columns
    if missing := want.columns - had:
        yield write.grant(holding.object, holding.role, missing)
