"""Which hints the till gets for a basket: what goes with it, is on the shelf, and is worth selling.

A hint is worth lift × margin of a unit × (1 + weight × urgency). The urgency of goods is 0 … 1: the larger of
how far their stock lies above twice what the policy wants, and how near the batch is that expires next.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from inventori.money import ZERO
from inventori.prepared import prepared
from inventory.batches import batches_at
from inventory.fefo import BatchQty, is_expired, usable
from inventory.models import ReorderPolicy, Stock, Warehouse
from inventory.selectors import business_today

from .hint_index import Match
from .hint_store import index_in_force
from .models import HintOff, HintSettings, ShownHint

# So many of the strongest rules are looked up on the shelf, so many hints are given.
LOOKED_UP = 40
GIVEN = 3
NEAR_EXPIRY_DAYS = 60
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Hint:
    """Goods to offer, best first; margin is that of one unit."""

    product_id: int
    sku: str
    name: str
    rule_id: int
    margin: Decimal
    worth: Decimal


def hint_settings() -> HintSettings:
    """Return how the till hints, as it was set or as it comes."""
    return HintSettings.objects.filter(pk=1).first() or HintSettings()


def is_control(key: str, percent: Decimal) -> bool:
    """Tell whether the sale of `key` sees no hints: the same answer for the same sale, on every machine."""
    drawn = int.from_bytes(hashlib.sha256(f"hints:{key}".encode()).digest()[:8], "big")
    return drawn % 10_000 < percent * 100


def hints_for(
    *, basket: Collection[int], warehouse: Warehouse, settings: HintSettings, sale_key: str = ""
) -> list[Hint]:
    """Return up to three hints for the products of `basket`, the worthiest first.

    sale_key: leaves out what was refused in this sale.
    """
    index = index_in_force() if basket else None
    if index is None:
        return []
    matches = index.matching(frozenset(basket), min_lift=float(settings.min_lift), most=LOOKED_UP)
    by_product = {match.item: match for match in matches}
    if sale_key and by_product:
        for hint in _refused(sale_key):
            by_product.pop(hint.product_id, None)
    hints = _on_the_shelf(by_product, warehouse, settings) if by_product else []
    return sorted(hints, key=lambda hint: (-hint.worth, hint.product_id))[:GIVEN]


_refused = prepared(
    lambda key: ShownHint.objects.filter(hinted__sale__key=key, outcome=ShownHint.Outcome.REFUSED).only("product")
)


def _on_the_shelf(matches: dict[int, Match], warehouse: Warehouse, settings: HintSettings) -> list[Hint]:
    rows = _shelf(warehouse.pk, list(matches))
    tracked = [row.product_id for row in rows if row.tracks_batches]
    batches = batches_at(warehouse_id=warehouse.pk, product_ids=tracked) if tracked else {}
    today = business_today(warehouse)
    hints = (_hint(row, matches[row.product_id], batches, today, settings) for row in rows)
    return [hint for hint in hints if hint]


def _shelf_rows(warehouse_id: int, product_ids: Sequence[int]) -> QuerySet[Any]:
    """Return the stock that may be hinted at, with `reorder_qty` of its policy."""
    off = HintOff.objects.all()
    policy = ReorderPolicy.objects.filter(product=OuterRef("product"), warehouse=OuterRef("warehouse"), is_active=True)
    return (
        Stock.objects.filter(warehouse=warehouse_id, product__in=product_ids, product__is_active=True, is_low=False)
        .filter(qty__gt=F("held"))
        .exclude(product__in=off.filter(product__isnull=False).values("product"))
        .exclude(product__category__in=off.filter(category__isnull=False).values("category"))
        .annotate(reorder_qty=Subquery(policy.values("reorder_qty")[:1]))
        .select_related("product")
    )


_shelf = prepared(_shelf_rows)


def _hint(
    row: Any, match: Match, batches: dict[int, list[BatchQty]], today: date, settings: HintSettings
) -> Hint | None:
    own, product = batches.get(row.product_id, []), row.product
    there = (usable(own, today) if row.tracks_batches else row.qty) - row.held
    margin = product.price - (row.average_cost or product.cost)
    # A batch may have expired since the alert was last looked at.
    if there <= 0 or margin <= 0 or (row.rop is not None and there <= row.rop):
        return None
    urgency = max(excess(there, row.rop, row.reorder_qty), nearness(own, today))
    worth = Decimal(str(match.lift)) * margin * (1 + settings.excess_weight * urgency)
    return Hint(product.pk, product.sku, product.name, match.rule_id, margin, worth)


def excess(there: Decimal, rop: Decimal | None, reorder_qty: Decimal | None) -> Decimal:
    """Return how far the stock lies above what a policy wants at most: 0 up to it, 1 from twice as much on.

    >>> excess(Decimal(45), Decimal(10), Decimal(20))
    Decimal('0.5')
    """
    wanted = (rop or ZERO) + (reorder_qty or ZERO)
    if rop is None or wanted <= 0:
        return ZERO
    return min(WHOLE, max(ZERO, (there - wanted) / wanted))


def nearness(batches: Sequence[BatchQty], today: date) -> Decimal:
    """Return how near the next expiry is: 0 from 60 days on, 1 on the last day."""
    days = [
        (one.expires_on - today).days for one in batches if one.expires_on and not is_expired(one.expires_on, today)
    ]
    return max(ZERO, WHOLE - Decimal(min(days)) / NEAR_EXPIRY_DAYS) if days else ZERO
