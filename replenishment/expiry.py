"""Batches that expire: how much of them will sell in time, and how much more is worth ordering. Pure, no Django.

Batches leave in the order of their expiry (FEFO). `days_left` counts as the shelf does: 0 is a batch's last day, below
0 it is expired; day 0 is today. A number that is impossible raises ValueError with its argument's name; in an array
it takes the nearest possible value.

Sources, cited by their letters:
[N] S. Nahmias, Perishable Inventory Theory: A Review, Operations Research 30(4), 1982.
[SPT] E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 4th ed., 2017.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtri

from inventory.demand_stats import STD_TO_MEAN_MOST
from inventory.formula_input import TINY, FloatArray, Numbers, as_given, checked, checked_level, ratio

# The days left of a batch that does not expire: a hundred years.
NEVER = 36500


@dataclass(frozen=True)
class Consumption:
    """What each batch sells within the horizon, and what of it will lie unsold when it expires."""

    sold: FloatArray
    unsold: FloatArray


def expiry_consume(
    qty: Numbers,
    days_left: Numbers,
    daily_mean: Numbers | None = None,
    *,
    path: Numbers | None = None,
    horizon: Numbers = NEVER - 1,
    from_day: Numbers = 0,
) -> Consumption:
    """Sell batches first-expiry-first against a daily mean or a path of daily demand. [N]

    qty, days_left: one batch for each element of the last axis, in any order; rows of more products pad with qty 0.
    A batch without a date has NEVER (or NaN) days left.
    daily_mean: units a day, one for each product; or path: units by day from today, products × days (or one row of
    days), none after its end. horizon: the last day looked at, one for all or of the shape of qty; a batch that lives
    longer is never unsold.
    from_day: the day on which a batch arrives, for orders under way; one that arrives later expires no earlier.

    Batch k sells min(q_k, C(d_k) − used), where C(d) is the demand up to the end of day d and `used` is what of it
    earlier batches served or, while there was nothing, was lost.

    >>> expiry_consume([14, 30], [4, 60], daily_mean=2).unsold.tolist()
    [4.0, 0.0]
    """
    units, left, since = np.broadcast_arrays(
        checked("qty", qty),
        checked("days_left", days_left, least=-NEVER, most=NEVER, otherwise=NEVER),
        checked("from_day", from_day, most=NEVER),
    )
    if units.ndim == 0:
        raise ValueError("qty must have an element for each batch")
    order = np.argsort(left, axis=-1, kind="stable")
    units, left, since = (np.take_along_axis(field, order, axis=-1) for field in (units, left, since))
    wanted_by = _Demand(daily_mean, path)
    looked_at = np.asarray(horizon, dtype=np.float64)
    last_day = np.minimum(left, looked_at)
    sold = np.zeros(units.shape)
    used = np.zeros(units.shape[:-1])
    for k in range(units.shape[-1]):
        used = np.maximum(used, wanted_by.end_of(since[..., k] - 1))
        sold[..., k] = np.clip(wanted_by.end_of(last_day[..., k]) - used, 0.0, units[..., k])
        used = used + sold[..., k]
    unsold = np.where(left <= looked_at, units - sold, 0.0)
    back = np.argsort(order, axis=-1, kind="stable")
    return Consumption(np.take_along_axis(sold, back, axis=-1), np.take_along_axis(unsold, back, axis=-1))


class _Demand:
    """Demand from today to the end of a day, from a mean or from a path."""

    def __init__(self, daily_mean: Numbers | None, path: Numbers | None) -> None:
        if (daily_mean is None) == (path is None):
            raise ValueError("daily_mean or path must be given, and not both")
        if path is None:
            self.mean, self.sums = checked("daily_mean", daily_mean, most=1e9), None  # type: ignore[arg-type]
            return
        days = np.maximum(checked("path", path, least=-1e9, most=1e9, otherwise=0.0), 0.0)
        if days.ndim == 0:
            raise ValueError("path must have an element for each day")
        self.sums = np.concatenate([np.zeros((*days.shape[:-1], 1)), np.cumsum(days, axis=-1)], axis=-1)

    def end_of(self, day: FloatArray) -> FloatArray:
        number = np.maximum(day + 1, 0)
        if self.sums is None:
            return self.mean * number
        place = np.minimum(number, self.sums.shape[-1] - 1).astype(int)
        if self.sums.ndim == 1:
            return self.sums[place]
        return np.take_along_axis(self.sums, place[:, None], axis=-1)[:, 0]


# --- How much more is worth ordering -------------------------------------------------


def demand_quantile(quantile: Numbers, daily_mean: Numbers, daily_std: Numbers, days: Numbers) -> FloatArray:
    """Return the quantity that demand over `days` stays within with probability `quantile`.

    Normal where σ·√days is at most half of d·days, as `normal_fits` asks. For intermittent demand, where it is more,
    the Poisson distribution, and where the variance is above the mean the negative binomial one of the same mean and
    variance: whole units, and none at all has a probability. [SPT ch. 6]

    >>> demand_quantile(0.5, [10, 0.1], [3, 0.4], 10).tolist()
    [100.0, 1.0]
    """
    level = checked_level("quantile", quantile)
    span = checked("days", days, most=NEVER)
    mean = checked("daily_mean", daily_mean, most=1e9) * span
    variance = np.square(checked("daily_std", daily_std, most=1e9)) * span
    level, mean, variance = np.broadcast_arrays(level, mean, variance)
    std = np.sqrt(variance)
    found = np.array(np.maximum(mean + ndtri(level) * std, 0.0))
    few = (std > STD_TO_MEAN_MOST * mean) & (mean > TINY)
    if few.any():
        found[few] = _count_quantile(level[few], mean[few], variance[few])
    return as_given(np.where(mean > TINY, found, 0.0))


def _count_quantile(level: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    found = stats.poisson.ppf(level, mean)
    spread = variance > mean * 1.001
    if spread.any():
        units, over = mean[spread], variance[spread]
        found[spread] = stats.nbinom.ppf(level[spread], np.square(units) / (over - units), units / over)
    return found


def cap_by_shelf_life(
    quantile: Numbers, daily_mean: Numbers, daily_std: Numbers, usable_days: Numbers, already_there: Numbers
) -> FloatArray:
    """Return the most that may be ordered: the quantile of what sells within the usable life, less what is there.

    usable_days: that the ordered goods may be sold, from when they come. already_there: stock that will be sold
    before them, of what still is there then. Never below 0. The distribution is that of `demand_quantile`.

    >>> cap_by_shelf_life(0.5, 2, 0.5, 30, 14).item()
    46.0
    """
    there = checked("already_there", already_there)
    return as_given(np.maximum(demand_quantile(quantile, daily_mean, daily_std, usable_days) - there, 0.0))


def worth_quantile(unit_margin: Numbers, unit_cost: Numbers) -> FloatArray:
    """Return the quantile at which one more unit's expected write-off reaches its expected margin: m/(m + c).

    Above it the next unit expires unsold too often to pay: the newsvendor's critical fractile without salvage.
    [SPT ch. 9] A unit without margin is worth nothing: 0. Cap at the smaller of this and the shop's own quantile.

    >>> worth_quantile(5000, 15000).item()
    0.25
    """
    margin = checked("unit_margin", unit_margin, least=-1e15, otherwise=0.0)
    won = np.maximum(margin, 0.0)
    return as_given(ratio(won, won + checked("unit_cost", unit_cost), otherwise=0.0))
