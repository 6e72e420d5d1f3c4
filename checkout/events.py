from backmarket.core.events import define

ORDER_PLACED = define("checkout.order.placed.v1", "order_id", meaning="An order was written and waits for payment.")
ORDER_PAID = define("checkout.order.paid.v1", "order_id", meaning="An order's money was taken and its stock is sold.")
ORDER_HELD = define(
    "checkout.order.held.v1", "order_id", meaning="An order's money was taken, and a person looks at it first."
)
HOLD_OVERDUE = define("checkout.hold.overdue.v1", "order_id", meaning="A held order waits longer than was promised.")
ORDER_UNPAID = define(
    "checkout.order.unpaid.v1", "order_id", meaning="An order ended without payment, or its money went back."
)
LINE_ACCEPTED = define("checkout.line.accepted.v1", "line_id", meaning="The seller accepted an order line.")
LINES_SHIPPED = define("checkout.parcel.shipped.v1", "parcel_id", meaning="The seller handed a parcel to the carrier.")
LINE_DELIVERED = define("checkout.line.delivered.v1", "line_id", meaning="An order line reached the shopper.")
LINE_CANCELLED = define("checkout.line.cancelled.v1", "line_id", meaning="An order line was cancelled before dispatch.")
LINE_REFUNDED = define(
    "checkout.line.refunded.v1", "line_id", "refund_id", meaning="Money of an order line is on its way back."
)
PARCEL_MOVED = define(
    "checkout.parcel.moved.v1", "parcel_event_id", meaning="A carrier said where a parcel is; it may be old news."
)
PARCEL_LATE = define("checkout.parcel.late.v1", "parcel_id", meaning="A tracked parcel was not there when promised.")
PARCEL_TURNED = define(
    "checkout.parcel.turned.v1", "parcel_id", "state", meaning="A parcel comes back, came back, or is lost."
)
CARRIER_MESSAGE_RECEIVED = define(
    "checkout.carrier_message.received.v1", "carrier_message_id", meaning="A carrier's message waits to be read."
)
LINE_WITHDRAWN = define(
    "checkout.line.withdrawn.v1", "line_id", meaning="The shopper withdrew from the contract of an order line."
)
ADDRESS_CHANGED = define(
    "checkout.order.address_changed.v1", "order_id", "version", meaning="A parcel that has not left goes elsewhere."
)
