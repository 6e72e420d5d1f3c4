"""Who may open the back office: members of a merchant, by role; anybody else is told that it does not exist."""

from django.http import HttpRequest

from backmarket.core.policies import Policy

from .enums import Role
from .models import Membership
from .selectors import members

SESSION_KEY = "merchant"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def membership_of(request: HttpRequest) -> Membership | None:
    """Find the membership in use: the one chosen in this session, else the first."""
    if not request.user.is_authenticated:
        return None
    memberships = members.memberships_of(request.user.pk)
    chosen = request.session.get(SESSION_KEY)
    current = next((one for one in memberships if one.merchant_id == chosen), None)
    return current or next(iter(memberships), None)


def _allows(request: HttpRequest, roles: tuple[Role, ...], *, is_open: bool) -> bool:
    membership = membership_of(request)
    if membership is None:
        return False
    request.merchant = membership.merchant  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]
    if is_open and request.method in SAFE_METHODS:
        return True
    return membership.role in (Role.OWNER, *roles)


def member(*roles: Role) -> Policy:
    """
    Allow the owner and members of these roles, and put `merchant` and `membership` on the request.

    Every other member may look, and change nothing.
    """
    return Policy(f"member:{','.join(roles)}", lambda request: _allows(request, roles, is_open=True))


def only(*roles: Role) -> Policy:
    """Allow the owner and members of these roles alone, to look as well."""
    return Policy(f"only:{','.join(roles)}", lambda request: _allows(request, roles, is_open=False))


def any_member() -> Policy:
    """Allow everybody who belongs to a merchant."""
    return Policy("member", lambda request: _allows(request, tuple(Role), is_open=True))
