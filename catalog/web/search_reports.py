"""What shoppers search and do not find, or find and do not open: for the staff who mend it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from backmarket.core import clock
from backmarket.core.downloads import download
from backmarket.core.policies import Policy, policy
from backmarket.markets.registry import LANGUAGE_NAMES, MARKETS
from catalog.rules.searches import FEW_CLICKS, MIN_DAYS, MIN_SEARCHES
from catalog.selectors.searches import Report, Scope, SearchFigures, figures_of, report_rows, report_totals

PAGE_SIZE = 50
MAX_ROWS = 5_000
PERIODS = (7, 28, 90)
USUAL_PERIOD = 28
SELECT = {"class": "in"}
ANALYST = Policy(
    "catalog.view_searchqueryday",
    lambda request: request.user.is_staff and request.user.has_perm("catalog.view_searchqueryday"),
)
TABS = (
    ("searches:empty", _("Without results")),
    ("searches:few-clicks", _("Few clicks")),
    ("searches:top", _("Top searches")),
    ("searches:engine", _("Search engine")),
)
TITLES = {
    Report.EMPTY: _("Searches without results"),
    Report.FEW_CLICKS: _("Searches with few clicks"),
    Report.TOP: _("Top searches"),
}
HEADING = (
    *("market", "language", "search", "searches", "searches_before", "without_result", "near_only", "clicks"),
    "mean_position",
)


class ScopeForm(forms.Form):
    """Whose searches to show; what makes no sense means all of them, and four weeks."""

    market = forms.ChoiceField(
        widget=forms.Select(SELECT),
        label=_("Market"),
        required=False,
        choices=[("", _("All markets")), *((market.code, market.name) for market in MARKETS.values())],
    )
    language = forms.ChoiceField(
        widget=forms.Select(SELECT),
        label=_("Language"),
        required=False,
        choices=[("", _("All languages")), *LANGUAGE_NAMES.items()],
    )
    days = forms.ChoiceField(
        widget=forms.Select(SELECT),
        label=_("Period"),
        required=False,
        choices=[(days, _("%(days)d days") % {"days": days}) for days in PERIODS],
    )

    def scope(self, until: date) -> Scope:
        self.is_valid()
        chosen = self.cleaned_data
        return Scope(
            until=until,
            days=int(chosen.get("days") or USUAL_PERIOD),
            market=chosen.get("market", ""),
            language=chosen.get("language", ""),
        )


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A search with where to try it and where to teach it; no address where somebody may not, or no such market is."""

    figures: SearchFigures
    market: str
    language: str
    try_url: str
    synonym_url: str


def report_view(report: Report) -> Callable[[HttpRequest], HttpResponse]:
    """Return the page of a report, behind the admin's own gate (second factor)."""

    @policy(ANALYST)
    def view(request: HttpRequest) -> HttpResponse:
        return _show(request, report)

    return admin.site.admin_view(view)


def _show(request: HttpRequest, report: Report) -> HttpResponse:
    scope = ScopeForm(request.GET).scope(clock.now().date())
    chosen: dict[str, str | int] = {"market": scope.market, "language": scope.language, "days": scope.days}
    rows = report_rows(report, scope)
    if request.GET.get("format") == "csv":
        return download(f"searches-{report}-{scope.days}-days", HEADING, map(_cells, rows[:MAX_ROWS]))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": TITLES[report],
        "tabs": TABS,
        "tab": f"searches:{report}",
        "report": report.value,
        "form": ScopeForm(initial=chosen),
        "scope": scope,
        "totals": report_totals(scope),
        "lines": _lines(request, page),
        "page": page,
        "query": urlencode(chosen),
        "least": {"searches": MIN_SEARCHES, "days": MIN_DAYS, "clicks": round(100 * FEW_CLICKS)},
    }
    return render(request, "catalog/searches/report.html", context)


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    figures = figures_of(row)
    mean = figures.mean_position
    return (
        *(figures.market, figures.language, figures.text, figures.searched, figures.before),
        *(figures.empty, figures.near, figures.clicked, "" if mean is None else round(mean, 1)),
    )


def _lines(request: HttpRequest, rows: Iterable[Mapping[str, Any]]) -> list[ReportLine]:
    may_teach = request.user.has_perm("catalog.add_searchsynonym")
    return [_line(figures_of(row), may_teach=may_teach) for row in rows]


def _line(figures: SearchFigures, *, may_teach: bool) -> ReportLine:
    market = MARKETS.get(figures.market)
    locale = f"{figures.language}-{figures.market.lower()}"
    try_url = ""
    if market and locale in market.locales:
        with override(locale):
            try_url = f"{reverse('catalog:search')}?{urlencode({'q': figures.text})}"
    return ReportLine(
        figures=figures,
        market=market.name if market else figures.market,
        language=LANGUAGE_NAMES.get(figures.language, figures.language),
        try_url=try_url,
        synonym_url=_synonym_url(figures) if may_teach else "",
    )


def _synonym_url(figures: SearchFigures) -> str:
    known = {"term": figures.text, "language": figures.language}
    return f"{reverse('admin:catalog_searchsynonym_add')}?{urlencode(known)}"
