from .basket import Basket, BasketLine, SharedBasket, SharedItem
from .document import Document, InvoiceSeries
from .order import HOLDING_STATES, LINE_STATES, Order, OrderLine, Parcel

__all__ = [
    "HOLDING_STATES",
    "LINE_STATES",
    "Basket",
    "BasketLine",
    "Document",
    "InvoiceSeries",
    "Order",
    "OrderLine",
    "Parcel",
    "SharedBasket",
    "SharedItem",
]
