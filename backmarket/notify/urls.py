from django.urls import path

from . import views

app_name = "notify"
urlpatterns = [
    path("messages/", views.own, name="own"),
    path("messages/<uuid:token>/", views.preferences, name="preferences"),
    path("messages/<uuid:token>/off/<slug:category>/", views.unsubscribe, name="unsubscribe"),
]
