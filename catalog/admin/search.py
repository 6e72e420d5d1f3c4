"""Words and products that staff tell the search, and a page that shows how a search is read and what it finds."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.policies import STAFF, policy
from backmarket.markets.registry import MARKETS
from catalog.enums import BoostKind
from catalog.models import SearchBoost, SearchSynonym
from catalog.search.reader import MAX_ALIAS, read
from catalog.search.text import normalised
from catalog.search.vocabulary import vocabulary
from catalog.selectors.search_trial import MAX_CHARS, trial
from catalog.services import search_words

MOST_POINTS = 100
MAX_QUERY = 120


def _languages() -> list[tuple[str, str]]:
    codes = sorted({language for market in MARKETS.values() for language in market.languages})
    return [("", str(_("all languages"))), *((code, code) for code in codes)]


class SearchSynonymForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)

    class Meta:
        model = SearchSynonym
        fields = ("term", "means", "language", "is_active", "note")
        help_texts = {
            "term": _("What people type: up to %(count)s words.") % {"count": MAX_ALIAS},
            "means": _("What is searched for instead, such as “airpods pro” or “playstation 5”."),
        }

    def clean_term(self) -> str:
        term = normalised(self.cleaned_data["term"])
        if not term:
            raise ValidationError(_("Write letters or digits."))
        if len(term.split()) > MAX_ALIAS:
            raise ValidationError(_("Write at most %(count)s words.") % {"count": MAX_ALIAS})
        return term

    def clean_means(self) -> str:
        """Refuse what the search would not understand either."""
        means = normalised(self.cleaned_data["means"])
        reading = read(means, vocabulary())
        if not reading.parts or reading.ignored:
            unknown = ", ".join(reading.ignored) or self.cleaned_data["means"]
            raise ValidationError(_("Nothing in the catalogue is called “%(words)s”.") % {"words": unknown})
        return means

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("term") and data.get("term") == data.get("means"):
            raise ValidationError(_("The term means itself already."))
        return data


class SearchBoostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SearchBoost
        fields = ("query", "product", "kind", "points", "reason", "starts_at", "ends_at", "is_active")
        help_texts = {
            "query": _("The search that this is for, as people type it; empty for every search."),
            "points": _(
                "For “show earlier or later”: added to the product's popularity of 0 to 100. "
                "For “show first”: of several products the one with more points comes first."
            ),
            "reason": _("Why: staff after you will want to know."),
        }

    def clean_query(self) -> str:
        """Keep the search as it is read, so that every way to type it counts."""
        query = self.cleaned_data["query"]
        if not query.strip():
            return ""
        reading = read(query, vocabulary())
        if not reading.text:
            raise ValidationError(_("Nothing in the catalogue is called “%(words)s”.") % {"words": query})
        if len(reading.text) > MAX_QUERY:
            raise ValidationError(_("This search is too long."))
        return reading.text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind, points = data.get("kind"), data.get("points") or 0
        if kind == BoostKind.PIN and not data.get("query"):
            self.add_error("query", _("A product can be shown first for one search, not for all."))
        if abs(points) > MOST_POINTS:
            self.add_error("points", _("Write a number from −100 to 100."))
        if kind == BoostKind.RAISE and not points:
            self.add_error("points", _("Without points nothing changes."))
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must come after the start."))
        return data


@admin.register(SearchSynonym)
class SearchSynonymAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SearchSynonymForm
    list_display = ("term", "means", "language_text", "is_active", "note")
    list_filter = ("is_active", "language")
    search_fields = ("term", "means", "note")
    change_list_template = "admin/catalog/search_words.html"

    @admin.display(description=_("language"), ordering="language")
    def language_text(self, synonym: SearchSynonym) -> str:
        return synonym.language or str(_("all languages"))

    def save_model(self, request: HttpRequest, obj: SearchSynonym, form: Any, change: bool) -> None:
        search_words.save_synonym(obj, actor=Actor.of(request), now=clock.now())

    def delete_model(self, request: HttpRequest, obj: SearchSynonym) -> None:
        search_words.delete_synonym(obj, actor=Actor.of(request), now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchSynonym]) -> None:
        for synonym in queryset:
            self.delete_model(request, synonym)

    def get_urls(self) -> list[URLPattern]:
        own = path("try/", self.admin_site.admin_view(self.try_view), name="catalog_search_try")
        return [own, *super().get_urls()]

    @policy(STAFF)
    def try_view(self, request: HttpRequest) -> HttpResponse:
        """Show how a search is read, what it finds first, and why."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        market = request.GET.get("market", "")
        market = market if market in MARKETS else next(iter(MARKETS))
        languages = MARKETS[market].languages
        language = request.GET.get("language", "")
        language = language if language in {*languages, "en"} else languages[0]
        text = request.GET.get("q", "")[:MAX_CHARS].strip()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Try a search"),
            "text": text,
            "market": market,
            "markets": sorted(MARKETS),
            "language": language,
            "languages": sorted({code for each in MARKETS.values() for code in each.languages}),
            "trials": trial(text, market=market, language=language) if text else (),
            "back_url": reverse("admin:catalog_searchsynonym_changelist"),
        }
        return TemplateResponse(request, "admin/catalog/search_try.html", context)


@admin.register(SearchBoost)
class SearchBoostAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SearchBoostForm
    list_display = ("search", "product", "kind", "points", "starts_at", "ends_at", "is_active", "reason")
    list_filter = ("kind", "is_active")
    list_select_related = ("product__brand",)
    search_fields = ("query", "product__name", "product__brand__name", "reason")
    autocomplete_fields = ("product",)
    date_hierarchy = "starts_at"
    change_list_template = "admin/catalog/search_words.html"

    @admin.display(description=_("search"), ordering="query")
    def search(self, boost: SearchBoost) -> str:
        return boost.query or str(_("every search"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": clock.now(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: SearchBoost, form: Any, change: bool) -> None:
        search_words.save_boost(obj, actor=Actor.of(request), now=clock.now())

    def delete_model(self, request: HttpRequest, obj: SearchBoost) -> None:
        search_words.delete_boost(obj, actor=Actor.of(request), now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchBoost]) -> None:
        for boost in queryset:
            self.delete_model(request, boost)
