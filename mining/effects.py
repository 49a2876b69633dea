"""What hints cause: sales that saw them against sales that, drawn by lot, did not.

The difference of two means with Welch's interval (B. L. Welch, Biometrika 34, 1947): the arms may differ in size
and in spread. d ± t(df) · √(s₁²/n₁ + s₂²/n₂), df by Welch and Satterthwaite.

>>> one = compare([12.0, 14, 16, 18], [10.0, 11, 12])
>>> round(one.difference, 2), round(one.low, 2), round(one.high, 2)
(4.0, 0.1, 7.9)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import stdtrit

LEAST_OF_AN_ARM = 30
# A need beyond this is no plan: the effect is too small to tell from none.
MOST_NEEDED = 1_000_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two arms; difference, low and high stand only where both hold at least two sales.

    needed: how many more sales it takes, about, until an effect of this size stands out; 0: it does already,
    None: nobody can tell.
    """

    treated: int
    control: int
    treated_mean: float | None
    control_mean: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    needed: int | None = None

    @property
    def is_enough(self) -> bool:
        """Whether both arms are large enough for the interval to be taken at its word."""
        return min(self.treated, self.control) >= LEAST_OF_AN_ARM

    @property
    def verdict(self) -> str:
        """LITTLE: too few sales; GAIN, LOSS: the interval lies on one side of 0; OPEN: it does not."""
        if not self.is_enough or self.low is None or self.high is None:
            return "LITTLE"
        return "GAIN" if self.low > 0 else "LOSS" if self.high < 0 else "OPEN"


def compare(treated: Sequence[float], control: Sequence[float], *, confidence: float = 0.95) -> Comparison:
    """Compare the margins of sales with hints and of sales without."""
    sizes = len(treated), len(control)
    means = [float(np.mean(arm)) if len(arm) else None for arm in (treated, control)]
    if min(sizes) < 2 or means[0] is None or means[1] is None:
        return Comparison(sizes[0], sizes[1], means[0], means[1], needed=_first_needed(*sizes))
    parts = [float(np.var(arm, ddof=1)) / len(arm) for arm in (treated, control)]
    difference, error = means[0] - means[1], sum(parts) ** 0.5
    half = error * _quantile(parts, sizes, confidence) if error else 0.0
    needed = _needed(difference, half, *sizes)
    return Comparison(*sizes, means[0], means[1], difference, difference - half, difference + half, needed)


def _quantile(parts: Sequence[float], sizes: tuple[int, int], confidence: float) -> float:
    freedom = sum(parts) ** 2 / sum(part**2 / (n - 1) for part, n in zip(parts, sizes, strict=True))
    return float(stdtrit(freedom, 0.5 + confidence / 2))


def _needed(difference: float, half: float, treated: int, control: int) -> int | None:
    """The interval narrows with the root of the number of sales."""
    if min(treated, control) < LEAST_OF_AN_ARM:
        return _first_needed(treated, control)
    if half <= abs(difference):
        return 0
    total = treated + control
    if abs(difference) * (1 + MOST_NEEDED / total) ** 0.5 < half:
        return None
    return ceil(total * ((half / difference) ** 2 - 1))


def _first_needed(treated: int, control: int) -> int | None:
    """Sales until the smaller arm has enough, at the share it has had so far."""
    small = min(treated, control)
    if small == 0:
        return None
    return max(0, ceil((treated + control) * (LEAST_OF_AN_ARM - small) / small))
