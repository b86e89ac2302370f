"""Which roles are on for a user: by default, by ``SET ROLE`` and by the request's ``role``. Purely computational."""

from datacontract_runner.embedded.access.changes import require_role
from datacontract_runner.embedded.access.model import DEFAULT_USER, Access, NameSet, User
from datacontract_runner.embedded.access.users_xml import engine_name, user_role
from datacontract_runner.embedded.rejection import Rejection


def roles_on(access: Access, user: User, chosen: NameSet | None) -> tuple[str, ...]:
    """The user's roles that are on.

    Args:
        chosen: what SET ROLE or the request chose; None for the default roles.

    Raises:
        Rejection: code 511 for a role that does not exist, 512 for one that the user does not hold.
    """
    if chosen is None:
        return access.default_roles(user)
    held = access.granted_roles(user)
    for role in chosen.names:
        require_role(access, role)
        if role not in held:
            raise Rejection(
                512, f"Role {role} should be granted to set as a current one: {user.name} does not hold it."
            )
    return tuple(role for role in held if chosen.matches(role))


def engine_roles(access: Access, user: User, chosen: NameSet | None) -> tuple[str, ...]:
    """The roles to turn on at the engine: the user's own privileges and the roles.

    ``default`` may do everything; a role chosen by name puts that aside, so that the administrator can look at the
    warehouse as others do. (A server's administrator keeps their own rights; that would show nothing.)
    """
    roles = tuple(engine_name(role) for role in roles_on(access, user, chosen))
    narrowed = user.name == DEFAULT_USER and chosen is not None and bool(roles)
    return roles if narrowed else (user_role(user.name), *roles)
