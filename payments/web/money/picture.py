"""Draw where the money of a reference went: who paid, whom it was shared among, where it is now."""

from django.utils.translation import gettext as _

from payments.rules.flow_layout import Link, Node, Picture, lay_out
from payments.selectors.flow import Flow, SellerPart
from payments.slots import ReferenceLabel

LEFTS = (0, 250, 520, 800)
PLACES = ("captured", "split", "now")
TONES = ("var(--grade-excellent)", "var(--grade-good)", "var(--sun)", "var(--grade-fair)")
INK, HOUSE, BACK, COST, OWED = "var(--ink)", "var(--plum)", "var(--sky)", "var(--line-strong)", "var(--clay)"


class _Drawing:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.nodes: list[Node] = []
        self.links: list[Link] = []

    def node(self, key: str, column: int, label: str, note: str, tone: str, amount: int) -> None:
        if amount > 0:
            self.nodes.append(Node(key, column, label, note, tone, amount))

    def leaf(self, source: str, key: str, label: str, note: str, tone: str, amount: int) -> None:
        """A last place, fed by one bar."""
        if amount > 0:
            self.node(key, 3, label, note, tone, amount)
            self.links.append(Link(source, key, amount, tone))

    def text(self, minor: int) -> str:
        return self.flow.money(minor).format()


def columns() -> list[tuple[int, str]]:
    return list(zip(LEFTS, (_("Shopper"), _("Customer funds"), _("Shared out"), _("Where it is now")), strict=True))


def picture_of(flow: Flow, labels: dict[str, ReferenceLabel]) -> Picture | None:
    """Return the picture of one currency; None before any money came in."""
    if flow.captured <= 0:
        return None
    drawing = _Drawing(flow)
    drawing.node("shopper", 0, drawing.text(flow.captured), _("paid by the shopper"), INK, flow.captured)
    drawing.node("funds", 1, drawing.text(flow.captured), _("until each seller sends"), INK, flow.captured)
    drawing.links.append(Link("shopper", "funds", flow.captured, INK))
    drawing.node("promotion", 1, drawing.text(flow.promotion), _("added by our promotions"), HOUSE, flow.promotion)
    owners = sorted(owner for owner, part in flow.sellers.items() if part.earned > 0)
    for index, owner in enumerate(owners):
        _seller(drawing, owner, labels[owner].text, flow.sellers[owner], TONES[index % len(TONES)])
    _house(drawing)
    _refunds(drawing, owners)
    drawing.leaf("funds", "waiting", drawing.text(flow.waiting), _("waits for dispatch"), INK, flow.waiting)
    return lay_out(drawing.nodes, drawing.links, LEFTS)


def _seller(drawing: _Drawing, owner: str, name: str, part: SellerPart, tone: str) -> None:
    drawing.node(owner, 2, drawing.text(part.earned), name, tone, part.earned)
    added = min(part.promoted, part.earned)
    drawing.links.append(Link("funds", owner, part.earned - added, tone))
    drawing.links.append(Link("promotion", owner, added, HOUSE))
    places = (
        ("paid", part.paid_out, _("paid out to %(seller)s")),
        ("sent", part.on_its_way, _("payout to %(seller)s on its way")),
        ("payable", part.payable, _("payable to %(seller)s")),
        ("pending", part.pending, _("pending for %(seller)s")),
    )
    for key, minor, note in places:
        drawing.leaf(owner, f"{owner}:{key}", drawing.text(minor), note % {"seller": name}, tone, minor)
    if part.payable < 0:
        note = _("owed by %(seller)s after a refund") % {"seller": name}
        drawing.node(f"{owner}:owed", 2, drawing.text(-part.payable), note, OWED, -part.payable)


def _house(drawing: _Drawing) -> None:
    flow = drawing.flow
    drawing.node(
        "house", 2, drawing.text(flow.house_earned), _("commission, its tax and fees"), HOUSE, flow.house_earned
    )
    # What a promotion adds beyond a seller's own part pays the commission and its tax.
    added = sum(max(part.promoted - part.earned, 0) for part in flow.sellers.values())
    drawing.links.append(Link("funds", "house", flow.house_earned - added, HOUSE))
    drawing.links.append(Link("promotion", "house", added, HOUSE))
    if flow.house_earned <= 0:
        return
    drawing.leaf("house", "kept", drawing.text(flow.kept), _("kept by us"), HOUSE, flow.kept)
    owed = _("owed to the protection plan")
    drawing.leaf("house", "protection", drawing.text(flow.protection), owed, COST, flow.protection)
    drawing.leaf("house", "tax", drawing.text(flow.tax), _("tax to pay on commission"), COST, flow.tax)
    drawing.leaf("house", "fee", drawing.text(flow.provider_fee), _("the provider’s fee"), COST, flow.provider_fee)


def _refunds(drawing: _Drawing, owners: list[str]) -> None:
    flow = drawing.flow
    if flow.refunded <= 0:
        return
    note = _("back to the shopper") if not flow.refund_on_its_way else _("going back to the shopper")
    drawing.node("refund", 3, drawing.text(flow.refunded), note, BACK, flow.refunded)
    back = _("back to our promotions")
    drawing.node("promotion back", 3, drawing.text(flow.promotion_back), back, HOUSE, flow.promotion_back)
    for owner in owners:
        part = flow.sellers[owner]
        owed = max(-part.payable, 0)
        to_us = min(part.promoted_back, max(part.given_back - owed, 0))
        drawing.links.append(Link(owner, "promotion back", to_us, HOUSE))
        drawing.links.append(Link(owner, "refund", part.given_back - owed - to_us, BACK))
        if owed:
            drawing.links.append(Link(f"{owner}:owed", "refund", owed, OWED))
    if flow.house_earned > 0:
        drawing.links.append(Link("house", "refund", flow.refunded_by_house, BACK))
    drawing.links.append(Link("funds", "refund", flow.refunded_from_funds, BACK))
