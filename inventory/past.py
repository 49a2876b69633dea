"""Stock as it was at the end of a business day, read off the moves."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from .ledger import Key, moving_average
from .models import StockMove, Warehouse


def stock_on(
    day: date, *, warehouse: Warehouse | None = None, product_ids: Sequence[int] | None = None
) -> dict[Key, Decimal]:
    """Return the units that lay of each (product, warehouse) at the end of `day`; what never moved is missing."""
    moves = _moves_until(day, warehouse, product_ids).order_by()
    sums = moves.values("product_id", "warehouse_id").annotate(qty=Sum("qty_in") - Sum("qty_out"))
    return {(product, place): qty for product, place, qty in sums.values_list("product_id", "warehouse_id", "qty")}


def averages_on(
    day: date, *, warehouse: Warehouse | None = None, product_ids: Sequence[int] | None = None
) -> dict[Key, Decimal]:
    """Return the moving average cost of each (product, warehouse) at the end of `day`.

    Only goods that come in change it, so these moves are walked again as the ledger walked them: `balance`
    less what came in is what lay there before.
    """
    moves = _moves_until(day, warehouse, product_ids).filter(qty_in__gt=0).order_by("id")
    found: dict[Key, Decimal] = {}
    rows = moves.values_list("product_id", "warehouse_id", F("balance") - F("qty_in"), "qty_in", "unit_cost")
    for product, place, before, qty, cost in rows.iterator(2000):
        found[product, place] = moving_average(before, found.get((product, place), Decimal(0)), qty, cost)
    return found


def _moves_until(day: date, warehouse: Warehouse | None, product_ids: Sequence[int] | None) -> QuerySet[StockMove]:
    moves = StockMove.objects.filter(business_date__lte=day)
    if warehouse is not None:
        moves = moves.filter(warehouse=warehouse)
    return moves if product_ids is None else moves.filter(product_id__in=product_ids)
