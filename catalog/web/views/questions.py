"""Questions about a product: read, ask, and answer as somebody who has it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.often import is_too_often
from backmarket.core.policies import PUBLIC, SIGNED_IN, policy
from backmarket.markets.indexing import indexed
from catalog.enums import ProductState
from catalog.models import ProductModel, Question
from catalog.selectors.pages.product import find_product
from catalog.selectors.pages.questions import question_page, questions_of
from catalog.services.questions import Said, answer_as_buyer, ask, has_received
from catalog.web import params
from catalog.web.product_forms import AnswerForm, QuestionForm

QUESTIONS_AN_HOUR = 5
HOUR_S = 3600


@policy(PUBLIC)
@indexed(is_paged=True)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product's questions with the form to ask one, and take what is sent."""
    product = _product(slug)
    form = QuestionForm(request.POST if request.method == "POST" else None, initial={"name": _name_of(request)})
    if request.method == "POST" and form.is_valid() and _ask(request, product, form):
        messages.success(request, _("Thank you. We read each question before it is shown here."))
        return redirect("catalog:questions", slug=slug)
    return _show(request, product, form, status=422 if form.errors else 200)


@policy(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let somebody whose device of this model has arrived answer a question about it."""
    product = _product(slug)
    question = questions_of(product).filter(public_id=public_id).first()
    if question is None or not has_received(user_id=request.user.pk or 0, product_id=product.pk):
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _answer(request, question, form):
        messages.success(request, _("Thank you. We read each answer before it is shown here."))
        return redirect("catalog:questions", slug=slug)
    context = {"product": product, "question": question, "form": form}
    return render(request, "catalog/answer.html", context, status=422 if form.errors else 200)


def _show(request: HttpRequest, product: ProductModel, form: QuestionForm, *, status: int) -> HttpResponse:
    user_id = request.user.pk if request.user.is_authenticated else None
    context: dict[str, Any] = {
        "product": product,
        "shown": question_page(product, params.whole(request.GET.get("page", "")) or 1),
        "form": form,
        "may_answer": user_id is not None and has_received(user_id=user_id, product_id=product.pk),
    }
    return render(request, "catalog/questions.html", context, status=status)


def _ask(request: HttpRequest, product: ProductModel, form: QuestionForm) -> bool:
    """Record the question; programs that fill in the bait are thanked and forgotten."""
    if form.is_bait_taken:
        return True
    if is_too_often(request, "question", limit=QUESTIONS_AN_HOUR, period_s=HOUR_S):
        form.add_error(None, _("You have asked several questions. Please come back in an hour."))
        return False
    try:
        with transaction.atomic(durable=True):
            ask(
                product_id=product.pk,
                market=params.market_of(request).code,
                said=_said(request, form.cleaned_data["text"], form.cleaned_data["name"]),
                now=clock.now(),
            )
    except DomainError as error:
        form.add_error(None, str(error.text))
        return False
    return True


def _answer(request: HttpRequest, question: Question, form: AnswerForm) -> bool:
    try:
        with transaction.atomic(durable=True):
            answer_as_buyer(
                question_id=question.pk,
                said=_said(request, form.cleaned_data["text"], _name_of(request)),
                actor=Actor.of(request),
                now=clock.now(),
            )
    except DomainError as error:
        form.add_error(None, str(error.text))
        return False
    return True


def _said(request: HttpRequest, text: str, name: str) -> Said:
    user_id = request.user.pk if request.user.is_authenticated else None
    return Said(text=text, language=(get_language() or "en")[:2], author_name=name, user_id=user_id)


def _name_of(request: HttpRequest) -> str:
    """Return a signed-in person's first name; the e-mail address is never shown."""
    if not request.user.is_authenticated:
        return ""
    return request.user.name.split(" ")[0] or _("A buyer")


def _product(slug: str) -> ProductModel:
    product = find_product(slug)
    if product is None or product.state == ProductState.WITHDRAWN:
        raise Http404
    return product
