"""Change who works in a merchant's team."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError, NotFoundError
from merchants import locks
from merchants.enums import Role
from merchants.models import Membership


class PersonUnknownError(InvalidInputError):
    code = "person_unknown"
    message = _("Nobody has an account with this e-mail address yet. Ask them to create one, then add them here.")


class AlreadyMemberError(DomainError):
    code = "already_member"
    message = _("This person is in your team already.")


class LastOwnerError(DomainError):
    code = "last_owner"
    message = _("A team needs an owner. Make somebody else an owner first.")


def _checked_role(role: str) -> Role:
    if role not in Role.values:
        raise InvalidInputError(_("Choose a role."))
    return Role(role)


def _find(team: list[Membership], membership_id: int) -> Membership:
    found = next((one for one in team if one.pk == membership_id), None)
    if found is None:
        raise NotFoundError
    return found


def _keep_an_owner(team: list[Membership], leaving: Membership) -> None:
    if not any(one.role == Role.OWNER and one.pk != leaving.pk for one in team):
        raise LastOwnerError


@transaction.atomic
def add_member(*, merchant_id: int, email: str, role: str, actor: Actor, now: datetime) -> Membership:
    """
    Give a person with an account a role in the team.

    :raises PersonUnknownError: no active account has this address
    :raises AlreadyMemberError: they are in the team
    """
    wanted = _checked_role(role)
    user = get_user_model().objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise PersonUnknownError
    if any(one.user_id == user.pk for one in locks.lock_team(merchant_id)):
        raise AlreadyMemberError
    membership = Membership.objects.create(user=user, merchant_id=merchant_id, role=wanted)
    audit.record(actor, "member added", membership, now=now, role=wanted)
    return membership


@transaction.atomic
def change_role(*, merchant_id: int, membership_id: int, role: str, actor: Actor, now: datetime) -> Membership:
    """
    Change a member's role.

    :raises NotFoundError: not of this team
    :raises LastOwnerError: the team would be without an owner
    """
    wanted = _checked_role(role)
    team = locks.lock_team(merchant_id)
    membership = _find(team, membership_id)
    before = membership.role
    if before == wanted:
        return membership
    if before == Role.OWNER:
        _keep_an_owner(team, membership)
    membership.role = wanted
    membership.save(update_fields=["role"])
    audit.record(actor, "role changed", membership, now=now, before=before, after=wanted)
    return membership


@transaction.atomic
def remove_member(*, merchant_id: int, membership_id: int, actor: Actor, now: datetime) -> None:
    """
    Take a person out of the team.

    :raises NotFoundError: not of this team
    :raises LastOwnerError: the team would be without an owner
    """
    team = locks.lock_team(merchant_id)
    membership = _find(team, membership_id)
    if membership.role == Role.OWNER:
        _keep_an_owner(team, membership)
    audit.record(actor, "member removed", membership, now=now, role=membership.role)
    membership.delete()
