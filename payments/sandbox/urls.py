from django.urls import path

from . import api, pages

handler404 = "payments.sandbox.pages.not_found"

urlpatterns = [
    path("", pages.home),
    path("health", pages.health),
    path("assets/pay.css", pages.style),
    path("pay/<str:token>/", pages.pay),
    path("pay/<str:token>/verify/", pages.verify),
    path("pay/<str:token>/cancel/", pages.cancel),
    path("v1/payments", api.payments),
    path("v1/payments/<str:pk>", api.payment),
    path("v1/payments/<str:pk>/cancel", api.cancel_payment),
    path("v1/payments/<str:pk>/capture", api.capture_payment),
    path("v1/cards/<str:pk>/delete", api.delete_card),
    path("v1/refunds", api.refunds),
    path("v1/transfers", api.transfers),
    path("v1/events", api.events),
    path("v1/test_helpers/setup", api.setup),
    path("v1/test_helpers/transfers/<str:pk>/return", api.return_transfer),
]
