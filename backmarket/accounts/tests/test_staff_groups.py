"""What staff may see follows from their groups."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.urls import reverse

from backmarket.accounts import groups
from backmarket.accounts.models import User

pytestmark = pytest.mark.django_db


def member(group: str, **fields: bool) -> User:
    user = User.objects.create_user(f"{group}@example.test", "x", **{"is_staff": True, **fields})
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


def test_every_permission_of_a_group_names_a_model():
    for permission in set().union(*groups.MAY.values()):
        app_label, codename = permission.split(".")
        assert apps.get_model(app_label, codename.removeprefix("view_"))


def test_groups_see_their_own_part_of_the_admin_and_no_other():
    agent, finance, operator = (member(group) for group in groups.ALL)

    assert [user.has_perm("care.view_ticket") for user in (agent, finance, operator)] == [True, False, True]
    assert [user.has_perm("payments.view_entry") for user in (agent, finance, operator)] == [False, True, True]
    assert [user.has_module_perms("payments") for user in (agent, finance, operator)] == [False, True, True]
    assert not any(user.has_perm("payments.change_entry") for user in (agent, finance, operator))


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_a_group_gives_nothing_to_whoever_is_not_active_staff(fields):
    assert not member(groups.FINANCE, **fields).has_perm("payments.view_entry")
    assert not AnonymousUser().has_perm("payments.view_entry")


def test_pages_of_the_admin_open_for_the_group_that_works_there(client):
    client.force_login(member(groups.FINANCE))

    assert client.get(reverse("admin:payments_entry_changelist")).status_code == 200
    assert client.get(reverse("admin:care_ticket_changelist")).status_code == 403
    assert reverse("money:home") in client.get(reverse("admin:index")).content.decode()
