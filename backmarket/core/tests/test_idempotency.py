import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import connections

from backmarket.core import idempotency
from backmarket.core.idempotency import KeyInFlightError, KeyReusedError
from backmarket.core.models import IdempotentCall

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def claim(*, scope="orders", key="k", digest="d", now=NOW):
    return idempotency.claim(scope=scope, key=key, request_digest=digest, now=now)


def test_what_was_answered_is_answered_again():
    idempotency.finish(claim(), status=201, answer={"id": 1})

    again = claim(now=NOW + timedelta(hours=47))

    assert (again.status, again.answer) == (201, {"id": 1})


def test_a_key_for_another_request_is_refused():
    idempotency.finish(claim(), status=201, answer={"id": 1})

    with pytest.raises(KeyReusedError):
        claim(digest="other")


def test_a_key_is_spent_for_another_request_while_the_first_is_under_way_too():
    claim()

    with pytest.raises(KeyReusedError):
        claim(digest="other")


def test_a_request_under_way_is_not_started_again():
    claim()

    with pytest.raises(KeyInFlightError):
        claim(now=NOW + timedelta(seconds=119))


def test_what_a_dead_process_left_is_taken_up_again_and_the_late_one_keeps_nothing():
    dead = claim()

    mine = claim(now=NOW + timedelta(minutes=2))
    idempotency.finish(dead, status=500, answer=None)
    idempotency.finish(mine, status=201, answer={"id": 2})

    assert claim(now=NOW + timedelta(minutes=3)).answer == {"id": 2}


def test_a_released_key_is_free_for_a_mended_request():
    idempotency.release(claim())

    assert claim(digest="mended").status is None


def test_an_answered_key_is_not_released():
    claimed = claim()
    idempotency.finish(claimed, status=201, answer={})

    idempotency.release(claimed)

    assert claim().status == 201


def test_keys_of_different_callers_do_not_meet():
    idempotency.finish(claim(), status=201, answer={"id": 1})

    assert claim(scope="another caller").status is None


def test_keys_are_forgotten_after_48_hours():
    idempotency.finish(claim(key="old"), status=201, answer={})
    claim(key="new", now=NOW + timedelta(minutes=1))

    forgotten = idempotency.forget_old(now=NOW + timedelta(hours=48))

    assert forgotten == 1
    assert IdempotentCall.objects.get().key == "new"


def test_a_key_older_than_48_hours_is_new_before_the_sweep_came():
    idempotency.finish(claim(), status=201, answer={"id": 1})

    assert claim(digest="other", now=NOW + timedelta(hours=48)).status is None


def test_the_same_content_has_the_same_digest():
    assert idempotency.digest_of({"a": 1, "b": [2]}) == idempotency.digest_of({"b": [2], "a": 1})
    assert idempotency.digest_of({"a": 1}) != idempotency.digest_of({"a": "1"})
    assert len(idempotency.digest_of("\ud800")) == 64


def claims_of(threads):
    """Have threads claim one key at once; count what each ended with."""
    ended: Counter[str] = Counter()
    start = threading.Barrier(threads)

    def run():
        start.wait()
        try:
            claim()
            ended["claimed"] += 1
        except KeyInFlightError:
            ended["in flight"] += 1
        finally:
            connections.close_all()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return ended


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_20_threads_with_one_key_one_does_the_work():
    assert claims_of(20) == {"claimed": 1, "in flight": 19}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_looking_first_lets_several_work():
    """Twin of the 20 threads: read, then write, as without the unique constraint's insert."""
    looked = threading.Barrier(20, timeout=5)

    def look_then_write(scope, key, defaults):
        found = IdempotentCall.objects.filter(scope=scope, key=key).first()
        looked.wait()
        return found or IdempotentCall(pk=0, **defaults), found is None

    with mock.patch.object(IdempotentCall.objects, "get_or_create", look_then_write):
        ended = claims_of(20)

    assert ended["claimed"] > 1
