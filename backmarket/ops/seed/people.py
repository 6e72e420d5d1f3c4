"""The demo's sign-ins, and the merchants behind the sellers."""

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from backmarket.accounts import groups
from backmarket.accounts.models import User
from backmarket.ops import demo_accounts
from backmarket.ops.demo_accounts import SignIn
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.orders import SeededOrder
from catalog.models import Seller
from checkout.models import Order
from merchants.enums import MerchantState, Role
from merchants.models import Membership, Merchant

SHOPPERS_ORDERS = 6


def load_people(sellers: Sequence[Seller], orders: Sequence[SeededOrder], *, now: datetime) -> None:
    """Write the five sign-ins; the merchant owns a large French seller, the shopper has a few orders."""
    merchants = copy_rows(
        [
            Merchant(
                seller=seller,
                state=MerchantState.ACTIVE,
                contact_email=f"orders@{seller.slug}.example",
                contact_locale=f"{'fr' if seller.country == 'FR' else 'en'}-{seller.home_market.lower()}",
            )
            for seller in sellers
        ]
    )
    shopper = _user(demo_accounts.SHOPPER, "Camille Laurent", "fr-fr", now)
    owner = _user(demo_accounts.MERCHANT, "Inès Fabre", "en-fr", now)
    staff = (
        (demo_accounts.AGENT, "Sam Okafor", groups.AGENT),
        (demo_accounts.FINANCE, "Ruth Lindqvist", groups.FINANCE),
        (demo_accounts.OPERATOR, "Milan Horvat", groups.OPERATOR),
    )
    for sign_in, name, group in staff:
        user = _user(sign_in, name, "en-gb", now, is_staff=True, is_superuser=group == groups.OPERATOR)
        user.groups.add(Group.objects.get(name=group))
    merchant = next(merchant for merchant in merchants if merchant.seller.slug == demo_accounts.MERCHANT_SELLER)
    merchant.contact_email = owner.email
    merchant.save(update_fields=["contact_email"])
    Membership.objects.create(user=owner, merchant=merchant, role=Role.OWNER)
    french = [entry.order.pk for entry in orders if entry.order.market == "FR"][-SHOPPERS_ORDERS * 9 :: 9]
    Order.objects.filter(pk__in=french).update(
        user=shopper, email=shopper.email, first_name="Camille", last_name="Laurent"
    )


def _user(sign_in: SignIn, name: str, locale: str, now: datetime, **flags: bool) -> User:
    user = User.objects.create_user(
        sign_in.email, demo_accounts.PASSWORD, name=name, locale=locale, date_joined=now, **flags
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
