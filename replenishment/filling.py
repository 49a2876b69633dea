"""Filling an order up to the supplier's minimum order value with what will be needed next. Pure, no Django.

Each added pack is of the product whose position, with what is already added, falls to its reorder point soonest.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventori.money import ZERO

from .planning import PIECES, Pack

# A pack of almost no price could be added for ever.
MOST_PACKS = 20_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product of the supplier. position: what is there and comes, with what the order already brings of it.

    level: the position at which it is ordered; mean: units a day, above 0; cap: the most that may be added.
    """

    product_id: int
    position: Decimal
    level: Decimal
    mean: Decimal
    unit_cost: Decimal
    pack: Pack = PIECES
    ordered: Decimal = ZERO
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """qty: own units added; needed_in: days until it would have been needed anyway, when the first was added."""

    qty: Decimal
    needed_in: Decimal


def fill(candidates: Sequence[Candidate], *, value: Decimal, minimum: Decimal) -> dict[int, Added]:
    """Return what to add to an order of `value` so that it reaches `minimum`, by product id.

    Less than enough comes back where the products of the supplier do not reach it.

    >>> soon = Candidate(1, Decimal(12), Decimal(10), Decimal(1), Decimal(100), Pack(multiple=Decimal(5)))
    >>> later = Candidate(2, Decimal(16), Decimal(10), Decimal(1), Decimal(100), Pack(multiple=Decimal(5)))
    >>> added = fill([soon, later], value=Decimal(1000), minimum=Decimal(2500))
    >>> [(pk, one.qty, one.needed_in) for pk, one in added.items()]
    [(1, Decimal('10'), Decimal('2')), (2, Decimal('5'), Decimal('6'))]
    """
    added: dict[int, Added] = {}
    by_id = {one.product_id: one for one in candidates if one.mean > 0 and one.unit_cost > 0}
    queue = [(_days(one, ZERO), one.product_id) for one in by_id.values()]
    heapq.heapify(queue)
    for _pack in range(MOST_PACKS):
        if value >= minimum or not queue:
            break
        days, product_id = heapq.heappop(queue)
        one = by_id[product_id]
        before = added[product_id].qty if product_id in added else ZERO
        qty = before + _next_pack(one, before)
        if one.cap is not None and one.ordered + qty > one.cap:
            continue
        value += (qty - before) * one.unit_cost
        added[product_id] = Added(qty, added[product_id].needed_in if product_id in added else max(days, ZERO))
        heapq.heappush(queue, (_days(one, qty), product_id))
    return added


def _next_pack(one: Candidate, added: Decimal) -> Decimal:
    """A product that is not on the order yet starts with its minimum."""
    if one.ordered + added > 0:
        return one.pack.step
    return one.pack.up(max(one.pack.minimum, one.pack.step))


def _days(one: Candidate, added: Decimal) -> Decimal:
    return (one.position + added - one.level) / one.mean
