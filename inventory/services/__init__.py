"""What people do to stock outside sales and purchases, cut by what it is done to."""

from .adjustments import adjustment_open, adjustment_post, check_quantity
from .batches import BatchPart, batches_start, batches_stop
from .warehouses import warehouse_change, warehouse_set_active

__all__ = [
    "BatchPart",
    "adjustment_open",
    "adjustment_post",
    "batches_start",
    "batches_stop",
    "check_quantity",
    "warehouse_change",
    "warehouse_set_active",
]
