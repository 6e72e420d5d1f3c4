"""The form in which a buyer reviews a delivered device."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, policy
from catalog.selectors.reviews import review_of_line
from catalog.services.reviews import MAX_TEXT
from checkout.models import OrderLine
from checkout.selectors import orders
from checkout.services.reviews import REVIEWABLE, review_line, withdraw_line_review

STARS = [(value, str(value)) for value in (5, 4, 3, 2, 1)]


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one to five stars.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What others should know"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """Show the form for a delivered line, filled with what was said before; record, change or take it back."""
    order = get_object_or_404(orders.visible_to(request), public_id=public_id)
    line = order.lines.select_related("seller", "order").filter(public_id=line_id, state__in=REVIEWABLE).first()
    if line is None:
        raise Http404
    said = review_of_line(line.reference)
    if request.method == "POST" and "withdraw" in request.POST and said is not None:
        with transaction.atomic(durable=True):
            withdraw_line_review(line=line, actor=Actor.of(request), now=clock.now())
        messages.success(request, _("Your review is no longer shown, and its stars no longer count."))
        return redirect(order)
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        initial={"rating": said.rating, "text": said.text} if said else None,
    )
    if request.method == "POST" and form.is_valid() and _record(line, form):
        messages.success(request, _("Thank you. Stars alone are shown at once; words are read by us first."))
        return redirect(order)
    context = {"form": form, "order": order, "line": line, "said": said}
    return render(request, "checkout/review.html", context, status=422 if form.errors else 200)


def _record(line: OrderLine, form: ReviewForm) -> bool:
    try:
        with transaction.atomic(durable=True):
            review_line(line=line, now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, str(error.text))
        return False
    return True
