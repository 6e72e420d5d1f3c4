"""Who may open which page of the back office, and that a refusal writes nothing (S1, S2)."""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry, OutboxEvent
from care.tests.factories import make_ticket
from catalog.models import Listing, ListingMarket
from catalog.tests.factories import NOW, make_listing
from checkout.models import Order, OrderLine, Parcel
from checkout.tests.factories import IMEI, accept, paid_order, ship
from merchants.enums import Role
from merchants.models import Membership
from payments.models import Refund
from payments.services import maturity, payouts

from .factories import client_of, make_member

pytestmark = pytest.mark.django_db
WRITERS = {
    "listing": (Role.OWNER, Role.CATALOGUE),
    "accept": (Role.OWNER, Role.ORDERS),
    "ship": (Role.OWNER, Role.ORDERS),
    "cancel": (Role.OWNER, Role.ORDERS),
    "ticket": (Role.OWNER, Role.CARE),
    "team": (Role.OWNER,),
    "member": (Role.OWNER,),
}
MONEY_READERS = (Role.OWNER, Role.FINANCE, Role.READ_ONLY)


@dataclass
class World:
    """One seller with something of everything, and people who may or may not touch it."""

    listing: Listing
    line: OrderLine
    order: Order
    urls: dict[str, str]
    people: dict[str, User | None]


@pytest.fixture
def world():
    listing = make_listing(quantity=5)
    seller = listing.seller
    sent = paid_order(listing).lines.get()
    accept(sent)
    ship(sent)
    maturity.release_early(line_reference=sent.reference, actor=Actor.system("test"), reason="test", now=NOW)
    payout = payouts.create_payout(owner=f"seller:{seller.pk}", currency="EUR", actor=Actor.system("test"), now=NOW)
    ticket = make_ticket(sent)
    order = paid_order(listing)
    line = order.lines.get()
    stranger = make_listing().seller
    people: dict[str, User | None] = {role: make_member(seller, role) for role in Role}
    member = Membership.objects.get(user=people[Role.CARE])
    people |= {"nobody": None, "shopper": User.objects.create_user("ada@example.org", "secret")}
    people |= {"stranger": make_member(stranger, email="stranger@example.org")}
    urls = {
        "dashboard": reverse("office:dashboard"),
        "listings": reverse("office:listings"),
        "listing": reverse("office:listing", args=[listing.public_id]) + "?market=FR",
        "orders": reverse("office:orders"),
        "accept": reverse("office:accept"),
        "order": reverse("office:order", args=[order.number]),
        "slip": reverse("office:slip", args=[order.number]),
        "ship": reverse("office:ship", args=[order.number]),
        "cancel": reverse("office:cancel", args=[order.number, line.public_id]),
        "tickets": reverse("office:tickets"),
        "ticket": reverse("office:ticket", args=[ticket.public_id]),
        "payouts": reverse("office:payouts"),
        "payout": reverse("office:payout", args=[payout.public_id]),
        "payout_csv": reverse("office:payout_csv", args=[payout.public_id]),
        "team": reverse("office:team"),
        "member": reverse("office:member", args=[member.pk]),
        "switch": reverse("office:switch"),
    }
    return World(listing, line, order, urls, people)


def body_of(world, name):
    """A POST that would change something."""
    return {
        "listing": {"market": "FR", "price": "12.34", "quantity": "1", "published": "0"},
        "accept": {"line": str(world.line.public_id)},
        "ship": {
            "carrier": "colissimo",
            "tracking_number": "X1",
            f"send_{world.line.pk}": "on",
            f"number_{world.line.pk}": IMEI,
        },
        "cancel": {"reason": "other"},
        "ticket": {"text": "We are sorry."},
        "team": {"email": "ada@example.org", "role": "owner"},
        "member": {"remove": "1"},
        "switch": {"merchant": str(world.listing.seller_id)},
    }[name]


def state_of_everything():
    return (
        list(ListingMarket.objects.order_by("pk").values_list("price_minor", "is_published")),
        list(Listing.objects.order_by("pk").values_list("quantity", "reserved")),
        list(OrderLine.objects.order_by("pk").values_list("state", flat=True)),
        list(Membership.objects.order_by("pk").values_list("user", "merchant", "role")),
        Parcel.objects.count(),
        Refund.objects.count(),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    )


GET_PAGES = "dashboard listings listing orders order slip tickets ticket payouts payout payout_csv team cancel".split()
OWN_TEAM = ("team", "stranger")
OWN_THINGS = ("listing", "order", "slip", "cancel", "ticket", "payout", "payout_csv")


@pytest.mark.parametrize("name", GET_PAGES)
def test_a_page_opens_for_the_team_and_for_nobody_else(world, name):
    url = world.urls[name]
    readers = {"cancel": WRITERS["cancel"]}.get(name, MONEY_READERS if name.startswith("payout") else tuple(Role))

    found = {who: client_of(user).get(url).status_code for who, user in world.people.items()}

    expected: dict[str, int] = {role: 200 if role in readers else 404 for role in Role}
    assert found == {
        **expected,
        "nobody": 302,
        "shopper": 404,
        "stranger": 404 if name in OWN_THINGS else 200,
    }


@pytest.mark.parametrize("name", [*WRITERS, "switch"])
def test_a_change_by_whoever_may_not_make_it_is_refused_and_writes_nothing(world, name):
    allowed = WRITERS.get(name, tuple(Role))
    # A stranger owns another team: adding to it is no refusal, and switching to a foreign merchant only goes home.
    people = {who: user for who, user in world.people.items() if who not in allowed and (name, who) != OWN_TEAM}
    before = state_of_everything()

    found = {who: client_of(user).post(world.urls[name], body_of(world, name)) for who, user in people.items()}

    assert found.pop("nobody")["Location"].startswith("/accounts/login/")
    if name == "switch":
        assert "merchant" not in found.pop("stranger").client.session
    assert {who: response.status_code for who, response in found.items()} == dict.fromkeys(found, 404)
    assert state_of_everything() == before


@pytest.mark.parametrize(
    ("name", "who"), [(name, who) for name, roles in WRITERS.items() for who in roles if name not in ("ship", "cancel")]
)
def test_a_change_by_whoever_may_make_it_is_made(world, name, who):
    before = state_of_everything()

    response = client_of(world.people[who]).post(world.urls[name], body_of(world, name))

    assert response.status_code == 302
    assert state_of_everything() != before


def test_things_that_do_not_exist_answer_as_those_of_others(world):
    client = client_of(world.people[Role.OWNER])
    unknown = "7d4b3a52-0f0e-4a36-9d4e-000000000000"

    answers = [
        client.post(reverse("office:listing", args=[unknown]), {"market": "FR", "price": "1"}),
        client.get(reverse("office:listing", args=[world.listing.public_id]) + "?market=DE"),
        client.get(reverse("office:order", args=[12345678])),
        client.get(reverse("office:ticket", args=[unknown])),
        client.get(reverse("office:payout", args=[unknown])),
        client.post(world.urls["accept"], {"line": unknown}),
        client.post(world.urls["accept"], {"line": "not-an-id"}),
        client.post(reverse("office:member", args=[999999]), {"remove": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_one_foreign_line_among_own_ones_accepts_nothing(world):
    foreign = paid_order().lines.get()

    response = client_of(world.people[Role.OWNER]).post(
        world.urls["accept"], {"line": [str(world.line.public_id), str(foreign.public_id)]}
    )

    assert response.status_code == 404
    assert set(OrderLine.objects.filter(pk__in=[world.line.pk, foreign.pk]).values_list("state", flat=True)) == {"paid"}


def test_whoever_works_for_two_merchants_chooses_one(world):
    other = make_listing(seller_sku="OTHER-1").seller
    user = make_member(other, email="both@example.org")
    Membership.objects.create(user=user, merchant_id=world.listing.seller_id, role=Role.READ_ONLY)
    client = client_of(user)

    client.post(world.urls["switch"], {"merchant": str(other.pk)})
    first = client.get(world.urls["listings"]).content.decode()
    client.post(world.urls["switch"], {"merchant": str(world.listing.seller_id)})
    second = client.get(world.urls["listings"]).content.decode()

    assert ("OTHER-1" in first, world.listing.seller_sku in first) == (True, False)
    assert ("OTHER-1" in second, world.listing.seller_sku in second) == (False, True)
    assert client.post(world.urls["listing"], body_of(world, "listing")).status_code == 404
