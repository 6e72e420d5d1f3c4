"""Row locks of the catalogue."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from .enums import AlertState, ReservationState
from .models import (
    Alert,
    AlertCheck,
    Answer,
    Listing,
    ListingMarket,
    ProductModel,
    Question,
    RelatedGroup,
    Review,
    SearchDocument,
    Seller,
    Sku,
    StockReservation,
    WishList,
)


def lock_listings_of(reference: str) -> list[Listing]:
    """Lock the listings that a reference holds stock of, by primary key."""
    ids = StockReservation.objects.filter(reference=reference).values("listing_id")
    return list(Listing.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))


def lock_held_reservations(reference: str) -> list[StockReservation]:
    """Lock what a reference still holds, after its listings."""
    held = StockReservation.objects.filter(reference=reference, state=ReservationState.HELD)
    return list(held.order_by("pk").select_for_update(no_key=True))


def lock_reference(reference: str) -> None:
    """Let one caller at a time take stock for a reference; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('catalog_stock:' || %s, 0))", [reference])


def lock_listing(listing_id: int) -> Listing:
    """:raises Listing.DoesNotExist: there is none"""
    return Listing.objects.select_for_update(no_key=True).get(pk=listing_id)


def lock_listing_market(listing_id: int, market: str) -> ListingMarket:
    """:raises ListingMarket.DoesNotExist: the listing is not in that market"""
    return ListingMarket.objects.select_for_update(no_key=True).get(listing_id=listing_id, market=market)


# Materialized, because a plan may run a plain subquery once a row, and then its limit bounds nothing.
CLAIM_DIRTY_OFFERS = """
WITH claimed AS MATERIALIZED (
    SELECT id FROM catalog_dirtyoffer ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM catalog_dirtyoffer dirty USING claimed WHERE dirty.id = claimed.id
RETURNING dirty.market, dirty.sku_id, dirty.grade
"""


def claim_dirty_offers(limit: int) -> list[tuple[str, int, str]]:
    """
    Take the oldest dirty keys that no other election holds.

    They are deleted before anything is read for them: whoever notes one of them again meanwhile waits for this
    transaction and then finds it gone, so that the key is elected once more.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_DIRTY_OFFERS, [limit])
        return sorted(cursor.fetchall())


def claim_due_group(*, before: datetime) -> RelatedGroup | None:
    """Lock the group of products that was last related longest ago and that no other worker holds."""
    due = RelatedGroup.objects.filter(Q(refreshed_at=None) | Q(refreshed_at__lt=before))
    oldest_first = due.order_by(F("refreshed_at").asc(nulls_first=True), "pk")
    return oldest_first.select_for_update(skip_locked=True).first()


def lock_skus(sku_ids: list[int]) -> None:
    """Let one election at a time work on a SKU, whatever the path it came by."""
    list(Sku.objects.filter(pk__in=sku_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_device_import() -> None:
    """Let one import at a time write the catalogue; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog_device_import'))")


def lock_review(review_id: int) -> Review:
    """:raises Review.DoesNotExist: there is none"""
    return Review.objects.select_for_update(no_key=True).get(pk=review_id)


def lock_review_of_line(line_reference: str) -> Review:
    """:raises Review.DoesNotExist: the line has none"""
    return Review.objects.select_for_update(no_key=True).get(line_reference=line_reference)


def lock_question(question_id: int) -> Question:
    """:raises Question.DoesNotExist: there is none"""
    return Question.objects.select_for_update(no_key=True).get(pk=question_id)


def lock_answer(answer_id: int) -> Answer:
    """:raises Answer.DoesNotExist: there is none"""
    return Answer.objects.select_for_update(no_key=True).get(pk=answer_id)


def lock_product(product_id: int) -> ProductModel:
    """:raises ProductModel.DoesNotExist: there is none"""
    return ProductModel.objects.select_for_update(no_key=True).get(pk=product_id)


def lock_seller(seller_id: int) -> Seller:
    """:raises Seller.DoesNotExist: there is none"""
    return Seller.objects.select_for_update(no_key=True).get(pk=seller_id)


def lock_wish_list(list_id: int) -> WishList | None:
    """Lock a list; None if it was merged into an account's meanwhile."""
    return WishList.objects.filter(pk=list_id).select_for_update(no_key=True).first()


def lock_guest_wish_lists(token: UUID) -> list[WishList]:
    """Lock a guest's lists; they are deleted after their wishes have moved, hence the full lock."""
    return list(WishList.objects.filter(token=token, user=None).order_by("pk").select_for_update())


def claim_alert_checks(*, now: datetime, limit: int) -> list[AlertCheck]:
    """Lock due checks that no other worker holds."""
    due = AlertCheck.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return list(due.select_for_update(skip_locked=True)[:limit])


def lock_active_alerts(*, market: str, product_ids: Iterable[int]) -> list[Alert]:
    """Lock the alerts that wait for these products in a market."""
    rows = Alert.objects.filter(state=AlertState.ACTIVE, market=market, product_id__in=list(product_ids))
    return list(rows.order_by("pk").select_for_update(no_key=True))


def lock_alert(public_id: UUID) -> Alert | None:
    """Lock an alert; None if it was switched off meanwhile."""
    return Alert.objects.filter(public_id=public_id).select_for_update().first()


def lock_alerts_of(email: str) -> None:
    """Let one request at a time change an address's alerts; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('catalog_alerts:' || lower(%s), 0))", [email])


def lock_dirty_search_documents(limit: int, now: datetime) -> list[int]:
    """Lock the documents that the index has lacked for longest and that nobody is bringing there."""
    dirty = SearchDocument.objects.filter(indexed_version__lt=F("version"))
    free = dirty.exclude(lease_ends_at__gt=now).order_by("changed_at", "pk")
    return list(free.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])


def lock_search_documents(ids: Collection[int]) -> list[int]:
    """Lock those of these documents that no election holds."""
    rows = SearchDocument.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))


@contextmanager
def hold_reindex() -> Iterator[bool]:
    """Let one rebuild of the search index run at a time; tells whether it is ours. Ends with the connection, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('catalog_search_reindex'))")
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('catalog_search_reindex'))")
