"""
The embedded search engine: PostgreSQL, one statement a request.

Products come from the words (`catalog.search.documents`), offers from the facet values; `failed` names the facets
whose choice an offer does not meet. An offer that meets all is a hit, one that fails in a single facet still counts
for that facet's values: this is how a choice leaves its siblings' counts alone.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from backmarket.core.rows import decoded

from .requests import Match, SearchHits, SearchRequest

WITHOUT_WORDS = "product.state = 'active'"
ALL_WORDS = """
    product.state = 'active' AND (product.search_vector @@ %(query)s::tsquery OR product.id = ANY(%(pinned)s::bigint[]))
"""
ANY_WORD = "product.state = 'active' AND product.search_vector @@ %(any_query)s::tsquery"
ALIKE = "product.state = 'active' AND %(text)s <%% product.search_text"
NO_RANK = "0::real AS closeness, false AS is_named, 0 AS extra_words"
EXTRA_WORDS = """
    cardinality(ARRAY(
        SELECT unnest(tsvector_to_array(ts_filter(product.search_vector, '{a}')))
        EXCEPT SELECT unnest(%(words)s::text[])
    )) AS extra_words
"""
NAME_RANK = f"0::real AS closeness, product.search_vector @@ %(name_query)s::tsquery AS is_named, {EXTRA_WORDS}"
# How many of the words are in the name.
SHARED_WORDS = """
    cardinality(ARRAY(
        SELECT unnest(tsvector_to_array(ts_filter(product.search_vector, '{a,b}')))
        INTERSECT SELECT unnest(%(words)s::text[])
    ))
"""
# Words in the name count most, and a little those elsewhere.
ANY_RANK = f"""
    ({SHARED_WORDS} + ts_rank(product.search_vector, %(any_query)s::tsquery) / 10)::real AS closeness,
    false AS is_named, {EXTRA_WORDS}
"""
ALIKE_RANK = f"word_similarity(%(text)s, product.search_text) AS closeness, false AS is_named, {EXTRA_WORDS}"

# Best first: exact names, then names that hold all the words; a number in the words makes longer names less likely.
# Among equals the popular ones, a little more so where many offers stand behind them, then the newest.
POPULAR = """
    max(product.popularity) + 2 * ln(1 + count(*))
    + coalesce((%(points)s::int[])[array_position(%(raised)s::bigint[], product_id)], 0) DESC,
    max(product.launch_year) DESC NULLS LAST
"""
CHEAP = "min(price_minor)"
NEW = "max(product.launch_year * 12 + coalesce(product.launch_month, 6)) DESC NULLS LAST"
BEST = """
    array_position(%(pinned)s::bigint[], product_id) NULLS LAST, product_id = ANY(%(buried)s::bigint[]),
    max(product.hinted) DESC,
    bool_or(product.is_named) DESC, bool_or(product.extra_words = 0) DESC, max(product.closeness) DESC,
    CASE WHEN bool_or(product.is_named) AND %(has_number)s THEN min(product.extra_words) ELSE 0 END,
    EQUALS
"""
PREFERRED = {"price": CHEAP, "new": NEW}
ORDERS = {
    "price": CHEAP,
    "-price": "min(price_minor) DESC",
    "value": "min(value_permille) NULLS LAST",
    "new": NEW,
    "co2": "max(product.co2_saved_g) DESC NULLS LAST",
}
FIND = """
WITH product AS MATERIALIZED (
    SELECT product.id, product.slug, product.popularity, product.launch_year, product.launch_month,
        product.co2_saved_g, RANK, HINTED AS hinted
    FROM catalog_productmodel product WHERE WORDS
), offer AS MATERIALIZED (
    SELECT offer.id, offer.product_id, offer.price_minor, offer.value_permille, offer.facets, FAILED AS failed
    FROM catalog_offer offer JOIN product ON product.id = offer.product_id
    WHERE offer.market = %(market)s AND offer.in_stock AND offer.facets @> %(required)s::text[] GROUPS
), hit AS (
    SELECT product_id, row_number() OVER (ORDER BY ORDERING, product_id) AS place
    FROM offer JOIN product ON product.id = offer.product_id
    WHERE failed = '{}'
    GROUP BY product_id
), a_page AS (
    SELECT count(*) AS total, least(%(start)s, greatest(0, count(*) - 1) / %(size)s * %(size)s) AS start FROM hit
), counted AS (
    SELECT value COLLATE "C" AS value, product_id
    FROM offer, unnest(CASE
        WHEN failed = '{}' THEN facets
        ELSE ARRAY(SELECT one FROM unnest(facets) AS one WHERE starts_with(one, failed[1] || ':'))
    END) AS value
    WHERE cardinality(failed) < 2
    GROUP BY 1, 2
), a_value AS (
    SELECT value, count(*) AS products FROM counted WHERE NOT starts_with(value, 'model:') GROUP BY value
    UNION ALL
    SELECT 'model:' || product.slug, count(*)
    FROM offer JOIN product ON product.id = offer.product_id
    WHERE failed <@ '{model}'
    GROUP BY 1
)
SELECT
    (
        SELECT json_agg(product_id ORDER BY place) FROM hit, a_page WHERE place > start AND place <= start + %(size)s
    ) AS ids,
    (SELECT total FROM a_page) AS total,
    (SELECT json_object_agg(value, products) FROM a_value) AS counts,
    (SELECT json_build_array(min(price_minor), max(price_minor)) FROM offer WHERE failed <@ '{price}') AS prices
"""


class PostgresEngine:
    """Always there; the fallback of every other engine."""

    name = "PostgreSQL"

    def find(self, request: SearchRequest) -> SearchHits:
        """Find one page; one beyond the end is answered with the last one."""
        return next(self.find_all([request]))

    def find_all(self, requests: Sequence[SearchRequest]) -> Iterator[SearchHits]:
        """Find several pages with one statement for all of them."""
        if not requests:
            return
        with connection.cursor() as cursor:
            # Each has values of its own under the same names, so that each is completed before they are joined.
            pages = [cursor.mogrify(*_statement(request)).decode() for request in requests]
            numbered = [f"SELECT {place} AS place, page.* FROM ({page}) AS page" for place, page in enumerate(pages)]  # noqa: S608 — completed by the driver
            cursor.execute(" UNION ALL ".join(numbered) + " ORDER BY place")
            rows = cursor.fetchall()
        for row in rows:
            yield _hits(*row[1:])


def _hits(ids: Any, total: int, counts: Any, prices: Any) -> SearchHits:
    low, high = decoded(prices) or (None, None)
    return SearchHits(tuple(decoded(ids) or ()), total, decoded(counts) or {}, low, high)


def _statement(request: SearchRequest) -> tuple[str, dict[str, Any]]:
    words, rank = _words(request)
    failed, groups, values = _conditions(request)
    best = BEST.replace("EQUALS", PREFERRED.get(request.prefers, POPULAR))
    order = f"max(product.hinted) DESC, {ORDERS[request.sort]}" if request.sort in ORDERS else best
    hints = [f"(product.search_vector @@ %(hint_{number})s::tsquery)::int" for number in range(len(request.hints))]
    parts = {
        "RANK": rank,
        "HINTED": " + ".join(hints) or "0",
        "WORDS": words,
        "FAILED": failed,
        "GROUPS": groups,
        "ORDERING": order,
    }
    statement = FIND
    for name, part in parts.items():
        statement = statement.replace(name, part)
    return statement, values | _values(request)


def _words(request: SearchRequest) -> tuple[str, str]:
    """Return the condition on products and the columns that rank them."""
    if not request.words and not request.prefix:
        return WITHOUT_WORDS, NO_RANK
    if request.match == Match.ANY:
        return ANY_WORD, ANY_RANK
    if request.match == Match.ALIKE:
        return ALIKE, ALIKE_RANK
    return ALL_WORDS, NAME_RANK


def _conditions(request: SearchRequest) -> tuple[str, str, dict[str, Any]]:
    """Return the list of failed facets, the conditions that every offer meets, and their values."""
    values: dict[str, Any] = {}
    groups = ""
    for number, group in enumerate(request.recognised):
        values[f"group_{number}"] = list(group)
        groups += f" AND offer.facets && %(group_{number})s::text[]"
    tests = []
    for number, (facet, chosen) in enumerate(request.chosen.items()):
        values[f"facet_{number}"] = facet
        values[f"chosen_{number}"] = [f"{facet}:{value}" for value in chosen]
        tests.append(f"CASE WHEN NOT offer.facets && %(chosen_{number})s::text[] THEN %(facet_{number})s::text END")
    if request.price_from_minor is not None or request.price_to_minor is not None:
        tests.append("CASE WHEN NOT offer.price_minor BETWEEN %(low)s AND %(high)s THEN 'price' END")
    failed = f"array_remove(ARRAY[{', '.join(tests)}]::text[], NULL)" if tests else "'{}'::text[]"
    return failed, groups, values


def _values(request: SearchRequest) -> dict[str, Any]:
    terms = [f"'{word}'" for word in request.words]
    begun = [f"'{request.prefix}':*"] if request.prefix else []
    return {
        **{f"hint_{number}": f"'{hint}'" for number, hint in enumerate(request.hints)},
        "market": request.market,
        "required": list(request.required),
        "low": request.price_from_minor or 0,
        "high": 2**62 if request.price_to_minor is None else request.price_to_minor,
        "words": [*request.words, request.prefix],
        "query": " & ".join([*terms, *begun]),
        "any_query": " | ".join([*terms, *begun]),
        "name_query": " & ".join([*(f"{term}:AB" for term in terms), *(f"{term}AB" for term in begun)]),
        "has_number": any(char.isdigit() for char in "".join(request.words)),
        "pinned": list(request.pinned),
        "raised": [product_id for product_id, _points in request.raised],
        "points": [points for _product_id, points in request.raised],
        "buried": list(request.buried),
        "text": " ".join([*request.words, request.prefix]).strip(),
        "start": (request.page - 1) * request.page_size,
        "size": request.page_size,
    }
