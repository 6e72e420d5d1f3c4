"""Questions about a product with their published answers."""

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet

from catalog.enums import ReviewState
from catalog.models import Answer, Listing, ProductModel, Question

PAGE_SIZE = 10


def questions_of(product: ProductModel) -> QuerySet[Question]:
    """Return the questions that the shop shows, the newest first, with the answers that it shows."""
    answers = Answer.objects.filter(state=ReviewState.PUBLISHED).select_related("seller")
    rows = Question.objects.filter(product=product, state=ReviewState.PUBLISHED)
    return rows.prefetch_related(Prefetch("answers", queryset=answers))


def question_page(product: ProductModel, page: int) -> "Page[Question]":
    """Return one page of a product's questions; three queries."""
    return Paginator(questions_of(product), PAGE_SIZE).get_page(page)


def questions_for_seller(seller_id: int) -> QuerySet[Question]:
    """Return published questions about what a seller offers, with every answer, the newest first."""
    offered = Listing.objects.filter(seller_id=seller_id, quantity__gt=0).values("sku__product_id")
    rows = Question.objects.filter(state=ReviewState.PUBLISHED, product_id__in=offered)
    answers = Answer.objects.exclude(state=ReviewState.REJECTED).select_related("seller")
    return rows.select_related("product__brand").prefetch_related(Prefetch("answers", queryset=answers))
