"""Hand what a buyer says of a delivered line down to the catalogue."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from catalog.enums import Grade
from catalog.selectors.reviews import review_of_line
from catalog.services import reviews
from catalog.services.reviews import ReviewText
from checkout.enums import LineState
from checkout.models import OrderLine

REVIEWABLE = (LineState.DELIVERED, LineState.CLOSED)


class ReviewTooEarlyError(DomainError):
    code = "review_too_early"
    message = _("You can review a device once it has arrived.")


@transaction.atomic
def review_line(*, line: OrderLine, rating: int, text: str, now: datetime) -> None:
    """
    Record the review of a delivered line, or change the one that is there.

    :raises ReviewTooEarlyError: it has not arrived
    :raises catalog.services.reviews.ReviewRefusedError: not one to five stars, or far too many words
    """
    if line.state not in REVIEWABLE:
        raise ReviewTooEarlyError
    order = line.order
    said = ReviewText(
        rating=rating,
        text=text.replace("\0", ""),
        language=(get_language() or order.locale)[:2],
        author_name=f"{order.first_name} {order.last_name[:1]}.",
    )
    if review_of_line(line.reference) is not None:
        reviews.change_review(line_reference=line.reference, said=said, now=now)
        return
    reviews.record_review(
        line_reference=line.reference,
        sku_id=line.sku_id,
        seller_id=line.seller_id,
        grade=Grade(line.grade),
        market=order.market,
        said=said,
        now=now,
    )


def withdraw_line_review(*, line: OrderLine, actor: Actor, now: datetime) -> None:
    """
    Take back what was said of a line; writing again brings it back.

    :raises NotFoundError: nothing was said
    """
    reviews.withdraw_review(line_reference=line.reference, actor=actor, now=now)
