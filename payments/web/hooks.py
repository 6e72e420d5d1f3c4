"""Where providers send their messages."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from payments.providers.base import BadSignatureError
from payments.providers.registry import provider_named
from payments.services.webhooks import store_webhook


@policy(PUBLIC)
@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """Check signature and age on the raw bytes, store, answer at once; a worker does the rest."""
    now = clock.now()
    try:
        client = provider_named(provider)
    except KeyError as error:
        raise Http404 from error
    body = request.body
    try:
        notice = client.verify(body=body, headers=request.headers, now=now)
    except (BadSignatureError, ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    with transaction.atomic(durable=True):
        store_webhook(provider=provider, event_id=notice.event_id, body=body, now=now)
    return HttpResponse(status=200)
