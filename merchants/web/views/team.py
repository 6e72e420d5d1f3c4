"""The team: who works here, and in which role."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, NotFoundError
from backmarket.core.policies import policy
from merchants.enums import Role
from merchants.policies import member
from merchants.selectors import members
from merchants.services import team
from merchants.web import page
from merchants.web.forms import MemberForm


@policy(member())
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the team; its owner adds people who have an account."""
    merchant = page.merchant_of(request)
    form = MemberForm(request.POST) if request.method == "POST" else MemberForm()
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                team.add_member(merchant_id=merchant.pk, **form.cleaned_data, actor=Actor.of(request), now=clock.now())
        except DomainError as error:
            form.add_error("email", str(error.text))
        else:
            messages.success(request, _("%(email)s is in your team now.") % {"email": form.cleaned_data["email"]})
            return redirect("office:team")
    context = {
        "team": members.team_of(merchant.pk),
        "form": form,
        "roles": Role.choices,
        "is_owner": page.may(request),
    }
    return page.show(request, "team.html", context, current="team", status=422 if form.errors else 200)


@policy(member())
@require_POST
def change(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change a member's role, or take the member out."""
    merchant_id, actor, now = page.merchant_of(request).pk, Actor.of(request), clock.now()
    try:
        with transaction.atomic(durable=True):
            if "remove" in request.POST:
                team.remove_member(merchant_id=merchant_id, membership_id=membership_id, actor=actor, now=now)
            else:
                role = request.POST.get("role", "")
                team.change_role(merchant_id=merchant_id, membership_id=membership_id, role=role, actor=actor, now=now)
    except NotFoundError:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Your team is up to date."))
    return redirect("office:team")
