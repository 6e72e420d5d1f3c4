"""Addresses that stand at the root, because the protocols say so."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap_index, name="sitemap_index"),
    re_path(
        r"^sitemaps/(?P<locale>[a-z]{2}-[a-z]{2})-(?P<kind>[a-z]+)-(?P<number>[1-9][0-9]{0,6})\.xml$",
        views.sitemap,
        name="sitemap",
    ),
]
