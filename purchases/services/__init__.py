"""Orders to suppliers, their prices, and the receipts of what they sent."""

from .confirming import order_confirm
from .orders import OrderLine, order_cancel, order_change, order_create, order_send, unit_line
from .prices import price_save
from .receipts import ReceiptLine, receipt_post
from .supplier_returns import SupplierReturnLine, supplier_return_post

__all__ = [
    "OrderLine",
    "ReceiptLine",
    "SupplierReturnLine",
    "order_cancel",
    "order_change",
    "order_confirm",
    "order_create",
    "order_send",
    "price_save",
    "receipt_post",
    "supplier_return_post",
    "unit_line",
]
