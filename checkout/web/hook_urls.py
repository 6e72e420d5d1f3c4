from django.urls import path

from . import hooks

app_name = "carrier_hooks"
urlpatterns = [path("<slug:client>/", hooks.receive, name="receive")]
