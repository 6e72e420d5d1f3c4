import time
from argparse import ArgumentParser
from dataclasses import dataclass
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from elasticsearch import ApiError, TransportError

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog.models import Offer
from catalog.search.elastic import client
from catalog.search.elastic.mapping import live_alias
from catalog.services import listings

PATIENCE_S = 120
PAUSE_S = 0.1
ACTOR = Actor.system("measure_freshness")


@dataclass(frozen=True, slots=True)
class Change:
    """A price that was lowered by one minor unit, and when that was committed."""

    offer: Offer
    price_minor: int
    committed_at: float

    @property
    def key(self) -> str:
        return f"{self.offer.market}-{self.offer.product_id}"


class Command(BaseCommand):
    help = (
        "Lower prices by one minor unit in a running shop, and measure when searches see them: "
        "outbox, election, indexer and Elasticsearch's refresh together. Prices are put back in the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--changes", type=int, default=200)
        parser.add_argument("--per-second", type=float, default=5.0)

    def handle(self, *args: Any, **options: Any) -> None:
        if not client.is_configured():
            raise CommandError("ELASTICSEARCH_URL names no Elasticsearch.")
        chosen = self._chosen(options["changes"])
        changes: list[Change] = []
        seconds: list[float] = []
        try:
            for offer in chosen:
                changes.append(self._change(offer))
                until = time.monotonic() + 1 / options["per_second"]
                while time.monotonic() < until:
                    changes = self._still_unseen(changes, seconds)
                    time.sleep(PAUSE_S / 2)
            until = time.monotonic() + PATIENCE_S
            while changes and time.monotonic() < until:
                changes = self._still_unseen(changes, seconds)
                time.sleep(PAUSE_S)
        except (ApiError, TransportError) as error:
            raise CommandError(f"Elasticsearch does not answer: {error}") from error
        finally:
            for offer in chosen:
                self._set(offer, offer.price_minor)
        self._report(sorted(seconds), len(changes))

    def _chosen(self, count: int) -> list[Offer]:
        """Choose offers of different products at random, so that each is seen by its own document."""
        offered = Offer.objects.filter(in_stock=True, price_minor__gt=1_000).defer("inputs", "facets")
        offers = list(offered.order_by("product_id", "pk").distinct("product_id"))
        return Random(1).sample(offers, min(count, len(offers)))

    def _change(self, offer: Offer) -> Change:
        self._set(offer, offer.price_minor - 1)
        return Change(offer, offer.price_minor - 1, time.monotonic())

    def _set(self, offer: Offer, price_minor: int) -> None:
        with transaction.atomic(durable=True):
            listings.set_price(
                listing_id=offer.listing_id,
                market=offer.market,
                price=Money(price_minor, offer.currency),
                actor=ACTOR,
                now=clock.now(),
            )

    def _still_unseen(self, changes: list[Change], seconds: list[float]) -> list[Change]:
        """Ask for all outstanding changes at once; keep those that searches do not see."""
        if not changes:
            return changes
        searches: list[dict[str, Any]] = []
        for change in changes:
            seen = {"term": {"offers.price": change.price_minor}}
            nested = {"nested": {"path": "offers", "query": seen}}
            query = {"bool": {"filter": [{"ids": {"values": [change.key]}}, nested]}}
            searches += [{}, {"query": query, "size": 0}]
        answers = client.indexing().msearch(index=live_alias(), searches=searches)["responses"]
        now = time.monotonic()
        unseen = []
        for change, answer in zip(changes, answers, strict=True):
            if answer["hits"]["total"]["value"]:
                seconds.append(now - change.committed_at)
            else:
                unseen.append(change)
        return unseen

    def _report(self, seconds: list[float], unseen: int) -> None:
        if not seconds:
            raise CommandError(f"Searches saw none of {unseen} changes: do worker, relay and beat run?")
        p50, p99 = seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, len(seconds) * 99 // 100)]
        self.stdout.write(
            f"{len(seconds)} price changes were seen by searches after p50 {p50:.1f} s, p99 {p99:.1f} s, "
            f"at most {seconds[-1]:.1f} s; {unseen} not within {PATIENCE_S} s."
        )
