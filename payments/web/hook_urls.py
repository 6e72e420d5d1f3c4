from django.urls import path

from . import hooks

app_name = "hooks"
urlpatterns = [path("<slug:provider>/", hooks.receive, name="receive")]
