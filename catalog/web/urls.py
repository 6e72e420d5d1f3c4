from django.urls import path

from . import views

app_name = "catalog"
urlpatterns = [
    path("", views.home, name="home"),
    path("c/<slug:key>/", views.category, name="category"),
    path("search/", views.search, name="search"),
    path("search/opened/", views.search_opened, name="search_opened"),
    path("suggest/", views.suggest, name="suggest"),
    path("p/<slug:slug>/", views.product, name="product"),
    path("s/<slug:slug>/", views.seller, name="seller"),
]
