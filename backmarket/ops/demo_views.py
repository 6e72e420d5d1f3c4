"""The demo's mailbox: every mail that the shop sent, and its last texts, readable without a mail server."""

from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from backmarket.core.policies import PUBLIC, policy
from backmarket.notify.models import Message, Text

PER_PAGE = 30
TEXTS = 10


@policy(PUBLIC)
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, of one address with `?to=`."""
    messages = Message.objects.defer("html", "text")
    to = request.GET.get("to", "").replace("\0", "").strip()
    if to:
        messages = messages.filter(to__iexact=to)
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    texts = [] if to else Text.objects.all()[:TEXTS]
    return render(request, "ops/mailbox.html", {"page": page, "to": to, "texts": texts})


@policy(PUBLIC)
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one mail as it arrives, with its text twin."""
    return render(request, "ops/message.html", {"message": get_object_or_404(Message, pk=message_id)})


@policy(PUBLIC)
@xframe_options_sameorigin
@csp_replace({"style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def message_body(request: HttpRequest, message_id: int) -> HttpResponse:
    """Answer the mail's HTML alone, framed by the page above; mails carry their styles inline."""
    return HttpResponse(get_object_or_404(Message, pk=message_id).html)


@policy(PUBLIC)
def bare(request: HttpRequest) -> HttpResponse:
    """Answer a fixed text: the yardstick of `make bench`."""
    return HttpResponse("bare", content_type="text/plain")
