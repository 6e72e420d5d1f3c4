"""The queue of tickets as a changelist, and the screen of one with its actions."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import date as format_date
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backmarket.accounts.groups import AGENT
from backmarket.core import clock
from backmarket.core.admin import ReadOnlyAdmin
from backmarket.core.errors import DomainError
from backmarket.core.policies import in_group, policy
from backmarket.markets.registry import MARKETS
from care.enums import TicketState
from care.models import ANSWERING_STATES, Ticket
from care.selectors import tickets as reads

from .actions import ACTIONS, Action
from .screen import context_of

AGENTS = in_group(AGENT)
STATE_MARKS = {
    TicketState.WAITING_SELLER: "todo",
    TicketState.WAITING_SHOPPER: "off",
    TicketState.ESCALATED: "now",
    TicketState.RESOLVED: "done",
    TicketState.CLOSED: "done",
}


class TurnFilter(admin.SimpleListFilter):
    """What is to be done, by default: whatever waits for an answer of the seller or of support."""

    title = _("turn")
    parameter_name = "turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("escalated", _("With the marketplace")),
            ("waiting_seller", _("With the seller")),
            ("waiting_shopper", _("With the shopper")),
            ("ended", _("Resolved or closed")),
            ("all", _("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        """Call the default by its name instead of “All”."""
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("To answer"),
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        chosen = self.value()
        if chosen is None:
            # A search looks everywhere.
            return queryset if request.GET.get("q") else queryset.filter(state__in=ANSWERING_STATES)
        if chosen == "overdue":
            return queryset.filter(state__in=ANSWERING_STATES, answer_by__lt=clock.now())
        if chosen == "ended":
            return queryset.filter(state__in=(TicketState.RESOLVED, TicketState.CLOSED))
        return queryset if chosen == "all" else queryset.filter(state=chosen)


class MarketFilter(admin.SimpleListFilter):
    title = _("market")
    parameter_name = "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(market.code, str(market.name)) for market in MARKETS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return queryset.filter(line__order__market=self.value()) if self.value() else queryset


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Agents work here; every change goes through a named action with a preview."""

    list_display = ("due", "issue", "order", "shopper", "seller", "turn", "market")
    list_display_links = ("issue",)
    list_filter = (TurnFilter, "issue", MarketFilter, ("seller", admin.RelatedOnlyFieldListFilter))
    search_fields = ("line__order__email",)
    search_help_text = _("Order number, e-mail, IMEI or seller")
    list_select_related = ("line__order", "seller")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        rows: QuerySet[Ticket] = super().get_queryset(request)
        return rows.order_by(F("answer_by").asc(nulls_last=True), "-updated_at")

    def get_ordering(self, request: HttpRequest) -> Any:
        return (F("answer_by").asc(nulls_last=True), "-updated_at", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by order number as people write it (3040-7715), IMEI, e-mail or seller."""
        term = search_term.strip()
        if not term:
            return queryset, False
        digits = term.replace("-", "").replace(" ", "")
        if digits.isascii() and digits.isdecimal():
            wanted = Q(line__imei=digits)
            if len(digits) <= 8:
                wanted |= Q(line__order__number=int(digits))
        else:
            wanted = Q(line__order__email__icontains=term) | Q(seller__name__icontains=term)
            wanted |= Q(line__serial_number__iexact=term)
        return queryset.filter(wanted), False

    @admin.display(description=_("due"))
    def due(self, ticket: Ticket) -> SafeString | str:
        if ticket.answer_by is None:
            return "–"
        text = format_date(ticket.answer_by, "D j M, H:i")
        late = ticket.is_overdue(clock.now())
        return format_html('<span class="{}">{}</span>', "due late" if late else "due", text)

    @admin.display(description=_("order"))
    def order(self, ticket: Ticket) -> str:
        return ticket.line.order.number_text

    @admin.display(description=_("shopper"))
    def shopper(self, ticket: Ticket) -> str:
        return ticket.line.order.full_name

    @admin.display(description=_("market"))
    def market(self, ticket: Ticket) -> str:
        return ticket.line.order.market

    @admin.display(description=_("turn"))
    def turn(self, ticket: Ticket) -> SafeString:
        late = ticket.is_overdue(clock.now())
        mark = "late" if late else STATE_MARKS[TicketState(ticket.state)]
        return format_html('<span class="state {}">{}</span>', mark, ticket.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{key}/", wrap(self._acting(action)), name=f"care_ticket_{key.replace('-', '_')}")
            for key, action in ACTIONS.items()
        ]
        return [*own, *super().get_urls()]

    def _ticket(self, pk: int | str) -> Ticket:
        rows = reads.with_conversation(Ticket.objects.all(), with_internal=True)
        return get_object_or_404(rows, pk=pk)

    @policy(AGENTS)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one ticket."""
        if not object_id.isdecimal():
            raise Http404
        return self._screen(request, self._ticket(object_id), {})

    def _screen(
        self, request: HttpRequest, ticket: Ticket, given: dict[str, forms.Form], *, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            **context_of(request, ticket, given),
        }
        return TemplateResponse(request, "admin/care/ticket/screen.html", context, status=status)

    def _acting(self, action: Action) -> Callable[..., HttpResponse]:
        @policy(AGENTS)
        def act(request: HttpRequest, pk: int) -> HttpResponse:
            """Preview an action on its first POST, do it on the confirmed one."""
            ticket = self._ticket(pk)
            if request.method != "POST":
                return redirect("admin:care_ticket_change", pk)
            stage = request.POST.get("stage", "preview")
            form = action.form(ticket, request.POST, stage == "confirm")
            given = {action.key.replace("-", "_"): form}
            if not form.is_valid():
                return self._screen(request, ticket, given, status=422)
            if stage == "edit":
                return self._screen(request, ticket, given)
            if stage == "preview":
                return self._preview(request, ticket, action, form)
            return self._run(request, ticket, action, form)

        return act

    def _preview(self, request: HttpRequest, ticket: Ticket, action: Action, form: forms.Form) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": action.title,
            "ticket": ticket,
            "order": ticket.line.order,
            "line": ticket.line,
            "action": action,
            "form": form,
            "rows": action.preview(ticket, form.cleaned_data),
        }
        return TemplateResponse(request, "admin/care/ticket/confirm.html", context)

    def _run(self, request: HttpRequest, ticket: Ticket, action: Action, form: forms.Form) -> HttpResponse:
        try:
            done = action.run(request, ticket, form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error.text))
            given = {action.key.replace("-", "_"): form}
            return self._screen(request, self._ticket(ticket.pk), given, status=error.http_status)
        messages.success(request, done)
        return redirect("admin:care_ticket_change", ticket.pk)
