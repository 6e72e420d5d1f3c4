"""How a search is read and what each engine finds first, with the reasons, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from backmarket.core import clock
from backmarket.core.money import Money
from backmarket.markets.registry import MARKETS
from catalog.models.product import full_name
from catalog.search.boosts import Preferences, preferences
from catalog.search.engines import engines_that_answer
from catalog.search.query import SearchResult, search
from catalog.search.reader import read
from catalog.search.reading import Part, Reading
from catalog.search.requests import EngineUnavailableError, Match, SearchEngine, SearchRequest
from catalog.search.vocabulary import vocabulary

MAX_CHARS = 240
SHOWN = 10
PLACES = {"A": "name", "B": "name", "C": "category", "D": "details"}
FACTS = """
SELECT product.id, product.name, product.slug, brand.name, product.popularity, product.launch_year,
    (SELECT json_object_agg(word.lexeme, word.weights[1]) FROM unnest(product.search_vector) AS word
     WHERE word.lexeme = ANY(%(words)s)),
    (SELECT count(*) FROM catalog_offer offer
     WHERE offer.market = %(market)s AND offer.in_stock AND offer.product_id = product.id),
    (SELECT min(price_minor) FROM catalog_offer offer
     WHERE offer.market = %(market)s AND offer.in_stock AND offer.product_id = product.id)
FROM catalog_productmodel product JOIN catalog_brand brand ON brand.id = product.brand_id
WHERE product.id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A product among the first, and why it is there; `price` is that of its cheapest offer."""

    product_id: int
    name: str
    slug: str
    popularity: int
    launch_year: int | None
    offers: int
    price: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A piece of the search and what it stands for: facet values, or limits of the price."""

    kind: str
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What one engine made of a search; `problem` where it did not answer."""

    engine: str
    reading: Reading
    parts: tuple[ReadPart, ...]
    left_out: tuple[str, ...] = ()
    match: str = ""
    total: int = 0
    milliseconds: float = 0
    found: tuple[Found, ...] = ()
    unsold: tuple[str, ...] = ()
    problem: str = ""


def trial(text: str, *, market: str, language: str) -> list[Trial]:
    """Ask every engine that answers."""
    with translation.override(language):
        reading = read(text, vocabulary(), language)
        results = [(engine.name, *_asked(text, engine, market)) for engine in engines_that_answer()]
    return [_trial(name, reading, result, spent, market) for name, result, spent in results]


def _asked(text: str, engine: SearchEngine, market: str) -> tuple[SearchResult | str, float]:
    started = perf_counter()
    try:
        result: SearchResult | str = search(
            text, filters=SearchRequest(market, page_size=SHOWN), version="", find_all=engine.find_all
        )
    except EngineUnavailableError as error:
        result = str(error)
    return result, (perf_counter() - started) * 1000


def _trial(engine: str, reading: Reading, result: SearchResult | str, spent: float, market: str) -> Trial:
    parts = tuple(ReadPart(part.kind, part.text, _meaning(part, market)) for part in reading.parts)
    if isinstance(result, str):
        return Trial(engine, reading, parts, problem=result)
    matches = {
        Match.ALL: _("products with all the words"),
        Match.ANY: _("products with some of the words"),
        Match.ALIKE: _("products with letters alike"),
    }
    return Trial(
        engine=engine,
        reading=reading,
        parts=parts,
        left_out=result.ignored,
        match=matches[result.request.match],
        total=result.hits.total,
        milliseconds=spent,
        found=_found(result, reading, market),
        unsold=tuple(product.name for product in result.unavailable),
    )


def _meaning(part: Part, market: str) -> str:
    limits = ((part.price_from_minor, "≥"), (part.price_to_minor, "≤"))
    currency = MARKETS[market].currency
    prices = [f"{sign} {Money(minor, currency).format()}" for minor, sign in limits if minor is not None]
    return ", ".join((*part.facets, *prices))


def _found(result: SearchResult, reading: Reading, market: str) -> tuple[Found, ...]:
    ids = result.hits.product_ids[:SHOWN]
    words = [*reading.words, *([reading.prefix] if reading.prefix else [])]
    wishes = preferences(vocabulary().boosts, reading.text, clock.now())
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"ids": list(ids), "words": words, "market": market})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return tuple(_one(pk, rows[pk], words, wishes, market) for pk in ids if pk in rows)


def _one(pk: int, row: Sequence[object], words: list[str], wishes: Preferences, market: str) -> Found:
    name, slug, brand, popularity, year, places, offers, price = row
    return Found(
        product_id=pk,
        name=full_name(str(name), str(brand)),
        slug=str(slug),
        popularity=int(str(popularity)),
        launch_year=int(str(year)) if year else None,
        offers=int(str(offers)),
        price=Money(int(str(price)), MARKETS[market].currency).format() if price else "",
        reasons=(*_wishes(pk, wishes), *_places(words, places)),
    )


def _wishes(pk: int, wishes: Preferences) -> tuple[str, ...]:
    points = dict(wishes.raised).get(pk)
    return tuple(
        filter(
            None,
            (
                _("shown first by staff") if pk in wishes.pinned else "",
                _("%(points)+d points by staff") % {"points": points} if points else "",
                _("shown last by staff") if pk in wishes.buried else "",
            ),
        )
    )


def _places(words: list[str], places: object) -> tuple[str, ...]:
    """Say where each word was found."""
    known = places if isinstance(places, dict) else {}
    texts = {
        "name": _("%(words)s in the name"),
        "category": _("%(words)s in the category"),
        "details": _("%(words)s in the details"),
    }
    by_place: dict[str, list[str]] = {}
    for word in words:
        if word in known:
            by_place.setdefault(PLACES.get(known[word], "details"), []).append(word)
    return tuple(texts[place] % {"words": " ".join(found)} for place, found in by_place.items())
