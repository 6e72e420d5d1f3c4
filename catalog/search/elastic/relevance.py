"""
How the words of a request choose products and order them, by exact terms of our own normal form.

A score is one number whose parts never overlap, so that it orders as PostgreSQL's ORDER BY does: pinned products,
buried ones last, those that meet most needs, names that hold all the words, names that hold nothing else, the fewest
other words where the search has a number ("s21" is no S21 Ultra), and popularity as a fraction.
"""

from collections.abc import Iterable
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from catalog.search.requests import Match, SearchRequest

from .letters import trigrams

PINNED = 1024
UNBURIED = 512
HINTED = 128
IS_NAMED = 64
IS_EXACT = 32
# Popularity, its points and its share for many offers stay below one.
POPULARITY = 1 / 4096
OFFERS = 2 * POPULARITY
MAX_POINTS = 1000
# What a word counts where any of them will do: a whole one in the name, a little by PostgreSQL's ts_rank elsewhere.
IN_NAME = 2.0
PLACES = {"name": 1.0, "alias": 0.4, "kind": 0.2, "detail": 0.1}
# Of the letters of an unknown word this share has to be alike.
ALIKE = "55%"

Function = dict[str, Any]


def ranked(request: SearchRequest, filters: list[Query]) -> Query:
    """Return the query of a request: its words under these filters, scored where the best come first."""
    found, functions = _by_words(request)
    query = Q("bool", filter=[*filters, *found])
    hinted = [_weighing(HINTED, Q("term", detail=hint)) for hint in request.hints]
    if request.sort == "best":
        popular = [] if request.prefers else _popularity(request)
        functions += [*hinted, *popular, *_wishes(request)]
    else:
        functions = hinted
    if not functions:
        return query
    return Q("function_score", query=query, functions=functions, score_mode="sum", boost_mode="replace")


def _by_words(request: SearchRequest) -> tuple[list[Query], list[Function]]:
    """Return which products the words find, and what they add to the score."""
    words = [*request.words, *([request.prefix] if request.prefix else [])]
    if not words:
        return [], []
    if request.match == Match.ALIKE:
        return _alike(words)
    if request.match == Match.ANY:
        return [Q("bool", should=_terms(request, ("words",)), minimum_should_match=1)], _any_word(request, words)
    all_words = Q("bool", filter=_terms(request, ("words",)))
    return [all_words | _are(request.pinned) if request.pinned else all_words], _all_words(request, words)


def _are(product_ids: Iterable[int]) -> Query:
    return Q("terms", product=list(product_ids))


def _terms(request: SearchRequest, fields: Iterable[str]) -> list[Query]:
    """Return one query a word: it stands in any of these fields; a begun word begins one there."""
    found = [_in_any([Q("term", **{name: word}) for name in fields]) for word in request.words]
    if request.prefix:
        found.append(_in_any([Q("prefix", **{name: request.prefix}) for name in fields]))
    return found


def _in_any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Q("bool", should=queries, minimum_should_match=1)


def _weighing(weight: float, query: Query) -> Function:
    return {"filter": query.to_dict(), "weight": weight}


def _exact(words: list[str]) -> Function:
    """Lift names all of whose words were asked for."""
    terms = {"terms": words, "minimum_should_match_field": "name_count"}
    return _weighing(IS_EXACT, Q("terms_set", name=terms))


def _all_words(request: SearchRequest, words: list[str]) -> list[Function]:
    is_named = Q("bool", filter=_terms(request, ("name", "alias")))
    functions = [_weighing(IS_NAMED, is_named), _exact(words)]
    if any(char.isdigit() for char in "".join(request.words)):
        # Brevity is lower by one with every word of the name, and every one that was asked for makes up for it.
        functions.append({"filter": is_named.to_dict(), "field_value_factor": {"field": "brevity", "missing": 0}})
        functions += [_weighing(1, is_named & Q("term", name=word)) for word in words]
    return functions


def _any_word(request: SearchRequest, words: list[str]) -> list[Function]:
    functions = [_exact(words)]
    for word in words:
        in_name = Q("term", name=word) | Q("term", alias=word)
        functions.append(_weighing(IN_NAME, in_name))
    for name, weight in PLACES.items():
        share = weight / len(words) / 10
        functions += [_weighing(share, query) for query in _terms(request, (name,))]
    return functions


def _alike(words: list[str]) -> tuple[list[Query], list[Function]]:
    """Find names by groups of three letters, for words that nothing is called."""
    found = sorted({letters for word in words for letters in trigrams(word)})
    alike = [Q("term", letters=letters) for letters in found]
    return [Q("bool", should=alike, minimum_should_match=ALIKE)], [_weighing(1, query) for query in alike]


def _popularity(request: SearchRequest) -> list[Function]:
    """Let popular products come first, a little more so where many offers stand behind them."""
    functions: list[Function] = [
        {"field_value_factor": {"field": "popularity", "factor": POPULARITY, "missing": 0}},
        {"field_value_factor": {"field": "offer_count", "modifier": "ln1p", "missing": 0}, "weight": OFFERS},
    ]
    if request.raised:
        # A weight cannot be negative: products that nobody raised or lowered stand in the middle.
        ids = [product_id for product_id, _points in request.raised]
        functions.append(_weighing(MAX_POINTS * POPULARITY, ~_are(ids)))
        for product_id, points in request.raised:
            held = max(-MAX_POINTS, min(points, MAX_POINTS)) + MAX_POINTS
            functions.append(_weighing(held * POPULARITY, _are([product_id])))
    return functions


def _wishes(request: SearchRequest) -> list[Function]:
    """Put pinned products first in their order, and buried ones last."""
    functions = [_weighing(UNBURIED, ~_are(request.buried))] if request.buried else []
    last = len(request.pinned)
    return functions + [
        _weighing((last - place) * PINNED, _are([product_id])) for place, product_id in enumerate(request.pinned)
    ]
