"""What the till does, cut by verb."""

from .basket import basket_add, basket_change, basket_open, basket_remove, basket_set_customer
from .cancel import sale_cancel
from .discount import Discount
from .hold import basket_hold, basket_resume
from .line import basket_discount, line_change
from .past import PastLine, PastReturn, PastSale, past_documents_post
from .pay import Tender, sale_pay
from .returns import LinesRefused, ReturnLine, sale_return
from .shift import cash_move_post, shift_close, shift_open

__all__ = [
    "Discount",
    "LinesRefused",
    "PastLine",
    "PastReturn",
    "PastSale",
    "ReturnLine",
    "Tender",
    "basket_add",
    "basket_change",
    "basket_discount",
    "basket_hold",
    "basket_open",
    "basket_remove",
    "basket_resume",
    "basket_set_customer",
    "cash_move_post",
    "line_change",
    "past_documents_post",
    "sale_cancel",
    "sale_pay",
    "sale_return",
    "shift_close",
    "shift_open",
]
