"""What was sent to whom, and how every kind of message looks in every language."""

from datetime import timedelta
from typing import Any

from csp.decorators import csp_replace
from django.contrib import admin
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from backmarket.core import clock
from backmarket.core.admin import ReadOnlyAdmin
from backmarket.core.policies import STAFF, policy

from .kinds import KINDS, Kind
from .models import Message, Recipient, Text
from .rendering import Mail, render_mail, render_text
from .rules import segments

# One locale a language, as the language's largest market writes it.
LOCALES = ("en-gb", "fr-fr", "de-de", "es-es", "it-it", "nl-nl")
COUNTED = timedelta(days=30)


def sample_mail(kind: Kind, locale: str) -> Mail:
    """Set a kind's example as it would be sent."""
    with translation.override(locale):
        context = kind.sample(locale)
    url = "https://example.org/choices" if kind.audience == "shopper" else ""
    return render_mail(kind, context, locale=locale, preferences_url=url)


def sample_text(kind: Kind, locale: str) -> str:
    with translation.override(locale):
        context = kind.sample(locale)
    return render_text(kind, context, locale=locale)


def _kind(name: str, locale: str) -> Kind:
    if name not in KINDS or locale not in LOCALES:
        raise Http404
    return KINDS[name]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "to", "subject", "sent_at")
    list_filter = ("kind", "locale")
    search_fields = ("to", "subject", "reference")
    date_hierarchy = "created_at"
    show_full_result_count = False
    change_list_template = "admin/notify/message/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("kinds/", wrap(self.kinds), name="notify_message_kinds"),
            path("kinds/<slug:name>/<slug:locale>/", wrap(self.preview), name="notify_message_preview"),
            path("kinds/<slug:name>/<slug:locale>/body/", wrap(self.body), name="notify_message_body"),
        ]
        return [*own, *super().get_urls()]

    @policy(STAFF)
    def kinds(self, request: HttpRequest) -> HttpResponse:
        """List every kind of message, what it is for and how often it was sent lately."""
        since = clock.now() - COUNTED
        mails = dict(Message.objects.filter(created_at__gte=since).values_list("kind").annotate(Count("pk")))
        texts = dict(Text.objects.filter(created_at__gte=since).values_list("kind").annotate(Count("pk")))
        rows = [
            (kind, mails.get(kind.name, 0), texts.get(kind.name, 0) if kind.has_text else None)
            for kind in sorted(KINDS.values(), key=lambda kind: (kind.audience, kind.category, kind.name))
        ]
        return self._page(request, "kinds.html", title=_("Kinds of messages"), rows=rows, locale=self._locale())

    @policy(STAFF)
    def preview(self, request: HttpRequest, name: str, locale: str) -> HttpResponse:
        """Show an example of a kind in one language: as a mail in both forms, and as a text."""
        kind = _kind(name, locale)
        text = sample_text(kind, locale) if kind.has_text else ""
        return self._page(
            request,
            "preview.html",
            title=kind.name,
            kind=kind,
            mail=sample_mail(kind, locale),
            text=text,
            segments=segments(text),
            locale=locale,
            locales=[(one, get_language_info(one[:2])["name_local"]) for one in LOCALES],
            body_url=reverse("admin:notify_message_body", args=[name, locale]),
        )

    @policy(STAFF)
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp_replace({"style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}))
    def body(self, request: HttpRequest, name: str, locale: str) -> HttpResponse:
        """Answer the example's HTML alone, framed by the page above; mails carry their styles inline."""
        return HttpResponse(sample_mail(_kind(name, locale), locale).html)

    @staticmethod
    def _locale() -> str:
        language = (translation.get_language() or "en")[:2]
        return next((locale for locale in LOCALES if locale.startswith(language)), LOCALES[0])

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        full = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/notify/message/{template}", full)


@admin.register(Text)
class TextAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "to", "body", "segments", "state", "sent_at")
    list_filter = ("state", "kind")
    search_fields = ("to", "reference")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    list_display = ("email", "mails_off", "is_texts_off", "changed_at")
    search_fields = ("email",)
    show_full_result_count = False
    # The token opens the choices of a person.
    exclude = ("token",)
