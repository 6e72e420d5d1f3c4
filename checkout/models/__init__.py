from .basket import Basket, BasketLine, SharedBasket, SharedItem
from .order import HOLDING_STATES, LINE_STATES, Order, OrderLine, Parcel

__all__ = [
    "HOLDING_STATES",
    "LINE_STATES",
    "Basket",
    "BasketLine",
    "Order",
    "OrderLine",
    "Parcel",
    "SharedBasket",
    "SharedItem",
]
