"""
The staff groups (decision 4) and what each may see in the admin.

Permissions are written here, not stored, so that they cannot drift; money and orders are moved by named actions
that have policies of their own.
"""

AGENT = "agent"
FINANCE = "finance"
OPERATOR = "operator"
ALL = (AGENT, FINANCE, OPERATOR)

_ORDERS = {"checkout.view_order", "checkout.view_orderline", "checkout.view_fraudcheck", "catalog.view_seller"}
_CARE = {"care.view_ticket", "notify.view_message", "catalog.view_listing"} | {
    f"catalog.view_{model}" for model in ("review", "question", "answer")
}
_MONEY = {f"payments.view_{model}" for model in ("entry", "posting", "payment", "refund", "payout", "webhookevent")}
_HOUSE = {
    *("core.view_auditentry", "core.view_outboxevent", "merchants.view_merchant", "merchants.view_membership"),
    *(f"catalog.view_{model}" for model in ("brand", "category", "productmodel", "sku", "offer", "searchqueryday")),
    "catalog.view_searchreindex",
    "checkout.view_promotion",
}
MAY = {
    AGENT: frozenset(_ORDERS | _CARE),
    FINANCE: frozenset(_ORDERS | _MONEY | {"merchants.view_merchant", "checkout.view_promotion"}),
    OPERATOR: frozenset(_ORDERS | _CARE | _MONEY | _HOUSE),
}
