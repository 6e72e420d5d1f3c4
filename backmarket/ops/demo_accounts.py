"""Who can sign in to the demo, which cards it takes, and the box that says so."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "refurbished-and-fine"  # noqa: S105 — everybody may know it: the demo holds no real person's data


@dataclass(frozen=True)
class SignIn:
    """One of the demo's people."""

    role: str
    email: str
    does: str


SHOPPER = SignIn("shopper", "shopper@demo.backmarket.example", "buys, asks, reviews")
# The seller that the merchant owner works for: a large French one.
MERCHANT_SELLER = "belle-carte-mere"

MERCHANT = SignIn("merchant owner", "merchant@demo.backmarket.example", "prices, accepts, dispatches")
AGENT = SignIn("agent", "agent@demo.backmarket.example", "answers tickets, refunds")
FINANCE = SignIn("finance", "finance@demo.backmarket.example", "reads the ledger, runs payouts")
OPERATOR = SignIn("operator", "operator@demo.backmarket.example", "everything in the admin")
SIGN_INS = (SHOPPER, MERCHANT, AGENT, FINANCE, OPERATOR)

# The sandbox provider's cards; any name, any later date and any three digits go with them.
CARDS = (
    ("4242 4242 4242 4242", "is charged"),
    ("4000 0027 6000 3184", "asks for 3-D Secure, then is charged"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 0341", "times out after the money was taken"),
)
# Anybody may spend them; what they pay is booked like any gift card's.
GIFT_CARDS = (("EUR", "GFTC-ARDS-HNDR-EURS"), ("GBP", "GFTC-ARDS-HNDR-PNDS"), ("USD", "GFTC-ARDS-HNDR-DLRS"))


def welcome(shop: str, provider: str) -> str:
    """Return the box that `make demo` prints once the shop answers."""
    email = max(len(person.email) for person in SIGN_INS)
    lines = [
        ("Shop", f"{shop}/"),
        ("Back office", f"{shop}/office/"),
        ("Admin", f"{shop}/admin/"),
        ("Mailbox", f"{shop}/demo/mailbox/"),
        ("Card page", f"{provider}/ (sandbox payment provider)"),
        ("", ""),
        *((person.role.capitalize(), f"{person.email:<{email}}  {person.does}") for person in SIGN_INS),
        ("Password", f"{PASSWORD}  (all of them)"),
        ("", ""),
        *(("Card", f"{number}  {outcome}") for number, outcome in CARDS),
        *(("Gift card", f"{code}  150 {currency}") for currency, code in GIFT_CARDS),
        ("Promotion", "HELLO10  10 off a first order"),
        ("", ""),
        ("Ctrl-C", "ends all of it and keeps the data"),
    ]
    width = max(len(label) for label, _ in lines)
    rows = [f"{label:<{width}}  {text}" for label, text in lines]
    inner = max(len(row) for row in rows)
    body = "\n".join(f"│ {row:<{inner}} │" for row in rows)
    return f"┌{'─' * (inner + 2)}┐\n{body}\n└{'─' * (inner + 2)}┘"
