"""
Every view declares who may open it (promise S1); a view without a policy is a programming error.

Objects are further narrowed by `visible_to(actor)` querysets: another's id answers as one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import RedirectView

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
OWN_GATE = (
    "allauth.",
    "django.contrib.admin",
    "django.contrib.auth.admin",
    "django.views.static",
    "django.contrib.staticfiles",
    "django.views.i18n",
)


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    allows: Callable[[HttpRequest], bool]


PUBLIC = Policy("public", lambda request: True)
SIGNED_IN = Policy("signed_in", lambda request: request.user.is_authenticated)
STAFF = Policy("staff", lambda request: request.user.is_authenticated and request.user.is_staff)


def _groups_of(user: Any) -> frozenset[str]:
    """Read a person's groups once a request: the admin's frame asks for each of its models."""
    known: frozenset[str] | None = getattr(user, "known_groups", None)
    if known is None:
        known = user.known_groups = frozenset(user.groups.values_list("name", flat=True))
    return known


def in_group(group: str) -> Policy:
    """Allow staff of one group (agent, finance, operator) and superusers."""

    def allows(request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_staff):
            return False
        return bool(user.is_superuser) or group in _groups_of(user)

    return Policy(f"group:{group}", allows)


def policy(declared: Policy) -> Callable[[ViewT], ViewT]:
    """Declare a view's policy; works on functions and on View classes."""

    def attach(view: ViewT) -> ViewT:
        view.policy = declared  # type: ignore[attr-defined]
        return view

    return attach


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """Return what a URL's callback declared, on itself or on its class."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        declared = getattr(holder, "policy", None)
        if declared is not None:
            return cast("Policy", declared)
    return None


def has_own_gate(view: Callable[..., Any]) -> bool:
    """Tell whether a library guards its view itself: allauth's pages, the admin and its redirects."""
    is_redirect = getattr(view, "view_class", None) is RedirectView
    in_admin = hasattr(view, "admin_site") or hasattr(view, "model_admin")
    return is_redirect or in_admin or view.__module__.startswith(OWN_GATE)


class PolicyMiddleware:
    """
    Refuse, before the view runs, whom the view's policy does not allow.

    Who has not signed in is asked to; anybody else is told that the page does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        declared = policy_of(view)
        if declared is None:
            if has_own_gate(view):
                return None
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares no policy")
        if declared.allows(request):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
