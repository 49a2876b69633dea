"""Baskets of a window, read from the sale lines into arrays: paid, without what was cancelled or brought back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import Max, Min, QuerySet
from numpy.typing import NDArray

from master.models import Product
from sales.models import Sale, SaleReturnItem

from .encoding import Baskets
from .models import MiningRun

# Sales whose lines are read by one query: some 50,000 lines, and between two of them a run can be stopped.
SALES_AT_ONCE = 15_000

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """Which sales are read, and what of them.

    warehouse_id: None reads all; customers, level: as `MiningRun` names them; left_out: ids of products.
    """

    date_from: date
    date_to: date
    warehouse_id: int | None = None
    customers: str = MiningRun.Customers.ALL
    level: str = MiningRun.Level.PRODUCT
    left_out: Sequence[int] = field(default_factory=tuple)


@dataclass(frozen=True)
class Reading:
    """What was read: the baskets, and how many lines they have."""

    baskets: Baskets
    lines: int


def sales_of(window: Window) -> QuerySet[Sale]:
    """Return the paid sales of the window."""
    days = (window.date_from, window.date_to)
    sales = Sale.objects.filter(status=Sale.Status.PAID, business_date__range=days).order_by()
    if window.warehouse_id is not None:
        sales = sales.filter(warehouse_id=window.warehouse_id)
    if window.customers != MiningRun.Customers.ALL:
        sales = sales.filter(customer__isnull=window.customers == MiningRun.Customers.UNKNOWN)
    return sales


def read_baskets(
    window: Window, *, most_sales: int | None = None, report: Callable[[int, int], None] = lambda done, total: None
) -> Reading:
    """Read the window's sales, or its last `most_sales`. report: called with sales done and all, between queries.

    A line that was brought back whole is no line, and a sale of which nothing was kept is no basket. A sale of
    which only left-out products were kept is an empty basket: it counts among all sales.
    """
    sales = sales_of(window)
    first = _first_of_last(sales, most_sales) if most_sales else None
    if first is not None:
        sales = sales.filter(pk__gte=first)
    parts = list(_parts(sales, report))
    rows = np.concatenate([np.empty((0, 3), np.int64), *parts])
    basket, item, line = rows[:, 0], rows[:, 1], rows[:, 2]
    kept = ~np.isin(line, brought_back(sales))
    basket, item = _numbered(basket[kept]), item[kept]
    count = int(basket[-1]) + 1 if len(basket) else 0
    if window.left_out:
        kept = ~np.isin(item, np.array(sorted(window.left_out), np.int64))
        basket, item = basket[kept], item[kept]
    if window.level == MiningRun.Level.CATEGORY and len(item):
        item = _categories()[item]
    return Reading(Baskets(basket, item, count), len(item))


def _first_of_last(sales: QuerySet[Sale], most: int) -> int | None:
    return sales.order_by("-pk").values_list("pk", flat=True)[most - 1 : most].first()


def _parts(sales: QuerySet[Sale], report: Callable[[int, int], None]) -> Iterator[IntArray]:
    """Yield rows of (sale, product, line) in the order of the sales, a run of sale numbers at a time."""
    ends = sales.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return
    low, high = ends["low"], ends["high"]
    for begin in range(low, high + 1, SALES_AT_ONCE):
        end = min(begin + SALES_AT_ONCE, high + 1)
        some = sales.filter(pk__gte=begin, pk__lt=end)
        rows = some.filter(items__isnull=False).values_list("pk", "items__product_id", "items__pk")
        numbers = np.fromiter(chain.from_iterable(rows.iterator(chunk_size=50_000)), np.int64).reshape(-1, 3)
        yield numbers[np.argsort(numbers[:, 0], kind="stable")]
        report(end - low, high + 1 - low)


def _numbered(basket: IntArray) -> IntArray:
    """Number the baskets from 0 up; their ids come in order."""
    steps = np.concatenate(([False], basket[1:] != basket[:-1])) if len(basket) else np.empty(0, bool)
    return np.cumsum(steps, dtype=np.int64)


def brought_back(sales: QuerySet[Sale]) -> IntArray:
    """Return the lines of which everything came back."""
    left: dict[int, Decimal] = {}
    of_sales = SaleReturnItem.objects.filter(sale_item__sale__in=sales).order_by()
    columns = ("sale_item_id", "qty", "factor", "sale_item__qty", "sale_item__factor")
    for line, back, back_factor, sold, factor in of_sales.values_list(*columns):
        left[line] = left.get(line, sold * factor) - back * back_factor
    return np.array(sorted(line for line, qty in left.items() if qty <= 0), np.int64)


def _categories() -> IntArray:
    """Return the category of each product, at the place of the product's id."""
    pairs = np.array(list(Product.objects.values_list("pk", "category_id")), np.int64)
    table = np.zeros(int(pairs[:, 0].max()) + 1, np.int64)
    table[pairs[:, 0]] = pairs[:, 1]
    return table


def names_of(level: str, ids: Sequence[int]) -> dict[int, str]:
    """Return what products or categories are called now."""
    model: Any = Product if level == MiningRun.Level.PRODUCT else Product._meta.get_field("category").related_model
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))
