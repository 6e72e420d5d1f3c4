from .basket import Basket, BasketLine, SharedBasket, SharedItem
from .document import Document, InvoiceSeries
from .fraud import CHECK_STATES, FraudCheck
from .label import LABEL_STATES, LIVING_LABELS, ShippingLabel
from .order import HOLDING_STATES, LINE_STATES, Order, OrderLine
from .parcel import PARCEL_STATES, PARCELS_FAILED, PARCELS_UNDER_WAY, Parcel
from .promotion import LineDiscount, Promotion, Redemption
from .saved import SavedAddress
from .tracking import CarrierMessage, ParcelEvent, WaitingScan, Withdrawal

__all__ = [
    "CHECK_STATES",
    "HOLDING_STATES",
    "LABEL_STATES",
    "LINE_STATES",
    "LIVING_LABELS",
    "PARCELS_FAILED",
    "PARCELS_UNDER_WAY",
    "PARCEL_STATES",
    "Basket",
    "BasketLine",
    "CarrierMessage",
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
    "ShippingLabel",
    "WaitingScan",
    "Withdrawal",
]
