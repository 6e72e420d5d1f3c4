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
    path("p/<slug:slug>/reviews/", views.reviews, name="reviews"),
    path("p/<slug:slug>/reviews/<uuid:public_id>/vote/", views.vote_on_review, name="vote"),
    path("p/<slug:slug>/questions/", views.questions, name="questions"),
    path("p/<slug:slug>/questions/<uuid:public_id>/answer/", views.answer, name="answer"),
    path("s/<slug:slug>/", views.seller, name="seller"),
    path("p/<slug:slug>/offers/", views.offers, name="offers"),
    path("b/", views.brands, name="brands"),
    path("b/<slug:slug>/", views.brand, name="brand"),
    path("deals/", views.deals, name="deals"),
    path("wishlist/", views.wish_list, name="wish_list"),
    path("wishlist/add/", views.wish, name="wish"),
    path("wishlist/remove/", views.unwish, name="unwish"),
    path("wishlist/undo/", views.rewish, name="rewish"),
    path("wishlist/share/", views.share_wishes, name="share_wishes"),
    path("wishlist/shared/<uuid:key>/", views.shared_wishes, name="shared_wishes"),
    path("seen/clear/", views.clear_seen, name="clear_seen"),
    path("compare/", views.compare, name="compare"),
    path("compare/choose/", views.choose, name="choose"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/asked/", views.alert_asked, name="alert_asked"),
    path("alerts/confirm/<str:token>/", views.alert_confirm, name="alert_confirm"),
    path("alerts/off/<str:token>/", views.alert_off, name="alert_off"),
    path("alerts/<uuid:public_id>/delete/", views.alert_delete, name="alert_delete"),
]
