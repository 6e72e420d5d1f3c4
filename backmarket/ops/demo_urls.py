"""Pages that only the demo and the benchmarks have."""

from django.urls import path

from . import demo_views

app_name = "demo"
urlpatterns = [
    path("mailbox/", demo_views.mailbox, name="mailbox"),
    path("mailbox/<int:message_id>/", demo_views.message, name="message"),
    path("mailbox/<int:message_id>/body/", demo_views.message_body, name="message_body"),
    path("bare/", demo_views.bare, name="bare"),
]
