"""Mean, spread, outliers and quantiles of daily demand, for many products at once. Pure NumPy, no Django.

Demand is a table of products by days (or one row of days): units sold less units returned. `counted` marks the days
that are counted: goods were there, the shop was open, and no event moved the sales.

Sources, cited by their letters:
[T] J. W. Tukey, Exploratory Data Analysis, 1977, 2D: what lies three spreads of the middle half away is far out.
[SBC] A. A. Syntetos, J. E. Boylan, J. D. Croston, On the categorization of demand patterns, Journal of the
Operational Research Society 56(5), 2005.
[SPT] E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 4th ed., 2017.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from .formula_input import TINY, FloatArray, Numbers, State, checked, checked_level, ratio

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

# Rows looked at together: some 20 MB a table for a year of days.
ROWS_AT_ONCE = 8192

# More than any shop sells of one thing in a day.
DEMAND_MOST = 1e9

FAR_OUT = 3.0


@dataclass(frozen=True)
class DemandStats:
    """What a product's counted days say; one element for each product.

    Where `state` is NO_HISTORY, NEGATIVE_DEMAND or NO_SALES, mean and std are 0. With ONE_SALE they are computed, but
    the spread is of one sale only; where just one day is counted, it is taken to be as large as the mean.
    """

    days: IntArray  # counted
    mean: FloatArray  # units a day
    std: FloatArray  # of a day, sample (n − 1)
    total: FloatArray  # units in the counted days
    sale_days: IntArray  # counted days with demand above 0
    outliers: BoolArray  # products × days; in the other fields unless they were left out
    state: npt.NDArray[np.int8]


def demand_stats(
    demand: Numbers, counted: npt.ArrayLike | None = None, *, leave_out_outliers: bool = False
) -> DemandStats:
    """Return the statistics of daily demand over the counted days.

    demand: units, products × days. counted: bool, likewise; default every day. leave_out_outliers: days that
    `far_out_days` marks are not counted either; they are marked in any case. What is no number is not counted.

    >>> stats = demand_stats([[0, 2, 0, 4, 9], [0, 0, 0, 0, 0]], [[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]])
    >>> stats.mean.tolist(), stats.std.round(3).tolist(), [State(code).name for code in stats.state]
    ([1.5, 0.0], [1.915, 0.0], ['OK', 'NO_SALES'])
    """
    table, mask, one = _table(demand, counted)
    rows, width = table.shape
    days, sale_days = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    total, squares = np.zeros(rows), np.zeros(rows)
    outliers = np.zeros((rows, width), dtype=bool)
    for part in _parts(rows):
        units, seen = _clean(table[part], mask[part])
        outliers[part] = far_out_days(units)
        if leave_out_outliers:
            seen = seen & ~outliers[part]
            units = np.where(seen, units, 0.0)
        days[part] = np.count_nonzero(seen, axis=1)
        sale_days[part] = np.count_nonzero(units > 0, axis=1)
        total[part] = units.sum(axis=1)
        mean = total[part] / np.maximum(days[part], 1)
        units -= mean[:, None]  # days that are not counted are now −mean, and taken off again
        around = np.einsum("ij,ij->i", units, units) - (width - days[part]) * np.square(mean)
        squares[part] = np.maximum(around, 0.0)
    return _summed_up(days, sale_days, total, squares, outliers, one=one)


def _summed_up(
    days: IntArray, sale_days: IntArray, total: FloatArray, squares: FloatArray, outliers: BoolArray, *, one: bool
) -> DemandStats:
    state = np.select(
        [days == 0, total < -TINY, total < TINY, sale_days == 1],
        [State.NO_HISTORY, State.NEGATIVE_DEMAND, State.NO_SALES, State.ONE_SALE],
        State.OK,
    ).astype(np.int8)
    sold = (state == State.OK) | (state == State.ONE_SALE)
    mean = np.where(sold, total / np.maximum(days, 1), 0.0)
    std = np.where(days > 1, np.sqrt(squares / np.maximum(days - 1, 1)), mean)
    std = np.where(sold, std, 0.0)
    row = 0 if one else slice(None)
    return DemandStats(days[row], mean[row], std[row], total[row], sale_days[row], outliers[row], state[row])


def far_out_days(demand: FloatArray) -> BoolArray:
    """Mark the days that sold far more than a selling day does: more than Q3 + 3·max(IQR, median). [T]

    The quartiles are those of selling days only, so that the zeros of a slow seller do not make each sale an
    outlier; the median as a least spread keeps "always one, today two" from being one. With fewer than five selling
    days nothing can be far out.

    >>> far_out_days(np.array([[1.0, 2, 0, 1, 2, 0, 1, 40]])).nonzero()[1].tolist()
    [7]
    """
    sale_days = np.count_nonzero(demand > 0, axis=1)
    judged = np.flatnonzero(sale_days >= 5)
    marked = np.zeros(demand.shape, dtype=bool)
    if not judged.size:
        return marked
    units = demand[judged]
    ordered = np.sort(np.maximum(units, 0.0), axis=1)
    selling = sale_days[judged]
    low, middle, high = (_quantile_of_last(ordered, selling, share) for share in (0.25, 0.50, 0.75))
    fence = high + FAR_OUT * np.maximum(high - low, middle)
    marked[judged] = units > fence[:, None]
    return marked


def _quantile_of_last(ordered: FloatArray, number: IntArray, share: float) -> FloatArray:
    """Return the quantile of the last `number` values of each ordered row, linear between two."""
    rows = np.arange(ordered.shape[0])
    place = share * (number - 1)
    below = np.floor(place).astype(np.int64)
    first = ordered.shape[1] - number
    above = np.minimum(below + 1, number - 1)
    left, right = ordered[rows, first + below], ordered[rows, first + above]
    return left + (place - below) * (right - left)


# --- Does the normal model fit? ------------------------------------------------------


class DemandClass(IntEnum):
    """How demand comes: by the days between two selling days and the spread of what a selling day sells. [SBC]"""

    NONE = 0
    SMOOTH = 1
    INTERMITTENT = 2
    ERRATIC = 3
    LUMPY = 4


# The cut-off values of [SBC].
INTERVAL_CUT = 1.32
SIZE_CUT = 0.49

# σ above half the mean puts more than 2.3 % of a normal distribution below zero. [SPT ch. 6]
STD_TO_MEAN_MOST = 0.5


def demand_class(stats: DemandStats) -> npt.NDArray[np.int8]:
    """Return the class of each product's demand: ADI against 1.32, CV² of the sizes against 0.49. [SBC]

    >>> DemandClass(int(demand_class(demand_stats([0, 1, 0, 0, 1, 0, 1, 0, 0, 9])))).name
    'LUMPY'
    """
    often = ratio(stats.days, stats.sale_days, otherwise=0.0) < INTERVAL_CUT
    even = _size_cv2(stats) < SIZE_CUT
    found = np.select(
        [stats.sale_days == 0, often & even, ~often & even, often],
        [DemandClass.NONE, DemandClass.SMOOTH, DemandClass.INTERMITTENT, DemandClass.ERRATIC],
        DemandClass.LUMPY,
    )
    return found.astype(np.int8)[()]


def _size_cv2(stats: DemandStats) -> FloatArray:
    """Return the squared coefficient of variation of what selling days sell, from the moments of all days."""
    squares = np.square(stats.std) * np.maximum(stats.days - 1, 0) + stats.days * np.square(stats.mean)
    size = ratio(np.maximum(stats.total, 0.0), stats.sale_days, otherwise=0.0)
    variance = np.maximum(ratio(squares, stats.sale_days, otherwise=0.0) - np.square(size), 0.0)
    return ratio(variance, np.square(size), otherwise=0.0)


def normal_fits(stats: DemandStats, interval_days: Numbers) -> BoolArray:
    """Tell whether demand over the interval is near enough to a normal one.

    It is where σ is at most half the mean over the interval (else the normal distribution expects negative demand
    too often [SPT ch. 6]) and demand is not lumpy [SBC], whose rare large sales the normal tail does not know.

    >>> stats = demand_stats([[2, 3, 2, 1, 2, 2, 3, 1], [0, 0, 0, 5, 0, 0, 1, 0]])
    >>> normal_fits(stats, 4).tolist()
    [True, False]
    """
    interval = checked("interval_days", interval_days, most=1e5)
    spread = stats.std * np.sqrt(interval)
    near = (stats.mean > 0) & (spread <= STD_TO_MEAN_MOST * stats.mean * interval)
    return near & (demand_class(stats) != DemandClass.LUMPY)


# --- The quantile of what was sold ---------------------------------------------------


@dataclass(frozen=True)
class EmpiricalQuantile:
    """The quantile of demand over every window of an interval, and how many windows it was read off.

    Where no window fits into the counted days (`windows` 0), it is the mean over the interval.
    """

    quantile: FloatArray
    windows: IntArray


def empirical_quantile(
    demand: Numbers, interval_days: Numbers, level: Numbers, counted: npt.ArrayLike | None = None
) -> EmpiricalQuantile:
    """Return the least quantity that covered demand in a share `level` of all windows of `interval_days` days.

    Counted days are taken as following one another: a window may reach over days that are not counted. A part of a
    day counts as a day. interval_days and level: one for all products or one for each. A level in an array that lies
    outside 0 to 1 is taken as 0.95. Memory: one table of windows at a time.

    >>> empirical_quantile([0, 0, 3, 0, 0, 6, 0, 0], interval_days=3, level=0.9)
    EmpiricalQuantile(quantile=np.float64(6.0), windows=np.int64(6))
    """
    table, mask, one = _table(demand, counted)
    rows = table.shape[0]
    interval = np.broadcast_to(np.ceil(checked("interval_days", interval_days, most=1e5) - TINY), rows).astype(int)
    wanted = np.broadcast_to(checked_level("level", level), rows)
    quantile, windows = np.zeros(rows), np.zeros(rows, np.int64)
    for part in _parts(rows):
        units, seen = _clean(table[part], mask[part])
        days = np.count_nonzero(seen, axis=1)
        order = np.argsort(~seen, axis=1, kind="stable") if not seen.all() else None
        units = units if order is None else np.take_along_axis(units, order, axis=1)
        sums = np.concatenate([np.zeros((len(units), 1)), np.cumsum(units, axis=1)], axis=1)
        for length in np.unique(interval[part]):
            here = np.flatnonzero(interval[part] == length)
            found = _windows_quantile(sums[here], days[here], int(length), wanted[part][here])
            quantile[part.start + here], windows[part.start + here] = found
    row = 0 if one else slice(None)
    return EmpiricalQuantile(quantile[row], windows[row])


def _windows_quantile(sums: FloatArray, days: IntArray, length: int, level: FloatArray) -> tuple[FloatArray, IntArray]:
    windows = np.maximum(days - length + 1, 0) if length else np.zeros_like(days)
    mean = np.maximum(sums[:, -1], 0.0) / np.maximum(days, 1) * length
    most = int(windows.max(initial=0))
    if not most:
        return mean, windows
    sold = sums[:, length : length + most] - sums[:, :most]
    sold[np.arange(most) >= windows[:, None]] = np.inf  # sorts behind every window there is
    sold.sort(axis=1)
    place = np.clip(np.ceil(level * windows - TINY).astype(int) - 1, 0, most - 1)
    read = sold[np.arange(len(sold)), place]
    return np.where(windows > 0, np.maximum(np.where(windows > 0, read, 0.0), 0.0), mean), windows


# --- Tables --------------------------------------------------------------------------


def _table(demand: Numbers, counted: npt.ArrayLike | None) -> tuple[npt.NDArray[np.floating], BoolArray, bool]:
    """Return demand and counted as products × days, and whether it was one row of days."""
    table = np.asarray(demand)
    if table.dtype.kind != "f":
        table = table.astype(np.float64)
    if table.ndim not in (1, 2):
        raise ValueError("demand must be a row of days or a table of products by days")
    mask = np.broadcast_to(True if counted is None else np.asarray(counted, dtype=bool), table.shape)
    return np.atleast_2d(table), np.atleast_2d(mask), table.ndim == 1


def _parts(rows: int) -> Iterator[slice]:
    return (slice(first, first + ROWS_AT_ONCE) for first in range(0, rows, ROWS_AT_ONCE))


def _clean(demand: npt.NDArray[np.floating], counted: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Return demand with 0 on days that are not counted, and the days that are: those without a number are not."""
    seen = counted & (np.abs(demand) <= DEMAND_MOST)
    return np.where(seen, demand, 0.0).astype(np.float64, copy=False), seen
