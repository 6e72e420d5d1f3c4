"""A code with ten uses and a hundred shoppers who want it at the same moment."""

import threading
from collections import Counter
from unittest import mock

import pytest
from django.db import connection, transaction

from catalog.tests.factories import make_listing
from checkout import locks
from checkout.models import Order, Promotion, Redemption

from .factories import make_basket, make_promotion, place, total_of

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def race(*, shoppers, uses):
    """Have shoppers, at most 12 at a time, place orders with one code; the stock is more than enough."""
    promotion = make_promotion(uses_limit=uses)
    listing = make_listing(quantity=shoppers)
    baskets = [make_basket([listing], codes=[promotion.code]) for _ in range(shoppers)]
    total = total_of(baskets[0])
    ended: Counter[str] = Counter()
    gate = threading.BoundedSemaphore(12)

    def work(basket):
        with gate:
            try:
                with transaction.atomic(durable=True):
                    place(basket, total=total)
                ended["placed"] += 1
            except Exception as error:
                ended[str(getattr(error, "refusal", type(error).__name__))] += 1
            finally:
                connection.close()

    threads = [threading.Thread(target=work, args=(basket,)) for basket in baskets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.mark.slow
def test_100_shoppers_redeem_a_code_for_ten_uses_exactly_ten_times():
    ended = race(shoppers=100, uses=10)

    assert ended == {"placed": 10, "used_up": 90}
    assert (Order.objects.count(), Redemption.objects.count()) == (10, 10)
    assert Promotion.objects.get().used_count == 10


def test_without_the_promotions_lock_a_single_use_serves_four():
    """Twin of the hundred shoppers: a count that is read first and written later is exceeded."""
    counted = threading.Barrier(4, timeout=10)

    def look(ids):
        found = list(Promotion.objects.filter(pk__in=ids))
        counted.wait()
        return found

    with mock.patch.object(locks, "lock_limited_promotions", look):
        ended = race(shoppers=4, uses=1)

    assert ended["placed"] == 4
    assert Redemption.objects.count() == 4
