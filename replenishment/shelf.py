"""What of the stock will expire unsold, and the most that is worth ordering of goods that expire.

Batches leave first-expiry-first at the policy's mean, over the days ahead as the calendar sees them: a closed day sells
nothing, a day of a feast several times as much. How long goods keep that are ordered now, the product's own receipts
tell: the median of what the last batches still had when they came. Where no receipt tells it, nothing is capped.

The queries do not depend on the number of products.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from statistics import median

import numpy as np
import numpy.typing as npt
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from inventori.money import ZERO, round_half_up
from inventory.fefo import BatchQty, is_expired
from inventory.formula_input import LEVEL_LEAST, LEVEL_MOST
from inventory.models import BatchStock, ReorderPolicy, Warehouse
from inventory.selectors import business_today
from purchases.models import GoodsReceiptItem

from .calendar import HORIZON, Outlook
from .expiry import NEVER, cap_by_shelf_life, expiry_consume, worth_quantile
from .incoming import OpenLine
from .planning import ONE, THOUSANDTH
from .selectors import replenishment_settings

# So many of the last received batches tell how long goods keep.
LAST_BATCHES = 5
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A product that tracks batches: what lies there, what comes, and what is known of its demand.

    lead_days: until goods ordered now are here; interval_days: until those ordered at the next chance are.
    """

    product_id: int
    category_id: int
    mean: Decimal
    std: Decimal
    lead_days: int
    interval_days: int
    batches: Sequence[BatchQty]
    orders: Sequence[OpenLine] = ()
    unit_margin: Decimal = ZERO
    unit_cost: Decimal = ZERO
    by_measure: bool = False

    @property
    def step(self) -> Decimal:
        return THOUSANDTH if self.by_measure else ONE


@dataclass(frozen=True, slots=True)
class ShelfOutlook:
    """expiring: units that will expire unsold before what is ordered at the next chance comes.

    keeps_days: that goods may be sold from when they come, None where no receipt tells it. cap: the most that is worth
    ordering, None for no limit. is_worth: it is not the shop's own quantile that caps, but the one above which more
    would be written off than won.
    """

    expiring: Decimal
    keeps_days: int | None
    cap: Decimal | None = None
    is_worth: bool = False


def shelf_outlook(shelves: Sequence[Shelf], *, day: date, outlook: Outlook) -> dict[int, ShelfOutlook]:
    """Return the outlook of each product by its id, in two queries. day: today; `outlook` starts on it."""
    if not shelves:
        return {}
    quantile = float(replenishment_settings().expiry_quantile) / 100
    lives = usable_lives([one.product_id for one in shelves])
    ahead = _Ahead(shelves, lives, day, outlook)
    found: dict[int, ShelfOutlook] = {}
    for one, expiring, cap, is_worth in zip(shelves, ahead.expiring(), *ahead.caps(quantile), strict=True):
        keeps_days = lives.get(one.product_id)
        is_capped = keeps_days is not None and one.mean > 0
        found[one.product_id] = ShelfOutlook(
            expiring=_units(expiring, one.step),
            keeps_days=keeps_days,
            cap=_units_down(cap, one.step) if is_capped else None,
            is_worth=bool(is_worth) and is_capped,
        )
    return found


def usable_lives(product_ids: Iterable[int]) -> dict[int, int]:
    """Return the days that goods keep from when they come, by product id: the median of the last received batches.

    A batch that was expired when it came tells nothing; a product of which none other came has no entry.
    """
    newest = Window(RowNumber(), partition_by=[F("product_id")], order_by=F("id").desc())
    rows = GoodsReceiptItem.objects.filter(
        product_id__in=list(product_ids),
        batch__expires_on__isnull=False,
        batch__expires_on__gte=F("receipt__business_date"),
    ).order_by()
    rows = rows.annotate(newest=newest).filter(newest__lte=LAST_BATCHES)
    seen: dict[int, list[int]] = {}
    for product_id, came_on, last_day in rows.values_list("product_id", "receipt__business_date", "batch__expires_on"):
        seen.setdefault(product_id, []).append((last_day - came_on).days)
    return {product_id: int(median(days)) for product_id, days in seen.items()}


# --- The days ahead -------------------------------------------------------------------
class _Ahead:
    """Products × batches as arrays, in usual days from today: a day counts for what it sells of a usual one."""

    def __init__(self, shelves: Sequence[Shelf], lives: dict[int, int], day: date, outlook: Outlook) -> None:
        self.shelves, self.outlook = shelves, outlook
        self.category = np.array([one.category_id for one in shelves], np.int64)
        self.mean = np.array([float(one.mean) for one in shelves])
        self.lead = np.array([one.lead_days for one in shelves], np.int64)
        self.life = np.array([lives.get(one.product_id, NEVER) for one in shelves], np.int64)
        fresh = [[each for each in one.batches if not is_expired(each.expires_on, day)] for one in shelves]
        self.qty = _padded([[float(each.qty) for each in row] for row in fresh], 0.0)
        left = _padded([[_left(each.expires_on, day) for each in row] for row in fresh], NEVER).astype(np.int64)
        self.left = np.where(left < NEVER, self.usual(left + 1) - 1, NEVER)
        lines = [one.orders for one in shelves]
        self.coming = _padded([[float(line.qty) for line in row] for row in lines], 0.0)
        due = [[_due(line, day, one.lead_days) for line in one.orders] for one in shelves]
        self.comes = _padded(due, 0).astype(np.int64)

    def usual(self, days: npt.NDArray[np.int64]) -> Array:
        """Return what the first `days` days are worth in usual days."""
        category = self.category if days.ndim == 1 else np.broadcast_to(self.category[:, None], days.shape)
        return self.outlook.effective_days(days, category)

    def expiring(self) -> Array:
        interval = np.array([one.interval_days for one in self.shelves], np.int64)
        horizon = self.usual(interval + 1) - 1
        unsold = expiry_consume(self.qty, self.left, self.mean, horizon=horizon[:, None]).unsold
        return np.asarray(unsold.sum(axis=-1))

    def caps(self, quantile: float) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Return the caps, and of each whether it stands where more is not worth it, below the shop's quantile."""
        shop = float(np.clip(quantile, LEVEL_LEAST, LEVEL_MOST))
        margin = np.array([float(one.unit_margin) for one in self.shelves])
        cost = np.array([float(one.unit_cost) for one in self.shelves])
        # Who sells at no margin has a reason of his own: then the shop's quantile alone holds.
        worth = np.where(margin > 0, worth_quantile(margin, cost), 1.0)
        level = np.clip(np.minimum(shop, worth), LEVEL_LEAST, LEVEL_MOST)
        std = np.array([float(one.std) for one in self.shelves])
        return cap_by_shelf_life(level, self.mean, std, *self._first_served()), worth < shop

    def _first_served(self) -> tuple[Array, Array]:
        """Return the usual days that the ordered goods keep, and the units that will be sold before them then."""
        arrival = self.usual(self.lead)
        keeps = self.usual(self.lead + self.life) - arrival
        qty = np.concatenate([self.qty, self.coming], axis=-1)
        since = np.concatenate([np.zeros(self.qty.shape), self.usual(self.comes)], axis=-1)
        last = self.usual(self.comes + self.life[:, None]) - 1
        left = np.concatenate([self.left, last], axis=-1)
        till_then = expiry_consume(qty, left, self.mean, horizon=arrival[:, None] - 1, from_day=since)
        there = qty - till_then.sold - till_then.unsold
        left = left - arrival[:, None]
        horizon = keeps[:, None] - 1
        served = expiry_consume(there, left, self.mean, horizon=horizon).sold
        return keeps, np.where(left <= horizon, served, 0.0).sum(axis=-1)


def _left(expires_on: date | None, day: date) -> int:
    return NEVER if expires_on is None else min((expires_on - day).days, NEVER)


def _due(line: OpenLine, day: date, lead_days: int) -> int:
    """The day from now on which a line comes: at the latest with what is ordered now."""
    return min(max((line.expected_on - day).days, 0), lead_days) if line.expected_on else lead_days


def _padded(rows: Sequence[Sequence[float]], filling: float) -> Array:
    table = np.full((len(rows), max((len(row) for row in rows), default=0)), filling, np.float64)
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return table


def _units(value: float, step: Decimal) -> Decimal:
    return round_half_up(Decimal(repr(float(value))), step)


def _units_down(value: float, step: Decimal) -> Decimal:
    """Whole units that are no more than `value`; what is a hair below one is one."""
    return (Decimal(repr(float(value) + 1e-6)) / step).to_integral_value(ROUND_FLOOR) * step


# --- Every batch of a warehouse ---------------------------------------------------------
def unsold_batches(
    warehouse: Warehouse, *, product_ids: Iterable[int] | None = None, day: date | None = None
) -> dict[int, Decimal]:
    """Return the units that will expire unsold by batch id, of the products that have a computed or typed demand.

    Batches that have expired already are not among them.
    """
    today = day or business_today(warehouse)
    policies = ReorderPolicy.objects.filter(warehouse=warehouse, product__tracks_batches=True).exclude(
        computed_at=None, typed=[]
    )
    lying = BatchStock.objects.filter(warehouse=warehouse, qty__gt=0)
    if product_ids is not None:
        wanted = list(product_ids)
        policies, lying = policies.filter(product_id__in=wanted), lying.filter(batch__product_id__in=wanted)
    rows: dict[int, list[BatchQty]] = {}
    for product_id, batch_id, last_day, qty in lying.values_list(
        "batch__product_id", "batch_id", "batch__expires_on", "qty"
    ):
        rows.setdefault(product_id, []).append(BatchQty(batch_id, last_day, qty))
    columns = ("product_id", "product__category_id", "avg_daily_demand", "product__sold_by_measure")
    shelves = [
        Shelf(product_id, category_id, mean, ZERO, 0, 0, rows[product_id], by_measure=by_measure)
        for product_id, category_id, mean, by_measure in policies.order_by().values_list(*columns)
        if product_id in rows
    ]
    return _unsold(shelves, today, Outlook(warehouse=warehouse, start=today, days=HORIZON)) if shelves else {}


def _unsold(shelves: Sequence[Shelf], day: date, outlook: Outlook) -> dict[int, Decimal]:
    ahead = _Ahead(shelves, {}, day, outlook)
    unsold = expiry_consume(ahead.qty, ahead.left, ahead.mean).unsold
    found: dict[int, Decimal] = {}
    for at, one in enumerate(shelves):
        fresh = [each for each in one.batches if not is_expired(each.expires_on, day)]
        for place, batch in enumerate(fresh):
            units = _units(unsold[at, place], one.step)
            if units > 0:
                found[batch.batch_id] = units
    return found
