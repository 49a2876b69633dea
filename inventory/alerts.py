"""Reorder alerts: put into force, checked as days pass, and read.

An alert stands for available units (on hand − expired − held) at or below the reorder point. The ledger raises and
clears it in the transaction of the move; here is what happens without a move: a new reorder point, a basket put
aside, a batch that expired over night.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from inventori.bulk import insert_rows, update_column
from inventori.money import ZERO
from inventori.transactions import retried

from .batches import batches_at
from .fefo import usable
from .ledger import lock_stock
from .low import Settled, settle_alerts
from .models import ReorderAlert, ReorderPolicy, Stock, Warehouse
from .reorder_models import ReorderMethod
from .selectors import business_today

CHUNK = 2_000


def reorder_points_apply(*, warehouse: Warehouse, product_ids: Sequence[int] | None = None) -> Settled:
    """Bring the reorder points of the policies into force, and check every product that has one.

    product_ids: all that have or had a policy where None. Running it twice makes nothing new. Each part of the
    catalogue is a transaction of its own, so that tills go on meanwhile.
    """
    points = _points(warehouse, product_ids)
    had = Stock.objects.filter(warehouse=warehouse, rop__isnull=False)
    if product_ids is not None:
        had = had.filter(product_id__in=product_ids)
    wanted = sorted({*points, *had.values_list("product_id", flat=True)})
    settled = Settled()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        settled += _apply(warehouse=warehouse, points={pk: points.get(pk) for pk in part}, at=timezone.now())
    return settled


def alerts_check(*, warehouse: Warehouse | None = None) -> Settled:
    """Check every product with a policy: a batch may have expired since its last move."""
    warehouses = [warehouse] if warehouse else Warehouse.objects.filter(is_active=True)
    return sum((reorder_points_apply(warehouse=each) for each in warehouses), Settled())


def open_alerts(warehouse: Warehouse | None = None) -> QuerySet[ReorderAlert]:
    """Return the open alerts of products that are sold and warehouses that are open."""
    alerts = ReorderAlert.objects.filter(is_open=True, product__is_active=True, warehouse__is_active=True)
    if warehouse:
        alerts = alerts.filter(warehouse=warehouse)
    return alerts.select_related("product", "warehouse")


@retried
def units_hold(*, warehouse: Warehouse, units: Mapping[int, Decimal]) -> None:
    """Put units by product id aside, or with a negative number give them free. Held units are not available."""
    changes = {pk: qty for pk, qty in units.items() if qty}
    if not changes:
        return
    stocks = lock_stock([(pk, warehouse.pk) for pk in changes], {warehouse.pk: warehouse})
    for (product_id, _warehouse_id), stock in stocks.items():
        # A basket that was put aside before holds were counted gives free more than is held.
        stock.held = max(stock.held + changes[product_id], ZERO)
    update_column(Stock, "held", {stock.pk: stock.held for stock in stocks.values()})
    _settle(list(stocks.values()), warehouse, timezone.now())


# --- Rows -----------------------------------------------------------------------------
def _points(warehouse: Warehouse, product_ids: Sequence[int] | None) -> dict[int, Decimal]:
    """Return the reorder point in force by product id. What nobody asks for has none, unless a person typed it."""
    policies = ReorderPolicy.objects.filter(warehouse=warehouse, is_active=True, product__is_active=True)
    if product_ids is not None:
        policies = policies.filter(product_id__in=product_ids)
    rows = policies.values_list("product_id", "method", "rop", "min_qty", "avg_daily_demand", "typed")
    found = {}
    for product_id, method, rop, min_qty, demand, typed in rows:
        name, point = ("min_qty", min_qty) if method == ReorderMethod.MIN_MAX else ("rop", rop)
        if point > 0 or demand > 0 or name in typed:
            found[product_id] = point
    return found


@retried
def _apply(*, warehouse: Warehouse, points: Mapping[int, Decimal | None], at: datetime) -> Settled:
    stocks = list(lock_stock([(pk, warehouse.pk) for pk in points], {warehouse.pk: warehouse}).values())
    changed = []
    for stock in stocks:
        if stock.rop != points[stock.product_id]:
            stock.rop = points[stock.product_id]
            changed.append(stock)
    insert_rows(
        Stock,
        ("id", "product", "warehouse", "qty", "average_cost", "allow_negative", "rop"),
        [(s.pk, s.product_id, s.warehouse_id, s.qty, s.average_cost, s.allow_negative, s.rop) for s in changed],
        update=("rop",),
    )
    return _settle(stocks, warehouse, at)


def _settle(stocks: Sequence[Stock], warehouse: Warehouse, at: datetime) -> Settled:
    """Raise and clear the alerts of locked rows of one warehouse, as its shelf lies today."""
    tracked = [stock.product_id for stock in stocks if stock.tracks_batches and (stock.rop is not None or stock.is_low)]
    today = business_today(warehouse)
    shelf = batches_at(warehouse_id=warehouse.pk, product_ids=tracked) if tracked else {}

    def usable_now(stock: Stock) -> Decimal:
        return usable(shelf.get(stock.product_id, []), today) if stock.tracks_batches else stock.qty

    return settle_alerts(stocks, usable=usable_now, at=at)
