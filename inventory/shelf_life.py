"""Batches that lie somewhere: how long they may still be sold, and what they are worth."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from inventori.dates import business_date
from inventori.money import ZERO, currency_decimals
from master.selectors import shop_profile

from .fefo import is_expired
from .models import BatchStock, Stock, Warehouse
from .selectors import MONEY, business_today

# bucket: the days from first to last that its batches may still be sold, counted from today; None: without end.
BUCKETS: dict[str, tuple[int | None, int | None]] = {
    "expired": (None, -1),
    "30": (0, 30),
    "60": (31, 60),
    "90": (61, 90),
}
NEAR_DAYS = 90


def todays(warehouses: Iterable[Warehouse] | None = None, *, now: datetime | None = None) -> dict[int, date]:
    """Return the business day that it is now, by warehouse id."""
    profile = shop_profile()
    places = Warehouse.objects.all() if warehouses is None else warehouses
    return {place.pk: business_today(place, profile=profile, now=now) for place in places}


def expires_within(today_by_warehouse: dict[int, date], first: int | None, last: int | None) -> Q:
    """Return the condition of batches whose last day lies `first` to `last` days from their warehouse's today."""
    found = Q(pk__in=[])
    for warehouse_id, today in today_by_warehouse.items():
        here = Q(warehouse_id=warehouse_id)
        if first is not None:
            here &= Q(batch__expires_on__gte=today + timedelta(days=first))
        if last is not None:
            here &= Q(batch__expires_on__lte=today + timedelta(days=last))
        found |= here
    return found & Q(batch__expires_on__isnull=False)


def batch_rows() -> QuerySet[Any]:
    """Return what lies of each batch in each warehouse, with `average_cost` and `value`, rounded as money is."""
    places = currency_decimals(shop_profile().currency)
    stock = Stock.objects.filter(product=OuterRef("batch__product"), warehouse=OuterRef("warehouse"))
    rows = BatchStock.objects.filter(qty__gt=0).select_related("batch__product", "warehouse")
    return rows.annotate(
        average_cost=Coalesce(Subquery(stock.values("average_cost")), ZERO, output_field=MONEY)
    ).annotate(value=Round(F("qty") * F("average_cost"), places, output_field=MONEY))


def days_left(row: Any, today_by_warehouse: dict[int, date]) -> int | None:
    """Return how many days after today a batch may still be sold, below zero once it is expired."""
    last = row.batch.expires_on
    return (last - today_by_warehouse[row.warehouse_id]).days if last else None


def life_status(days: int | None) -> str:
    """Return the badge of a batch with so many days left."""
    if days is None or days > NEAR_DAYS:
        return "OK"
    return "EXPIRED" if days < 0 else "EXPIRING"


def expired_units() -> dict[tuple[int, int], Decimal]:
    """Return the expired units that lie on shelves, by (product, warehouse)."""
    now, cutoff_hour = timezone.now(), shop_profile().cutoff_hour
    # No place on Earth is further ahead than tomorrow.
    rows = BatchStock.objects.filter(qty__gt=0, batch__expires_on__lte=now.date() + timedelta(days=1))
    found: dict[tuple[int, int], Decimal] = {}
    for product_id, warehouse_id, time_zone, expires_on, qty in rows.values_list(
        "batch__product_id", "warehouse_id", "warehouse__time_zone", "batch__expires_on", "qty"
    ):
        if is_expired(expires_on, business_date(now, time_zone, cutoff_hour)):
            found[product_id, warehouse_id] = found.get((product_id, warehouse_id), ZERO) + qty
    return found
