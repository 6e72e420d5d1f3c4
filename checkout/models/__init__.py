from .basket import Basket, BasketLine, SharedBasket, SharedItem
from .document import Document, InvoiceSeries
from .fraud import CHECK_STATES, FraudCheck
from .order import HOLDING_STATES, LINE_STATES, Order, OrderLine, Parcel
from .promotion import LineDiscount, Promotion, Redemption
from .saved import SavedAddress
from .tracking import ParcelEvent, Withdrawal

__all__ = [
    "CHECK_STATES",
    "HOLDING_STATES",
    "LINE_STATES",
    "Basket",
    "BasketLine",
    "Document",
    "FraudCheck",
    "InvoiceSeries",
    "LineDiscount",
    "Order",
    "OrderLine",
    "Parcel",
    "ParcelEvent",
    "Promotion",
    "Redemption",
    "SavedAddress",
    "SharedBasket",
    "SharedItem",
    "Withdrawal",
]
