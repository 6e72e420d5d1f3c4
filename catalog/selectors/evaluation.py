"""Measure how well searches find what people judged to be right: every query asked as on the page, of each engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from django.utils import translation

from backmarket.markets.registry import MARKETS
from catalog.models import ProductModel
from catalog.models.product import full_name
from catalog.rules.judgements import JudgedQuery, Judgements
from catalog.rules.relevance import DEPTH, ndcg, reciprocal_rank
from catalog.search.query import search
from catalog.search.requests import SearchEngine, SearchRequest
from catalog.search.text import normalised


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query's products in order; `ndcg` is None where no product of the file is of use."""

    query: JudgedQuery
    language: str
    market: str
    ranked: tuple[int, ...]
    ndcg: float | None
    reciprocal_rank: float


@dataclass(slots=True)
class Evaluation:
    """What one engine found; queries whose products are all unknown are not in it."""

    engine: str
    outcomes: list[Outcome] = field(default_factory=list)

    def of(self, language: str = "") -> "Figures":
        outcomes = [outcome for outcome in self.outcomes if language in ("", outcome.language)]
        scored = [outcome for outcome in outcomes if outcome.ndcg is not None]
        return Figures(
            queries=len(outcomes),
            ndcg=fmean([outcome.ndcg for outcome in scored if outcome.ndcg is not None]) if scored else None,
            mrr=fmean([outcome.reciprocal_rank for outcome in scored]) if scored else None,
            zero_rate=fmean([not outcome.ranked for outcome in outcomes]) if outcomes else None,
        )

    @property
    def languages(self) -> list[str]:
        return sorted({outcome.language for outcome in self.outcomes})

    def worst(self, count: int) -> list[Outcome]:
        scored = [outcome for outcome in self.outcomes if outcome.ndcg is not None and outcome.ndcg < 1]
        return sorted(scored, key=lambda outcome: outcome.ndcg or 0)[:count]


@dataclass(frozen=True, slots=True)
class Figures:
    queries: int
    ndcg: float | None
    mrr: float | None
    zero_rate: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """Judgements by primary keys, names for reports, and what the file names that the catalogue does not know."""

    grades: Mapping[JudgedQuery, Mapping[int, int]]
    names: Mapping[int, str]
    unknown: tuple[str, ...]


def known_judgements(judgements: Judgements) -> Known:
    """
    Find the products that the file names by slug, public id, source_ref, full name or name; one query.

    Names count however they are written, as searches do.
    """
    fields = ("pk", "slug", "public_id", "source_ref", "name", "brand__name")
    rows = list(ProductModel.objects.order_by("-pk").values_list(*fields))
    names = {pk: full_name(name, brand) for pk, _slug, _public_id, _source_ref, name, brand in rows}
    by_name: dict[str, int] = {}
    # What is exact is written over what only resembles: slugs last.
    by_name |= {normalised(name): pk for pk, *_keys, name, _brand in rows}
    by_name |= {normalised(name): pk for pk, name in names.items()}
    by_name |= {name.casefold(): pk for pk, *_keys, name, _brand in rows}
    by_name |= {name.casefold(): pk for pk, name in names.items()}
    by_name |= {source_ref.casefold(): pk for pk, _slug, _id, source_ref, *_names in rows if source_ref}
    by_name |= {str(public_id): pk for pk, _slug, public_id, *_rest in rows}
    by_name |= {slug: pk for pk, slug, *_rest in rows}
    found = {name: by_name.get(name.casefold()) or by_name.get(normalised(name)) for name in judgements.products}
    grades: dict[JudgedQuery, dict[int, int]] = {}
    for query, graded in judgements.grades.items():
        known = {pk: grade for name, grade in graded.items() if (pk := found[name]) is not None}
        if known:
            grades[query] = known
    unknown = sorted(name for name, pk in found.items() if pk is None)
    return Known(grades=grades, names=names, unknown=tuple(unknown))


def evaluate(
    known: Known, engine: SearchEngine, *, market: str, asked: Callable[[], None] = lambda: None
) -> Evaluation:
    """
    Ask every query; `asked` is called after each.

    Products that nobody sells in the market come after those on sale, and before those that have only some of the
    words, as on the page.
    """
    evaluation = Evaluation(engine.name)
    for query, grades in known.grades.items():
        evaluation.outcomes.append(_outcome(query, grades, engine, query.market or market))
        asked()
    return evaluation


def _outcome(query: JudgedQuery, grades: Mapping[int, int], engine: SearchEngine, market: str) -> Outcome:
    language = query.language or MARKETS[market].languages[0]
    with translation.override(language):
        result = search(query.text, filters=SearchRequest(market), version="", find_all=engine.find_all)
    on_sale, unsold = result.hits.product_ids, tuple(product.product_id for product in result.unavailable)
    ranked = ((*unsold, *on_sale) if result.is_partial else (*on_sale, *unsold))[:DEPTH]
    return Outcome(
        query=query,
        language=language,
        market=market,
        ranked=ranked,
        ndcg=ndcg(ranked, grades),
        reciprocal_rank=reciprocal_rank(ranked, grades),
    )
