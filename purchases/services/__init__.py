"""Orders to suppliers and the receipts of what they sent."""

from .orders import OrderLine, order_create, order_send
from .receipts import ReceiptLine, receipt_post

__all__ = ["OrderLine", "ReceiptLine", "order_create", "order_send", "receipt_post"]
