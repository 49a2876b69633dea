"""How many itemsets and rules to expect, before a run is started: the miner on the last sales of the window."""

from dataclasses import dataclass

from .apriori import frequent_itemsets
from .bounds import Limits
from .reading import Window, read_baskets, sales_of
from .rules import association_rules

MOST_SALES = 20_000
LIMITS = Limits(max_pairs=3_000_000, max_candidates=5_000_000, max_itemsets=100_000, max_rules=100_000, max_seconds=1.5)
# In a part of the sales, sets that are there once or twice say nothing about the others.
LEAST_IN_A_PART = 3


@dataclass(frozen=True)
class Estimate:
    """sales: in the window; looked_at: how many of them were; itemsets of two and more items, rules.

    is_more: there are more, or it takes longer than an estimate may.
    """

    sales: int
    looked_at: int
    itemsets: int
    rules: int
    is_more: bool

    @property
    def is_exact(self) -> bool:
        return self.looked_at == self.sales and not self.is_more


def estimate(
    window: Window, *, share: float | None, count: int | None, min_confidence: float, min_lift: float, max_length: int
) -> Estimate:
    """Mine the last 20,000 sales for at most about two seconds. share or count: the minimum support."""
    sales = sales_of(window).count()
    if not sales:
        return Estimate(0, 0, 0, 0, False)
    is_part = sales > MOST_SALES
    baskets = read_baskets(window, most_sales=MOST_SALES if is_part else None).baskets
    found = frequent_itemsets(
        baskets,
        min_support=count if count and not is_part else min(1.0, share or (count or 1) / sales),
        min_count=LEAST_IN_A_PART if is_part else 1,
        max_length=max_length,
        limits=LIMITS,
    )
    rules = association_rules(found, min_confidence=min_confidence, min_lift=min_lift, limits=LIMITS)
    is_more = bool(found.stopped or rules.stopped)
    # Wholly returned sales are no baskets; they were looked at all the same.
    looked_at = MOST_SALES if is_part else sales
    return Estimate(sales, looked_at, sum(found.found[1:]), len(rules), is_more)
