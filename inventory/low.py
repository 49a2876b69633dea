"""Which stock rows crossed their reorder point: a part of the ledger's room.

Whoever calls it holds the lock on the rows, so an alert is raised or cleared in the transaction of what caused it,
and never twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from inventori.bulk import update_column

from .models import ReorderAlert, Stock

if TYPE_CHECKING:
    from .ledger import Key

Source = tuple[str, int | None]
NO_SOURCE: Source = ("", None)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many alerts were raised and how many cleared."""

    raised: int = 0
    cleared: int = 0

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(self.raised + other.raised, self.cleared + other.cleared)


def settle_alerts(
    stocks: Iterable[Stock],
    *,
    usable: Callable[[Stock], Decimal],
    at: datetime,
    sources: Mapping["Key", Source] | None = None,
) -> Settled:
    """Raise an alert for each row whose available units are at or below its reorder point, clear it where they are not.

    usable: on hand less expired. sources: the document that moved a row; a hold, a day or a new policy has none.
    Where nothing crossed, nothing is written.
    """
    raised: list[ReorderAlert] = []
    cleared: list[Stock] = []
    changed: dict[int, bool] = {}
    for stock in stocks:
        if stock.rop is None and not stock.is_low:
            continue
        available = usable(stock) - stock.held
        is_low = stock.rop is not None and available <= stock.rop
        if is_low == stock.is_low:
            continue
        stock.is_low = changed[stock.pk] = is_low
        if is_low:
            raised.append(_alert(stock, available, at, sources))
        else:
            cleared.append(stock)
    if changed:
        update_column(Stock, "is_low", changed)
        ReorderAlert.objects.bulk_create(raised, batch_size=1_000)
        _clear(cleared, at)
    return Settled(len(raised), len(cleared))


def _alert(stock: Stock, available: Decimal, at: datetime, sources: Mapping["Key", Source] | None) -> ReorderAlert:
    ref_type, ref_id = (sources or {}).get((stock.product_id, stock.warehouse_id), NO_SOURCE)
    return ReorderAlert(
        product_id=stock.product_id,
        warehouse_id=stock.warehouse_id,
        available=available,
        rop=stock.rop,
        raised_at=at,
        ref_type=ref_type,
        ref_id=ref_id,
    )


def _clear(stocks: Iterable[Stock], at: datetime) -> None:
    by_warehouse: dict[int, list[int]] = {}
    for stock in stocks:
        by_warehouse.setdefault(stock.warehouse_id, []).append(stock.product_id)
    for warehouse_id, product_ids in by_warehouse.items():
        alerts = ReorderAlert.objects.filter(warehouse_id=warehouse_id, product_id__in=product_ids, is_open=True)
        alerts.update(is_open=None, cleared_at=at)
