"""Where carriers send what their scanners saw."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from checkout.carriers.base import BadCarrierMessageError
from checkout.carriers.registry import client_named
from checkout.services.carrier_messages import store_message

MAX_BYTES = 512 * 1024


@policy(PUBLIC)
@csrf_exempt
@require_POST
def receive(request: HttpRequest, client: str) -> HttpResponse:
    """Check signature and age on the raw bytes, store, answer at once; a worker does the rest."""
    now = clock.now()
    try:
        carrier = client_named(client)
    except KeyError as error:
        raise Http404 from error
    body = request.body
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        message_id = carrier.verify(body=body, headers=request.headers, now=now)
    except BadCarrierMessageError:
        return HttpResponse(status=400)
    with transaction.atomic(durable=True):
        store_message(client=client, message_id=message_id, body=body, now=now)
    return HttpResponse(status=200)
