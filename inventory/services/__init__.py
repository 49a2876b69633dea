"""What people do to stock outside sales and purchases, cut by what it is done to."""

from .adjustments import AdjustLine, adjustment_enter, adjustment_open, adjustment_post, check_quantity
from .batches import BatchPart, batches_start, batches_stop
from .counts import (
    count_approve,
    count_cancel,
    count_line_add,
    count_line_save,
    count_open,
    count_send_back,
    count_submit,
)
from .transfers import TransferLine, transfer_receive, transfer_send
from .warehouses import warehouse_change, warehouse_set_active

__all__ = [
    "AdjustLine",
    "BatchPart",
    "TransferLine",
    "adjustment_enter",
    "adjustment_open",
    "adjustment_post",
    "batches_start",
    "batches_stop",
    "check_quantity",
    "count_approve",
    "count_cancel",
    "count_line_add",
    "count_line_save",
    "count_open",
    "count_send_back",
    "count_submit",
    "transfer_receive",
    "transfer_send",
    "warehouse_change",
    "warehouse_set_active",
]
