"""What a limited sum buys first: the packs that save the most expected margin per rupiah. Pure, no Django.

The margin that the first x units save is m·E[min(D, x)], D being the demand until the next order can come: the unit
that would be sold anyway is worth its margin, the one that would lie is worth nothing. Each pack of a product is worth
less than the one before, so the packs of all products are bought in the order of what they save for each rupiah
(Lokad's prioritised ordering; the newsvendor's marginal analysis, E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory
and Production Management in Supply Chains, 4th ed., 2017, ch. 9). What does not fit any more is passed over.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventori.money import ZERO, round_half_up
from inventory.formulas import normal_loss

from .planning import PIECES, Pack

# A product of which thousands of packs are wanted is bought in larger parts: more would not be seen in the result.
MOST_PARTS = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What the plan wants of one product, in own units.

    position: units there and on order; demand_mean, demand_std: of the demand until the next order can come.
    unit_cost, unit_margin: of one own unit; wanted: what the plan suggests, a whole number of packs.
    """

    product_id: int
    wanted: Decimal
    position: Decimal
    demand_mean: float
    demand_std: float
    unit_cost: Decimal
    unit_margin: Decimal
    pack: Pack = PIECES


@dataclass(frozen=True, slots=True)
class Purchase:
    """qty: bought; cost: of it; saved, lost: expected margin of what is bought and of what is left out."""

    qty: Decimal
    cost: Decimal
    saved: Decimal
    lost: Decimal


def spend(wishes: Sequence[Wish], budget: Decimal) -> dict[int, Purchase]:
    """Return what `budget` buys of each wish, by product id. Minimums and whole packs are kept.

    Two products at 1,000, of which two units each are asked for; with 3,000 the third unit waits:

    >>> wish = Wish(1, Decimal(2), Decimal(0), 2.0, 0.0, Decimal(1000), Decimal(500))
    >>> other = Wish(2, Decimal(2), Decimal(0), 2.0, 0.0, Decimal(1000), Decimal(200))
    >>> bought = spend([wish, other], Decimal(3000))
    >>> [(one.qty, one.lost) for one in bought.values()]
    [(Decimal('2'), Decimal('0')), (Decimal('1'), Decimal('200'))]
    """
    parts = {wish.product_id: _parts(wish) for wish in wishes}
    by_id = {wish.product_id: wish for wish in wishes}
    bought = dict.fromkeys(by_id, ZERO)
    queue = [_entry(by_id[pk], ZERO, chain, 0) for pk, chain in parts.items() if chain]
    heapq.heapify(queue)
    left = budget
    while queue:
        _rank, product_id, at = heapq.heappop(queue)
        wish, chain = by_id[product_id], parts[product_id]
        cost = _cost(wish, chain[at]) - _cost(wish, bought[product_id])
        if cost > left:
            continue  # the later packs of it need this one
        left -= cost
        bought[product_id] = chain[at]
        if at + 1 < len(chain):
            heapq.heappush(queue, _entry(wish, chain[at], chain, at + 1))
    return {pk: _purchase(wish, bought[pk]) for pk, wish in by_id.items()}


def expected_margin(wish: Wish, qty: Decimal) -> float:
    """Return the margin that `qty` more units are expected to save: m·(E[min(D, p+q)] − E[min(D, p)])."""
    before = max(float(wish.position), 0.0)
    after = max(float(wish.position + qty), 0.0)
    sold = _expected_sales(wish, after) - _expected_sales(wish, before)
    return max(float(wish.unit_margin), 0.0) * max(sold, 0.0)


def _expected_sales(wish: Wish, there: float) -> float:
    """E[min(D, x)] = μ − σ·G((x − μ)/σ) for normal demand; min(μ, x) without spread."""
    if wish.demand_std <= 0:
        return min(wish.demand_mean, there)
    z = (there - wish.demand_mean) / wish.demand_std
    return wish.demand_mean - wish.demand_std * float(normal_loss(z))


def _parts(wish: Wish) -> list[Decimal]:
    """Return the quantities that may be stopped at: the minimum, then pack by pack up to what is wanted."""
    step, wanted = wish.pack.step, wish.wanted
    first = wish.pack.up(max(wish.pack.minimum, step))
    if wanted <= 0:
        return []
    if wanted <= first:
        return [wanted]
    stride = step * max(1, int((wanted - first) / step / MOST_PARTS))
    count = int((wanted - first) / stride)
    parts = [first + stride * n for n in range(count + 1)]
    return parts if parts[-1] == wanted else [*parts, wanted]


def _entry(wish: Wish, before: Decimal, chain: Sequence[Decimal], at: int) -> tuple[tuple[float, float], int, int]:
    """Rank a part by margin saved for each rupiah, the most first; what saves nothing, by what it costs."""
    cost = float(_cost(wish, chain[at]) - _cost(wish, before))
    gain = expected_margin(wish, chain[at]) - expected_margin(wish, before)
    return (-gain / cost if cost > 0 else float("-inf"), cost), wish.product_id, at


def _cost(wish: Wish, qty: Decimal) -> Decimal:
    return qty * wish.unit_cost


def _purchase(wish: Wish, qty: Decimal) -> Purchase:
    saved, whole = expected_margin(wish, qty), expected_margin(wish, wish.wanted)
    lost = round_half_up(Decimal(repr(max(whole - saved, 0.0))))
    return Purchase(qty, round_half_up(_cost(wish, qty)), round_half_up(Decimal(repr(saved))), lost)


def left_out(purchases: Mapping[int, Purchase]) -> Decimal:
    """Return the expected margin of everything that the budget leaves out."""
    return sum((one.lost for one in purchases.values()), ZERO)
