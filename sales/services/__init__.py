"""What the till does, cut by verb."""

from .basket import basket_add, basket_change, basket_open, basket_remove
from .cancel import sale_cancel
from .past import PastLine, PastReturn, PastSale, past_documents_post
from .pay import Tender, sale_pay
from .shift import shift_open

__all__ = [
    "PastLine",
    "PastReturn",
    "PastSale",
    "Tender",
    "basket_add",
    "basket_change",
    "basket_open",
    "basket_remove",
    "past_documents_post",
    "sale_cancel",
    "sale_pay",
    "shift_open",
]
