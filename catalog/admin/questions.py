"""Moderation of questions and answers, and the house's own answers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.actors import Actor
from catalog.enums import ReviewState
from catalog.models import Answer, Question
from catalog.services.questions import MAX_ANSWER, Said, answer_as_staff, moderate_answer, moderate_question

from .reviews import MODERATION, FoundFilter, WordsAdmin


class AnswerInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Answer
    fields = readonly_fields = ("created_at", "kind", "seller", "author_name", "text", "state")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The house's answer; the question itself is never rewritten."""

    house_answer = forms.CharField(
        label=_("Answer as backmarket"),
        required=False,
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Saving it publishes the question as well."),
    )

    class Meta:
        model = Question
        fields = ()


@admin.register(Question)
class QuestionAdmin(WordsAdmin):
    form = QuestionForm
    list_display = ("created_at", "text", "found", "product", "market", "author_name", "state")
    list_filter = ("state", FoundFilter, "market", "language")
    list_select_related = ("product__brand",)
    search_fields = ("text", "author_name", "product__name")
    readonly_fields = tuple(field.name for field in Question._meta.concrete_fields)
    actions = MODERATION
    inlines = (AnswerInline,)

    def move(self, request: HttpRequest, pk: int, state: ReviewState, reason: str) -> object:
        return moderate_question(question_id=pk, state=state, reason=reason, actor=Actor.of(request), now=clock.now())

    def save_model(self, request: HttpRequest, obj: Question, form: Any, change: bool) -> None:
        """Write the house's answer through its service; nothing else on the page can change."""
        text = form.cleaned_data.get("house_answer", "").strip()
        if not text:
            return
        said = Said(text=text, language=(get_language() or "en")[:2], author_name="backmarket", user_id=request.user.pk)
        with transaction.atomic():
            answer_as_staff(question_id=obj.pk, said=said, actor=Actor.of(request), now=clock.now())


@admin.register(Answer)
class AnswerAdmin(WordsAdmin):
    list_display = ("created_at", "text", "found", "kind", "seller", "author_name", "state")
    list_filter = ("state", FoundFilter, "kind", "language")
    list_select_related = ("seller",)
    search_fields = ("text", "author_name", "question__text", "seller__name")
    readonly_fields = tuple(field.name for field in Answer._meta.concrete_fields)
    actions = MODERATION

    def move(self, request: HttpRequest, pk: int, state: ReviewState, reason: str) -> object:
        return moderate_answer(answer_id=pk, state=state, reason=reason, actor=Actor.of(request), now=clock.now())
