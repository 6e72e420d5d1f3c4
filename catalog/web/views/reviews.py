"""Reviews of a product: filtered, sorted, paged, and whom each of them helped."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.often import is_too_often
from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import indexed
from catalog.enums import ProductState, ReviewSort
from catalog.models import ProductModel
from catalog.selectors.pages.product import find_product
from catalog.selectors.pages.reviews import review_page
from catalog.services.review_votes import vote
from catalog.web import params
from catalog.web.voter import remember_voter, voter_of

VOTES_AN_HOUR = 60
HOUR_S = 3600


@policy(PUBLIC)
@indexed(narrowing=("stars", "grade", "seller", "language", "sort"), is_paged=True)
@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what buyers said of a product, as the address asks for."""
    product = _product(slug)
    shown = review_page(product=product, query=params.review_query(request.GET))
    context = {"product": product, "shown": shown, "sorts": ReviewSort.choices}
    return render(request, "catalog/reviews.html", context)


@policy(PUBLIC)
@require_POST
def vote_on_review(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Count a visitor's word on a review and go back to it."""
    product = _product(slug)
    voter = voter_of(request)
    if is_too_often(request, "vote", limit=VOTES_AN_HOUR, period_s=HOUR_S):
        messages.error(request, _("That were many votes in a short time. Please come back in an hour."))
    else:
        with transaction.atomic(durable=True):
            vote(
                public_id=public_id,
                product_id=product.pk,
                voter=voter,
                is_helpful=request.POST.get("helpful") == "1",
                now=clock.now(),
            )
    query = request.POST.get("query", "")
    address = reverse("catalog:reviews", args=[slug])
    response = redirect(f"{address}{query if query.startswith('?') else ''}#review-{public_id}")
    remember_voter(response, voter, secure=request.is_secure())
    return response


def _product(slug: str) -> ProductModel:
    product = find_product(slug)
    if product is None or product.state == ProductState.WITHDRAWN:
        raise Http404
    return product
