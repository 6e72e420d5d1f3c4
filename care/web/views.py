"""A shopper's way through care: say what is wrong, try what helps, talk with the seller and the marketplace."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backmarket.accounts.groups import AGENT
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError
from backmarket.core.policies import PUBLIC, in_group, policy
from care import slots
from care.enums import AuthorKind, Issue, TicketState
from care.models import Attachment, Ticket
from care.rules.self_help import ICONS, TIPS
from care.selectors import tickets as reads
from care.services import tickets
from care.services.photos import stored_photos
from checkout.selectors import orders

from .forms import IssueForm, OpenForm, ReplyForm

PHOTO_MAX_AGE_S = 300


def _line_of(request: HttpRequest, order: UUID, line: UUID) -> Any:
    """Return a line of an order that the visitor may open; anything else does not exist."""
    found = get_object_or_404(orders.visible_to(request), public_id=order)
    chosen = found.lines.select_related("seller", "product", "order").filter(public_id=line).first()
    if chosen is None:
        raise Http404
    return chosen


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def open_ticket(request: HttpRequest, order: UUID, line: UUID) -> HttpResponse:
    """Choose the issue, try the steps that solve most, then write to the seller."""
    chosen = _line_of(request, order, line)
    running = reads.open_ticket_of_line(chosen.pk)
    if running is not None:
        return redirect(running)
    if orders.line_for_help(line_id=chosen.pk) is None:
        messages.warning(request, _("There is nothing to help with yet: this item is not paid."))
        return redirect(chosen.order)
    if request.method == "POST":
        form = OpenForm(request.POST, request.FILES)
        if form.is_valid():
            return _open(request, chosen, form)
        return _opening_page(request, chosen, form, status=422)
    issue = IssueForm(request.GET)
    if not issue.is_valid():
        return _choice_page(request, chosen, missed="issue" not in request.GET and bool(request.GET))
    return _opening_page(request, chosen, OpenForm(initial={"issue": issue.cleaned_data["issue"]}))


def _choice_page(request: HttpRequest, line: Any, *, missed: bool) -> HttpResponse:
    choices = [(value, label, ICONS[value]) for value, label in Issue.choices]
    context = {"line": line, "order": line.order, "choices": choices, "missed": missed}
    return render(request, "care/choose.html", context)


def _opening_page(request: HttpRequest, line: Any, form: OpenForm, *, status: int = 200) -> HttpResponse:
    issue = form["issue"].value()
    if issue not in Issue.values:
        return _choice_page(request, line, missed=True)
    context = {
        "line": line,
        "order": line.order,
        "form": form,
        "issue": Issue(issue),
        "icon_name": ICONS[issue],
        "tips": TIPS[issue],
    }
    return render(request, "care/open.html", context, status=status)


def _open(request: HttpRequest, line: Any, form: OpenForm) -> HttpResponse:
    now = clock.now()
    data = form.cleaned_data
    try:
        with stored_photos(data["photos"], now=now) as photos, transaction.atomic(durable=True):
            ticket = tickets.open_ticket(
                line_id=line.pk,
                issue=data["issue"],
                wished_outcome=data["wished_outcome"],
                text=data["text"],
                author_name=line.order.full_name,
                photos=photos,
                actor=Actor.of(request),
                now=now,
            )
    except tickets.TicketAlreadyOpenError as error:
        messages.warning(request, str(error.text))
        return redirect(reads.open_ticket_of_line(line.pk) or line.order)
    except DomainError as error:
        form.add_error(_field_of(error), str(error.text))
        return _opening_page(request, line, form, status=error.http_status)
    messages.success(request, _("Sent. You get a mail as soon as there is an answer."))
    return redirect(ticket)


def _field_of(error: DomainError) -> str | None:
    return {"photo_refused": "photos", "text_missing": "text", "text_too_long": "text"}.get(error.code)


def _open_by_link(request: HttpRequest, public_id: UUID) -> bool:
    """Let a genuine signed link of the order open its ticket, and the order, for this session."""
    key = request.GET.get("key", "")
    ticket = Ticket.objects.select_related("line__order").filter(public_id=public_id).first()
    if not key or ticket is None or not orders.key_opens(key, ticket.line.order.public_id):
        return False
    orders.remember(request, ticket.line.order)
    return True


@policy(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def show_ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a conversation to whoever may open its order; a POST adds the shopper's message."""
    if request.method != "POST" and _open_by_link(request, public_id):
        return redirect("care:ticket", public_id=public_id)
    ticket = get_object_or_404(_conversation(request), public_id=public_id)
    if request.method != "POST":
        return _ticket_page(request, ticket, ReplyForm())
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ticket_page(request, ticket, form, status=422)
    return _reply(request, ticket, form)


def _conversation(request: HttpRequest) -> Any:
    return reads.with_conversation(reads.visible_to(request), with_internal=False)


def _ticket_page(request: HttpRequest, ticket: Ticket, form: ReplyForm, *, status: int = 200) -> HttpResponse:
    order = ticket.line.order
    context = {
        "ticket": ticket,
        "line": ticket.line,
        "order": order,
        "form": form,
        "overdue": ticket.is_overdue(clock.now()),
        "can_escalate": ticket.is_open and not ticket.is_taken_over,
        "can_write": ticket.state != TicketState.CLOSED,
    }
    with timezone.override(order.market_facts.time_zone):
        return render(request, "care/ticket.html", context, status=status)


def _reply(request: HttpRequest, ticket: Ticket, form: ReplyForm) -> HttpResponse:
    now = clock.now()
    try:
        with stored_photos(form.cleaned_data["photos"], now=now) as photos, transaction.atomic(durable=True):
            tickets.reply(
                ticket_id=ticket.pk,
                author_kind=AuthorKind.SHOPPER,
                author_name=ticket.line.order.full_name,
                text=form.cleaned_data["text"],
                photos=photos,
                actor=Actor.of(request),
                now=now,
            )
    except DomainError as error:
        form.add_error(_field_of(error), str(error.text))
        return _ticket_page(request, ticket, form, status=error.http_status)
    messages.success(request, _("Sent. You get a mail as soon as there is an answer."))
    return redirect(ticket)


@policy(PUBLIC)
@require_POST
def escalate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the marketplace to step in."""
    ticket = get_object_or_404(reads.visible_to(request), public_id=public_id)
    try:
        with transaction.atomic(durable=True):
            tickets.escalate(
                ticket_id=ticket.pk, actor=Actor.of(request), reason="asked for by the shopper", now=clock.now()
            )
    except DomainError as error:
        messages.warning(request, str(error.text))
    else:
        messages.success(request, _("Our support takes over from here and writes to you."))
    return redirect(ticket)


@policy(PUBLIC)
@require_POST
def solve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the shopper say that it is solved."""
    ticket = get_object_or_404(reads.visible_to(request), public_id=public_id)
    try:
        with transaction.atomic(durable=True):
            tickets.resolve(
                ticket_id=ticket.pk, resolution=_("Solved, as you told us"), actor=Actor.of(request), now=clock.now()
            )
    except DomainError as error:
        messages.warning(request, str(error.text))
    else:
        messages.success(request, _("Good to hear. Write again within 30 days if it comes back."))
    return redirect(ticket)


@policy(PUBLIC)
@require_safe
def photo(request: HttpRequest, public_id: UUID) -> FileResponse:
    """Serve a photo to the people of its conversation, as a file that a browser never runs (S3)."""
    is_agent = in_group(AGENT).allows(request)
    visible = reads.photos_visible_to(request, seller_ids=slots.seller_ids_of(request), is_agent=is_agent)
    attachment: Attachment = get_object_or_404(visible, public_id=public_id)
    storage = storages["private"]
    if not storage.exists(attachment.key):
        raise Http404
    response = FileResponse(storage.open(attachment.key), as_attachment=True, filename=f"{attachment.public_id}.jpg")
    response["Content-Type"] = "image/jpeg"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={PHOTO_MAX_AGE_S}"
    return response
