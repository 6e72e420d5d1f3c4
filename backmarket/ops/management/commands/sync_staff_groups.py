"""Give the staff groups their Django permissions; safe to repeat, run after every migrate."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

from backmarket.accounts.groups import AGENT, FINANCE, OPERATOR

# `app.model` or `app.*`: what may be done with it in the admin. Domain actions are guarded by group besides.
VIEW = ("view",)
WORK = ("view", "change")
ALL = ("view", "add", "change")
PERMISSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    AGENT: {
        "care.*": WORK,
        "checkout.*": VIEW,
        "catalog.*": VIEW,
        "notify.message": VIEW,
        "core.auditentry": VIEW,
    },
    FINANCE: {
        "payments.*": VIEW,
        "checkout.*": VIEW,
        "catalog.seller": VIEW,
        "merchants.merchant": VIEW,
        "core.auditentry": VIEW,
    },
    # People are only seen: who may change a user may make themselves superuser.
    OPERATOR: {
        "catalog.*": ALL,
        "merchants.*": ALL,
        "checkout.*": VIEW,
        "care.*": VIEW,
        "core.*": VIEW,
        "notify.*": VIEW,
        "accounts.user": VIEW,
    },
}


def permissions_of(group: str) -> set[Permission]:
    """Return the permissions that a group should have, of the models that exist."""
    wanted = PERMISSIONS[group]
    found = set()
    for permission in Permission.objects.select_related("content_type"):
        content = permission.content_type
        verbs = wanted.get(f"{content.app_label}.{content.model}") or wanted.get(f"{content.app_label}.*", ())
        if permission.codename in {f"{verb}_{content.model}" for verb in verbs}:
            found.add(permission)
    return found


class Command(BaseCommand):
    help = "Give the staff groups (agent, finance, operator) their permissions in the admin."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for name in PERMISSIONS:
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.set(permissions_of(name))
            self.stdout.write(f"{name}: {group.permissions.count()} permissions")
