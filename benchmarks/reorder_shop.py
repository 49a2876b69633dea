"""The shop of benchmarks/reorder.py, and what is measured in it.

    python -m benchmarks.reorder_shop make|ours|loop|stockpyl|fold '{"policies": 10000, "kind": "dense", …}'

runs in the environment of the shop and prints what it found as JSON.
"""

import json
import math
import resource
import statistics
import sys
import time
import zlib
from array import array
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from typing import Any

DAYS = 365
SUPPLIERS, ORDERS, LINES = 50, 12, 5
COST, PRICE = Decimal(7_000), Decimal(10_000)


def main() -> int:
    import django

    django.setup()
    asked = json.loads(sys.argv[2])
    print(json.dumps({"make": make, "ours": ours, "loop": loop, "stockpyl": peer, "fold": fold}[sys.argv[1]](asked)))
    return 0


def today() -> date:
    return datetime.now(UTC).date()


# --- The shop ----------------------------------------------------------------------------
def make(asked: dict[str, Any]) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    call_command("refresh_calendar", verbosity=0)
    with transaction.atomic():
        by, warehouse = people()
        ids = goods(asked["policies"], warehouse)
        orders(warehouse, ids, by)
    with transaction.atomic():
        sold = history(asked, ids, warehouse)
        newest(ids, warehouse, by)
    analyse()
    return {"filling": time.perf_counter() - began, "days_sold": sold}


def people() -> tuple[Any, Any]:
    from accounts.models import User
    from inventory.models import Warehouse

    return User.objects.create_superuser("bench"), Warehouse.objects.create(code="BENCH", name="Benchmark")


def goods(count: int, warehouse: Any) -> list[int]:
    from inventori.bulk import insert_rows
    from inventory.models import Stock
    from master.models import Category, Product, Supplier

    category = Category.objects.create(code="ALL", name="All")
    suppliers = Supplier.objects.bulk_create(
        Supplier(code=f"S{n}", name=f"Supplier {n}", lead_time_days=2 + n % 6) for n in range(SUPPLIERS)
    )
    suppliers = list(Supplier.objects.order_by("pk"))
    Product.objects.bulk_create(
        (
            Product(
                sku=f"P{n:06d}",
                name=f"Product {n}",
                category=category,
                supplier=suppliers[n % SUPPLIERS],
                price=PRICE + n % 97 * 500,
                cost=COST,
            )
            for n in range(count)
        ),
        batch_size=5_000,
    )
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    insert_rows(
        Stock,
        ("product", "warehouse", "qty", "average_cost", "allow_negative", "tracks_batches", "held", "is_low"),
        ((pk, warehouse.pk, 1_000_000, COST, False, False, 0, False) for pk in ids),
    )
    return ids


def orders(warehouse: Any, ids: list[int], by: Any) -> None:
    """Every supplier brought ORDERS orders in the year, each some days after it was sent."""
    from master.models import Supplier
    from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder

    now = datetime.now(UTC)
    for supplier in Supplier.objects.all():
        for number in range(ORDERS):
            sent = now - timedelta(days=20 + 25 * number)
            common = {"supplier": supplier, "warehouse": warehouse, "by": by}
            order = PurchaseOrder.objects.create(status="RECEIVED", ordered_at=sent, sent_at=sent, **common)
            came = (sent + timedelta(days=2 + (number * 7 + supplier.pk) % 5)).date()
            receipt = GoodsReceipt.objects.create(
                purchase_order=order, received_at=sent, business_date=came, key=f"{order.pk}", **common
            )
            for line in range(LINES):
                product_id = ids[(supplier.pk * 31 + number * LINES + line) % len(ids)]
                item = POItem.objects.create(po=order, product_id=product_id, qty=10, price=COST, received_qty=10)
                GoodsReceiptItem.objects.create(
                    receipt=receipt, po_item=item, product_id=product_id, qty=10, unit_cost=COST
                )


def demand_of(kind: str, count: int, days: int, dice: Any) -> Any:
    """Return units a day. dense: most products on most days; sparse: one day in twelve, in sizes that differ."""
    import numpy as np

    if kind == "dense":
        mean = dice.lognormal(1.2, 0.7, count)[:, None]
        return dice.poisson(dice.gamma(4.0, mean / 4.0, (count, days))).astype(np.int64)
    return np.where(dice.random((count, days)) < 1 / 12, dice.geometric(0.35, (count, days)), 0).astype(np.int64)


def history(asked: dict[str, Any], ids: list[int], warehouse: Any) -> float:
    """Write two years up to the day before yesterday as the fold would leave them; return the share of sale days."""
    import numpy as np

    from inventory.demand_history import DAYS as YEAR
    from inventory.demand_history import _write, pack
    from inventory.models import DemandFold

    dice, sold, end = np.random.default_rng(1), 0, today() - timedelta(days=2)
    days = [end - timedelta(days=back) for back in range(2 * DAYS - 1, -1, -1)]
    for first in range(0, len(ids), 2_000):
        part = ids[first : first + 2_000]
        units = demand_of(asked["kind"], len(part), len(days), dice) * 1000
        sold += int(np.count_nonzero(units))
        for year in sorted({day.year for day in days}):
            columns = [place for place, day in enumerate(days) if day.year == year]
            begin = days[columns[0]].timetuple().tm_yday - 1
            packed = np.zeros((len(part), 2, YEAR), np.int64)
            came_in = np.zeros((len(part), YEAR), bool)
            here = slice(begin, begin + len(columns))
            packed[:, 0, here] = units[:, columns]
            packed[:, 1, here] = -units[:, columns]
            # Goods came in every tenth day.
            packed[:, 1, begin : begin + len(columns) : 10] += 60_000
            came_in[:, begin : begin + len(columns) : 10] = True
            keys = [(pk, warehouse.pk, year) for pk in part]
            _write([(*key, blob) for key, blob in zip(keys, pack(packed, came_in), strict=True)])
    DemandFold.objects.create(pk=1)
    return sold / (len(ids) * len(days))


def newest(ids: list[int], warehouse: Any, by: Any) -> None:
    """Write yesterday's sales of half the products as moves that are not folded yet."""
    from inventori.bulk import insert_rows
    from inventory.models import StockMove

    yesterday = today() - timedelta(days=1)
    insert_rows(StockMove, MOVE_COLUMNS, (sale(pk, 2, yesterday, warehouse.pk, by.pk) for pk in ids[::2]))


MOVE_COLUMNS = (
    *("product", "warehouse", "ref_type", "ref_id", "qty_in", "qty_out", "balance", "unit_cost", "note", "moved_at"),
    *("business_date", "by"),
)


def sale(product_id: int, units: int, day: date, warehouse_id: int, by_id: int) -> tuple[Any, ...]:
    at = datetime.combine(day, clock(5), UTC)
    return (product_id, warehouse_id, "SALE", 1, 0, units, 1_000_000, COST, "", at, day, by_id)


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(
                "ANALYZE TABLE inventory_stockmove, inventory_demandhistory, inventory_stock, master_product"
            )
            cursor.fetchall()


# --- Ours ----------------------------------------------------------------------------------
class Stages:
    """When each stage of the work began and ended."""

    def __init__(self) -> None:
        self.seen: dict[str, list[float]] = {}

    def report(self, done: int, total: int, message: str = "") -> None:
        self.seen.setdefault(message, []).append(time.perf_counter())


def ours(asked: dict[str, Any]) -> dict[str, Any]:
    from inventory.models import ReorderPolicy, Warehouse
    from replenishment.services.policies import policies_compute

    warehouse = Warehouse.objects.get()
    first, last = today() - timedelta(days=DAYS), today() - timedelta(days=1)
    seconds, stages = [], Stages()
    for number in range(asked["rounds"] + 1):
        began = time.perf_counter()
        states = policies_compute(
            warehouse=warehouse, date_from=first, date_to=last, reporter=None if number else stages
        )
        seconds.append(time.perf_counter() - began)
        if not number:
            # The first stage reads, whatever it is called in the shop's language.
            read = max(next(iter(stages.seen.values()))) - began
    assert ReorderPolicy.objects.count() == asked["policies"]
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "first": seconds[0],
        "again": seconds[1:],
        "reading": read,
        "storing": seconds[0] - read,
        "memory_mb": used.ru_maxrss / 1024,
        "cpu": used.ru_utime + used.ru_stime,
        "states": states,
    }


# --- The rivals ---------------------------------------------------------------------------
def sampled(asked: dict[str, Any]) -> list[Any]:
    """Every so-manieth policy, as ours left it."""
    from inventory.models import ReorderPolicy

    step = max(asked["policies"] // asked["sample"], 1)
    return list(ReorderPolicy.objects.select_related("product").order_by("product_id")[::step][: asked["sample"]])


def loop(asked: dict[str, Any]) -> dict[str, Any]:
    """A per-row loop as one writes it first: for each product read, compute, save."""
    from inventory.models import DemandHistory, Stock, StockMove, Warehouse
    from replenishment.calendar import day_marks

    warehouse = Warehouse.objects.get()
    end = today() - timedelta(days=1)
    start = end - timedelta(days=DAYS - 1)
    marks = day_marks(warehouse=warehouse, start=start, end=end)
    usual = [bool(is_open and not event) for is_open, event in zip(marks.open, marks.event, strict=True)]
    policies = sampled(asked)
    compared, other = 0, []
    began = time.perf_counter()
    for policy in policies:
        demand = [0] * DAYS
        for row in DemandHistory.objects.filter(product=policy.product, warehouse=warehouse, year__gte=start.year):
            numbers = array("q")
            numbers.frombytes(zlib.decompress(bytes(row.packed))[: 366 * 8])
            for place, units in enumerate(numbers):
                column = (date(row.year, 1, 1) - start).days + place
                if 0 <= column < DAYS:
                    demand[column] += units
        for move in StockMove.objects.filter(product=policy.product, warehouse=warehouse, business_date__gte=start):
            if move.ref_type in ("SALE", "RETURN") and move.business_date <= end:
                demand[(move.business_date - start).days] += int((move.qty_out - move.qty_in) * 1000)
        counted = [units / 1000 for units, counts in zip(demand, usual, strict=True) if counts]
        mean, std = statistics.fmean(counted), statistics.stdev(counted)
        stock = Stock.objects.get(product=policy.product, warehouse=warehouse)
        holding = float(stock.average_cost) * 0.25
        interval = float(policy.lead_time_days) + policy.review_days
        z = statistics.NormalDist().inv_cdf(float(policy.service_level) / 100)
        spread = math.sqrt(interval * std**2 + mean**2 * float(policy.lead_time_std) ** 2)
        lot = max(math.floor(math.sqrt(2 * mean * 365 * float(policy.ordering_cost) / holding) + 0.5), 1)
        before = (policy.rop, policy.reorder_qty)
        policy.avg_daily_demand, policy.demand_std = Decimal(round(mean, 4)), Decimal(round(std, 4))
        policy.safety_stock = Decimal(round(z * spread, 3))
        point = mean * interval + z * spread
        # A twentieth of a unit is not rounded up to a whole one.
        policy.rop, policy.reorder_qty = math.ceil(round(point - 0.05 if point > 1 else point, 3)), lot
        policy.save()
        if policy.fit == "NORMAL":
            compared += 1
            if (policy.rop, policy.reorder_qty) != before:
                other.append((before, mean * interval + z * spread, lot, mean, std, interval, policy.pk))
    seconds = time.perf_counter() - began
    if other:
        raise SystemExit(f"of {compared} products the loop's numbers are not ours for {other}")
    return {"loop": seconds, "compared": compared, "sample": len(policies)}


def peer(asked: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.eoq import economic_order_quantity
    from stockpyl.newsvendor import newsvendor_normal

    rows = [
        (
            float(policy.avg_daily_demand),
            float(policy.demand_std),
            float(policy.lead_time_days) + policy.review_days,
            float(policy.service_level) / 100,
            float(policy.ordering_cost),
            float(policy.holding_cost),
        )
        for policy in sampled(asked)
        if policy.avg_daily_demand > 0 and policy.demand_std > 0
    ]
    began = time.perf_counter()
    for mean, std, interval, level, fixed, holding in rows:
        economic_order_quantity(fixed, holding, mean * 365)
        newsvendor_normal(1 - level, level, mean * interval, std * math.sqrt(interval))
    seconds = time.perf_counter() - began
    return {"stockpyl": seconds * asked["sample"] / len(rows)}


# --- The fold -------------------------------------------------------------------------------
def fold(asked: dict[str, Any]) -> dict[str, Any]:
    """Fold a year of raw moves, one a product and selling day, in the order of their days."""
    import numpy as np
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from inventori.bulk import insert_rows
    from inventory.demand import demand_table
    from inventory.demand_history import demand_fold
    from inventory.models import StockMove

    call_command("migrate", verbosity=0)
    by, warehouse = people()
    ids = goods(asked["fold"], warehouse)
    units = demand_of("dense", len(ids), DAYS, np.random.default_rng(1))
    start = today() - timedelta(days=DAYS)
    for column in range(DAYS):
        day = start + timedelta(days=column)
        sold = zip(ids, units[:, column].tolist(), strict=True)
        with transaction.atomic():
            insert_rows(StockMove, MOVE_COLUMNS, [sale(pk, n, day, warehouse.pk, by.pk) for pk, n in sold if n])
    analyse()
    days = {"warehouse": warehouse, "start": start, "end": start + timedelta(days=DAYS - 1)}
    began = time.perf_counter()
    unfolded = demand_table(**days)
    unfolded_seconds = time.perf_counter() - began
    demand_fold(now=timezone.now() - timedelta(hours=1))
    began = time.perf_counter()
    demand_fold()
    fold_seconds = time.perf_counter() - began
    began = time.perf_counter()
    folded = demand_table(**days)
    assert (folded.demand == unfolded.demand).all()
    assert (folded.demand == units).all()
    return {
        "moves": StockMove.objects.count(),
        "fold_seconds": fold_seconds,
        "read_seconds": time.perf_counter() - began,
        "unfolded_seconds": unfolded_seconds,
    }


if __name__ == "__main__":
    sys.exit(main())
