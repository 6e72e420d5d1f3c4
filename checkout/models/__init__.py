from .basket import Basket, BasketLine, SharedBasket, SharedItem
from .document import Document, InvoiceSeries
from .order import HOLDING_STATES, LINE_STATES, Order, OrderLine, Parcel
from .saved import SavedAddress

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
    "SavedAddress",
    "SharedBasket",
    "SharedItem",
]
