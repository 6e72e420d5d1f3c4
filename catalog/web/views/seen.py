"""Forgetting what was looked at."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backmarket.core.policies import PUBLIC, policy
from catalog.web import visitor


@policy(PUBLIC)
@require_POST
def clear_seen(request: HttpRequest) -> HttpResponse:
    """Forget every product that the visitor looked at."""
    response = redirect(visitor.way_back(request))
    with transaction.atomic(durable=True):
        visitor.forget_seen(request, response)
    messages.success(request, _("Forgotten: we no longer know what you looked at."))
    return response
