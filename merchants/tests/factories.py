"""Merchants and their people with the fewest defaults."""

from django.test import Client

from backmarket.accounts.models import User
from catalog.models import Seller
from merchants.enums import MerchantState, Role
from merchants.models import Membership, Merchant


def make_merchant(seller: Seller) -> Merchant:
    merchant, _ = Merchant.objects.get_or_create(
        seller=seller, defaults={"state": MerchantState.ACTIVE, "contact_email": f"team@{seller.slug}.example"}
    )
    return merchant


def make_member(seller: Seller, role: Role = Role.OWNER, email: str = "") -> User:
    """Make somebody who works for a seller, who becomes a merchant if it is none."""
    user = User.objects.create_user(email or f"{role}@{seller.slug}.example", "secret")
    Membership.objects.create(user=user, merchant=make_merchant(seller), role=role)
    return user


def client_of(user: User | None) -> Client:
    """A browser in which somebody is signed in, or nobody."""
    client = Client(headers={"accept-language": "en-gb"})
    if user is not None:
        client.force_login(user)
    return client


def office_of(seller: Seller, role: Role = Role.OWNER) -> Client:
    """A browser in which a new member of a seller is signed in."""
    return client_of(make_member(seller, role))
