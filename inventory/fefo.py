"""First expired, first out: which batches goods are taken from. Pure arithmetic, no database.

A batch may be sold on its last day; from the next business day on it is expired. Batches without a last
day come after all others, older ones first.

>>> day = date(2026, 11, 24)
>>> shelf = [BatchQty(1, date(2026, 11, 23), Decimal(2)), BatchQty(2, date(2027, 1, 31), Decimal(3)),
...          BatchQty(3, date(2026, 11, 24), Decimal(1))]
>>> allocate(shelf, Decimal(3), today=day)
[(3, Decimal('1')), (2, Decimal('2'))]
>>> usable(shelf, day)
Decimal('4')
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class BatchQty:
    """Units of one batch in one place; expires_on: its last usable day, None where it has none."""

    batch_id: int
    expires_on: date | None
    qty: Decimal


def is_expired(expires_on: date | None, today: date) -> bool:
    """Say whether a batch with this last day may no longer be sold on `today`, the warehouse's business day."""
    return expires_on is not None and expires_on < today


def usable(batches: Iterable[BatchQty], today: date) -> Decimal:
    """Return how many units are not expired."""
    return sum((batch.qty for batch in batches if not is_expired(batch.expires_on, today)), ZERO)


def allocate(
    batches: Iterable[BatchQty], qty: Decimal, *, today: date, may_take_expired: bool = False
) -> list[tuple[int, Decimal]]:
    """Return (batch_id, units) that make `qty`, the first expiring batch first.

    Raises ValueError when there is not enough.
    """
    takes: list[tuple[int, Decimal]] = []
    left = qty
    for batch in sorted(batches, key=_order):
        if left <= 0:
            break
        if batch.qty <= 0 or (is_expired(batch.expires_on, today) and not may_take_expired):
            continue
        takes.append((batch.batch_id, min(left, batch.qty)))
        left -= takes[-1][1]
    if left > 0:
        raise ValueError("there is not enough in the batches")
    return takes


def _order(batch: BatchQty) -> tuple[bool, date, int]:
    return (batch.expires_on is None, batch.expires_on or date.max, batch.batch_id)
