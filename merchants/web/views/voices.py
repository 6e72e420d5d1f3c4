"""What shoppers say of this seller and ask about what it offers, and the seller's answers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import policy
from catalog.selectors.pages.questions import questions_for_seller
from catalog.selectors.reviews import reviews_for_seller
from catalog.services.questions import Said, answer_as_seller
from catalog.services.review_answers import MAX_ANSWER, answer_review
from merchants.enums import Role
from merchants.policies import member
from merchants.web import page

TABS = {"to_answer": gettext_lazy("To answer"), "all": gettext_lazy("All")}
ANSWERERS = (Role.CARE, Role.ORDERS)


class VoiceAnswerForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


@policy(member(*ANSWERERS))
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List what buyers said of this seller, each with the seller's answer or a form to write it."""
    rows = reviews_for_seller(page.merchant_of(request).pk)
    tab = _tab(request)
    if tab == "to_answer":
        rows = rows.filter(answer="").exclude(text="")
    return _show(request, "reviews.html", page.page_of(request, rows), tab)


@policy(member(*ANSWERERS))
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """List what shoppers ask about products that this seller offers."""
    seller_id = page.merchant_of(request).pk
    rows = questions_for_seller(seller_id)
    tab = _tab(request)
    if tab == "to_answer":
        rows = rows.exclude(answers__seller_id=seller_id)
    return _show(request, "questions.html", page.page_of(request, rows), tab)


@policy(member(*ANSWERERS))
@require_POST
def answer_to_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the seller's answer to a review; buyers and everybody else read it below the review."""
    seller_id = page.merchant_of(request).pk
    review_id = reviews_for_seller(seller_id).filter(public_id=public_id).values_list("pk", flat=True).first()
    if review_id is None:
        raise Http404

    def send(text: str) -> bool:
        review = answer_review(
            review_id=review_id,
            seller_id=seller_id,
            text=text,
            language=_language(),
            actor=Actor.of(request),
            now=clock.now(),
        )
        return not review.answer_findings

    return _answer(request, "office:reviews", send)


@policy(member(*ANSWERERS))
@require_POST
def answer_to_question(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the seller's answer to a question about a product it offers."""
    merchant = page.merchant_of(request)
    question = questions_for_seller(merchant.pk).filter(public_id=public_id).first()
    if question is None:
        raise Http404

    def send(text: str) -> bool:
        answer = answer_as_seller(
            question_id=question.pk,
            seller_id=merchant.pk,
            said=Said(text=text, language=_language(), author_name=merchant.seller.name, user_id=request.user.pk),
            actor=Actor.of(request),
            now=clock.now(),
        )
        return not answer.findings

    return _answer(request, "office:questions", send)


def _answer(request: HttpRequest, back: str, send: Callable[[str], bool]) -> HttpResponse:
    """Check the form, send what it says, and go back to the list with a word on what became of it."""
    form = VoiceAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["text"]))
    else:
        try:
            with transaction.atomic(durable=True):
                is_shown = send(form.cleaned_data["text"])
        except DomainError as error:
            messages.error(request, str(error.text))
        else:
            waits = _("Your answer is kept. It holds an address, a number or a hard word, so we read it first.")
            messages.success(request, _("Your answer is shown in the shop.") if is_shown else waits)
    return redirect(page.way_back(request, reverse(back)))


def _show(request: HttpRequest, template: str, rows: Any, tab: str) -> HttpResponse:
    context = {
        "page": rows,
        "tab": tab,
        "tabs": TABS.items(),
        "form": VoiceAnswerForm(),
        "may_answer": page.may(request, *ANSWERERS),
        "max_answer": MAX_ANSWER,
    }
    return page.show(request, template, context, current="reviews")


def _tab(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "")
    return tab if tab in TABS else next(iter(TABS))


def _language() -> str:
    return (get_language() or "en")[:2]
