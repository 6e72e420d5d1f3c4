"""What the demo's shoppers say: reviews of delivered devices, and tickets with their answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from backmarket.markets.registry import MARKETS
from backmarket.ops.seed.copying import copy_rows
from backmarket.ops.seed.orders import SeededOrder, paid_lines
from care.enums import AuthorKind, Issue, Outcome, TicketState
from care.models import Message, Ticket
from care.rules import deadlines
from catalog.demo.texts import DemoTicket, load_reviews, load_tickets
from catalog.enums import ReviewState
from catalog.models import ProductModel, Review, Seller
from checkout.enums import LineState
from checkout.models import OrderLine

REVIEW_SHARE, TICKET_SHARE = 0.5, 0.05
ISSUES = {
    "battery": (Issue.BATTERY, Outcome.REPAIR),
    "screen": (Issue.SCREEN, Outcome.REPLACEMENT),
    "sound": (Issue.SOUND, Outcome.REPAIR),
    "not-received": (Issue.NOT_RECEIVED, Outcome.REFUND),
    "worse-than-described": (Issue.WORSE_THAN_DESCRIBED, Outcome.REFUND),
    "wrong-item": (Issue.WRONG_ITEM, Outcome.REFUND),
    "lock": (Issue.LOCKED, Outcome.ADVICE),
}


def load_reviews_of(orders: Sequence[SeededOrder], sellers: Sequence[Seller], *, now: datetime, random: Random) -> int:
    """Write reviews of delivered lines and add them up for their sellers and products; return how many."""
    by_id = {seller.pk: seller for seller in sellers}
    reviews = [
        _review(line, by_id[line.seller_id], now=now, random=random)
        for _entry, _index, line in paid_lines(orders)
        if line.delivered_at is not None and random.random() < REVIEW_SHARE
    ]
    copy_rows(reviews, without=["findings", "answer_findings"])
    products = ProductModel.objects.in_bulk([review.product_id for review in reviews])
    for review in reviews:
        for reviewed in (by_id[review.seller_id], products[review.product_id]):
            reviewed.rating_sum += review.rating
            reviewed.rating_count += 1
    Seller.objects.bulk_update(sellers, ["rating_sum", "rating_count"])
    ProductModel.objects.bulk_update(products.values(), ["rating_sum", "rating_count"])
    return len(reviews)


def _review(line: OrderLine, seller: Seller, *, now: datetime, random: Random) -> Review:
    quality = seller.quality_permille / 1000
    rating = random.choices((1, 2, 3, 4, 5), (1.2 - quality, 1.3 - quality, 1.6 - quality, 2.5, 6 * quality))[0]
    language = line.order.locale.split("-")[0]
    topics = load_reviews()[language]
    chosen = random.sample(sorted(topics), k=random.choice((1, 2, 2, 3)))
    phrases = [random.choice([phrase for phrase in topics[topic] if phrase.fits(rating)]) for topic in chosen]
    written_at = (line.delivered_at or now) + timedelta(days=random.uniform(1, 14))
    return Review(
        product_id=line.product_id,
        sku_id=line.sku_id,
        seller_id=line.seller_id,
        grade=line.grade,
        line_reference=line.reference,
        rating=rating,
        text=" ".join(phrase.text for phrase in phrases),
        language=language,
        market=line.order.market,
        author_name=f"{line.order.first_name} {line.order.last_name[:1]}.",
        created_at=min(written_at, now),
        state=ReviewState.PUBLISHED,
    )


def load_tickets_of(orders: Sequence[SeededOrder], sellers: Sequence[Seller], *, now: datetime, random: Random) -> int:
    """Write tickets with their conversations; the older ones are resolved, the latest wait. Return how many."""
    by_id = {seller.pk: seller for seller in sellers}
    conversations = sorted(load_tickets())
    tickets: list[Ticket] = []
    messages: list[Message] = []
    for _entry, _index, line in paid_lines(orders):
        refunded = line.state == LineState.REFUNDED_AFTER_SHIPPING
        if line.delivered_at is None or (not refunded and random.random() > TICKET_SHARE):
            continue
        key = random.choice(conversations)
        words = random.choice(load_tickets()[key])
        ticket = _ticket(line, by_id[line.seller_id], key, now=now, random=random)
        tickets.append(ticket)
        messages.extend(_messages(ticket, line, words))
    copy_rows(tickets)
    copy_rows(messages)
    return len(tickets)


def _ticket(line: OrderLine, seller: Seller, key: str, *, now: datetime, random: Random) -> Ticket:
    issue, outcome = ISSUES[key]
    delivered_at = line.delivered_at or now
    opened_at = min(delivered_at + timedelta(days=random.uniform(0.2, 12)), now - timedelta(minutes=30))
    ticket = Ticket(line=line, seller=seller, issue=issue, wished_outcome=outcome, opened_at=opened_at)
    ticket.updated_at = opened_at
    country = seller.country
    zone = MARKETS[country].time_zone
    answer_by = deadlines.add_working_hours(opened_at, deadlines.ANSWER_HOURS, country=country, zone=zone)
    escalate_at = deadlines.add_working_hours(opened_at, deadlines.ESCALATION_HOURS, country=country, zone=zone)
    if line.state == LineState.REFUNDED_AFTER_SHIPPING:
        ticket.state, ticket.resolved_at = TicketState.RESOLVED, max(opened_at + timedelta(hours=20), opened_at)
        ticket.resolution = "Refund"
    elif escalate_at < now:
        ticket.state = random.choices(
            (TicketState.RESOLVED, TicketState.WAITING_SHOPPER, TicketState.ESCALATED), (82, 12, 6)
        )[0]
        if ticket.state == TicketState.ESCALATED:
            ticket.answer_by = now + timedelta(hours=random.uniform(-3, 20))
        if ticket.state == TicketState.RESOLVED:
            ticket.resolved_at, ticket.resolution = opened_at + timedelta(hours=30), "Answered"
    else:
        ticket.answer_by, ticket.escalate_at = answer_by, escalate_at
    return ticket


def _messages(ticket: Ticket, line: OrderLine, words: DemoTicket) -> list[Message]:
    order = line.order
    language = order.locale.split("-")[0]
    language = language if language in words.opening else "en"
    opening = Message(
        ticket=ticket,
        author_kind=AuthorKind.SHOPPER,
        author_name=order.full_name,
        text=words.opening[language],
        language=language,
        created_at=ticket.opened_at,
    )
    if ticket.state in (TicketState.WAITING_SELLER, TicketState.ESCALATED):
        return [opening]
    reply = Message(
        ticket=ticket,
        author_kind=AuthorKind.SELLER,
        author_name=ticket.seller.name,
        text=words.reply[language],
        language=language,
        created_at=ticket.opened_at + timedelta(hours=9),
    )
    ticket.updated_at = reply.created_at
    return [opening, reply]
