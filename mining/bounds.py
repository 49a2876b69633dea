"""How far a run may go, and what is said when it would go further."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, isfinite, log10, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Support = int | float | Decimal | Fraction
Reason = Literal["pairs", "candidates", "itemsets", "memory", "rules", "time", "cancelled"]

ASK_EVERY_SECONDS = 0.2
# When a run had to stop, the advice is a support that leaves so many of the itemsets of its last whole level.
LEFT_SHARE = 0.25


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    max_pairs: pairs of items looked at; max_candidates: joined sets looked at in one level; max_itemsets, max_rules:
    how many are kept; max_bytes: for what grows with the itemsets, the baskets themselves and some 150 MB of working
    space not counted; max_seconds: by the clock.
    """

    max_pairs: int = 50_000_000
    max_candidates: int = 200_000_000
    max_itemsets: int = 1_000_000
    max_rules: int = 2_000_000
    max_bytes: int = 512_000_000
    max_seconds: float = 60.0


@dataclass(frozen=True)
class Stopped:
    """Why a run ended before it was done: the code, where, and the numbers of its sentence.

    level: the level that was not finished; all below it are complete. amount: how many pairs, candidates, itemsets,
    rules, bytes or seconds; limit: how many were allowed; support: the share of baskets that was asked;
    try_support: a larger share that should do, or None.
    """

    code: Reason
    level: int
    support: float
    amount: float = 0
    limit: float = 0
    try_support: float | None = None

    def __str__(self) -> str:
        sentence = _SENTENCES[self.code].format(
            support=plain(self.support), amount=in_words(self.amount), limit=in_words(self.limit), level=self.level
        )
        return f"{sentence}; try {plain(self.try_support)}" if self.try_support else sentence


_SENTENCES: dict[Reason, str] = {
    "pairs": "support {support} would look at {amount} pairs",
    "candidates": "stopped at level {level}: support {support} would look at {amount} sets of {level} items",
    "itemsets": "stopped at level {level}: support {support} holds more than {limit} itemsets",
    "memory": "stopped at level {level}: support {support} would need {amount} bytes of memory",
    "rules": "stopped at itemsets of {level} items: more than {limit} rules",
    "time": "stopped at level {level}: support {support} takes longer than {limit} seconds",
    "cancelled": "stopped at level {level}: cancelled",
}


class Stop(Exception):
    """Carries the reason out of the loops."""

    def __init__(self, code: Reason, amount: float = 0, limit: float = 0) -> None:
        super().__init__(code)
        self.code, self.amount, self.limit = code, amount, limit


class Watch:
    """Asks now and then whether to go on."""

    def __init__(self, limits: Limits, cancelled: Callable[[], bool] | None) -> None:
        self.limits = limits
        self._cancelled = cancelled
        self._end = time.monotonic() + limits.max_seconds
        self._ask_at = 0.0

    def check(self) -> None:
        """Raise Stop when the run was cancelled or its time is up; cheap enough for every block of work."""
        now = time.monotonic()
        if now > self._end:
            raise Stop("time", self.limits.max_seconds, self.limits.max_seconds)
        if self._cancelled is not None and now >= self._ask_at:
            self._ask_at = now + ASK_EVERY_SECONDS
            if self._cancelled():
                raise Stop("cancelled")

    def found(self, itemsets: int) -> None:
        """Raise Stop when there are more itemsets than may be kept."""
        if itemsets > self.limits.max_itemsets:
            raise Stop("itemsets", itemsets, self.limits.max_itemsets)


# --- Support ---------------------------------------------------------------------------
def least_count(min_support: Support, basket_count: int, min_count: int = 1) -> int:
    """Return the smallest count whose share of basket_count is min_support or more.

    min_support: a count when it is an int, else a share in (0, 1]; min_count: never less than this.
    7 of 25 at 0.28 counts: shares are compared as count / basket_count rounds them, so no noise of the
    multiplication 0.28 × 25 = 7.000000000000001 gets in.
    """
    if isinstance(min_support, bool) or not isinstance(min_support, int | float | Decimal | Fraction):
        raise TypeError(f"min_support must be a number, not {type(min_support).__name__}")
    if min_count < 1:
        raise ValueError(f"min_count must be at least 1, not {min_count}")
    if isinstance(min_support, int):
        if min_support < 1:
            raise ValueError(f"min_support as a count must be at least 1, not {min_support}")
        return max(min_support, min_count)
    share = float(min_support)
    if not (isfinite(share) and 0 < share <= 1):
        raise ValueError(f"min_support as a share must be above 0 and at most 1, not {min_support}")
    count = max(1, ceil(share * basket_count))
    while count > 1 and (count - 1) / basket_count >= share:
        count -= 1
    while basket_count and count / basket_count < share:
        count += 1
    return max(count, min_count)


# --- What would do -----------------------------------------------------------------------
def pairs_to_look_at(item_count: int, occurrences: int) -> int:
    """Return the most pairs there can be among so many items that so many pairs of lines hold."""
    return min(item_count * (item_count - 1) // 2, occurrences)


def support_for_pairs(counts: NDArray[np.int64], basket_count: int, max_pairs: int) -> float | None:
    """Return a share at which few enough items are frequent to make at most max_pairs pairs."""
    allowed = floor((1 + sqrt(1 + 8 * max_pairs)) / 2)
    if allowed >= len(counts):
        return None
    return _rounded_up((int(np.sort(counts)[::-1][allowed]) + 1) / basket_count)


def support_for_fewer(counts: NDArray[np.int64], basket_count: int) -> float | None:
    """Return a share at which only about a quarter of the itemsets with these counts is left."""
    if not len(counts) or not basket_count:
        return None
    wanted = int(np.quantile(counts, 1 - LEFT_SHARE, method="higher"))
    return _rounded_up(min(basket_count, max(wanted, int(counts.min()) + 1)) / basket_count)


def _rounded_up(share: float) -> float:
    """Round up to two significant digits."""
    digits = 1 - floor(log10(share))
    return min(1.0, round(ceil(round(share * 10**digits, 6)) / 10**digits, digits))


def plain(share: float) -> str:
    """Write a share with four significant digits, without an exponent: 0.0001, 0.009615."""
    return f"{Decimal(f'{share:.4g}'):f}"


def in_words(amount: float) -> str:
    """Write 8385760 as 8.4 million."""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if amount >= size:
            return f"{amount / size:.1f} {name}".replace(".0 ", " ")
    return f"{amount:,.0f}" if amount >= 10 or amount == int(amount) else f"{amount:g}"
