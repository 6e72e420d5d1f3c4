"""A person's own page; what is on it comes from the tribes that know the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backmarket.core.policies import SIGNED_IN, policy

from .selectors import user_id_of
from .slots import ACCOUNT_PANELS


@policy(SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show orders, help and settings of the person signed in."""
    user_id = user_id_of(request)
    panels = ACCOUNT_PANELS.panels(request, [user_id]).get(user_id, [])
    return render(request, "accounts/home.html", {"panels": panels})
