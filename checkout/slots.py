"""What higher tribes add to checkout's pages and mails."""

from collections.abc import Callable

from backmarket.core.slots import define

ORDER_LINE_PANELS = define("checkout.order_line", subject="checkout.OrderLine")

SellerContact = tuple[str, str]
_contacts: list[Callable[[int], list[SellerContact]]] = []


def seller_contacts_from(function: Callable[[int], list[SellerContact]]) -> Callable[[int], list[SellerContact]]:
    """Register who answers a seller's e-mail addresses with their locales; merchants know them."""
    _contacts.append(function)
    return function


def seller_contacts(seller_id: int) -> list[SellerContact]:
    """Return (address, locale) of everybody to tell at a seller."""
    return [contact for function in _contacts for contact in function(seller_id)]
