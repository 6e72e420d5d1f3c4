import pytest
from django.urls import reverse

from backmarket.accounts.models import User
from backmarket.core.models import AuditEntry
from catalog.tests.factories import SellerFactory, make_listing
from merchants.enums import Role
from merchants.models import Membership

from .factories import client_of, make_member

pytestmark = pytest.mark.django_db
TEAM = "/office/team/"


@pytest.fixture
def seller():
    return SellerFactory()


@pytest.fixture
def owner(seller):
    return make_member(seller)


def member_url(user):
    return reverse("office:member", args=[Membership.objects.get(user=user).pk])


def roles():
    return dict(Membership.objects.values_list("user__email", "role"))


def test_somebody_with_an_account_joins_the_team_whatever_the_case_of_the_address(owner):
    User.objects.create_user("Ada@example.org", "secret")

    response = client_of(owner).post(TEAM, {"email": "ada@EXAMPLE.org", "role": "orders"})

    assert response.status_code == 302
    assert roles() == {owner.email: "owner", "Ada@example.org": "orders"}
    assert AuditEntry.objects.get(action="member added").data == {"role": "orders"}


@pytest.mark.parametrize(
    "body", [{"email": "nobody@example.org", "role": "orders"}, {"email": "ada@example.org", "role": "king"}, {}]
)
def test_a_stranger_or_an_odd_role_adds_nobody(owner, body):
    User.objects.create_user("ada@example.org", "secret")

    response = client_of(owner).post(TEAM, body)

    assert response.status_code == 422
    assert roles() == {owner.email: "owner"}


def test_a_role_is_changed_and_a_member_removed(owner, seller):
    member = make_member(seller, Role.CARE)
    office = client_of(owner)

    office.post(member_url(member), {"role": "finance"})
    changed = roles()
    office.post(member_url(member), {"remove": "1"})

    assert changed[member.email] == "finance"
    assert roles() == {owner.email: "owner"}
    assert client_of(member).get("/office/").status_code == 404


@pytest.mark.parametrize("body", [{"remove": "1"}, {"role": "care"}])
def test_the_last_owner_stays(owner, body):
    response = client_of(owner).post(member_url(owner), body, follow=True)

    assert roles() == {owner.email: "owner"}
    assert [str(message) for message in response.context["messages"]] == [
        "A team needs an owner. Make somebody else an owner first."
    ]


def test_members_of_another_team_do_not_exist(owner):
    foreign = make_member(make_listing().seller, Role.CARE)

    response = client_of(owner).post(member_url(foreign), {"role": "owner"})

    assert response.status_code == 404
    assert roles()[foreign.email] == "care"
