from django.urls import path

from .views import baskets, orders

app_name = "buying"
urlpatterns = [
    path("baskets/", baskets.BasketsView.as_view(), name="baskets"),
    path("basket/", baskets.BasketView.as_view(), name="basket"),
    path("basket/changes/", baskets.BasketChangesView.as_view(), name="changes"),
    path("basket/lines/", baskets.BasketLinesView.as_view(), name="lines"),
    path("basket/lines/<uuid:listing>/", baskets.BasketLineView.as_view(), name="line"),
    path("basket/codes/", baskets.BasketCodesView.as_view(), name="codes"),
    path("basket/codes/<str:code>/", baskets.BasketCodeView.as_view(), name="code"),
    path("basket/gift-cards/", baskets.BasketGiftCardsView.as_view(), name="gift_cards"),
    path("basket/gift-cards/<uuid:card>/", baskets.BasketGiftCardView.as_view(), name="gift_card"),
    path("basket/share/", baskets.BasketShareView.as_view(), name="share"),
    path("basket/delivery/", baskets.BasketDeliveryView.as_view(), name="delivery"),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<uuid:order>/", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order>/payment/", orders.OrderPaymentView.as_view(), name="payment"),
    path(
        "orders/<uuid:order>/lines/<uuid:line>/cancellation/",
        orders.OrderLineCancellationView.as_view(),
        name="cancellation",
    ),
]
