"""Every address of the house (decision 1)."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from backmarket.ops import health, views

handler400 = "backmarket.ops.views.bad_request"
handler403 = "backmarket.ops.views.forbidden"
handler404 = "backmarket.ops.views.not_found"
handler500 = "backmarket.ops.views.server_error"

urlpatterns = [
    path("", views.choose_locale, name="choose_locale"),
    path("", include("catalog.web.crawler_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/money/", include("payments.web.admin_urls")),
    path("admin/searches/", include("catalog.web.admin_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/checkout/", include("checkout.api.urls")),
    path("api/v1/", include("catalog.api.urls")),
    path("office/", include("merchants.web.urls")),
    path("hooks/carriers/", include("checkout.web.hook_urls")),
    path("hooks/", include("payments.web.hook_urls")),
    *i18n_patterns(
        path("", include("catalog.web.urls")),
        path("", include("checkout.web.urls")),
        path("", include("care.web.urls")),
        path("", include("backmarket.accounts.urls")),
        path("", include("backmarket.notify.urls")),
    ),
]

if settings.DEMO:
    urlpatterns += [path("demo/", include("backmarket.ops.demo_urls"))]
