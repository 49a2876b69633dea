"""What goes into the formulas, checked, and the states that say what kept a number from being computed. Pure."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Numbers = npt.ArrayLike

# Larger quantities, costs and times than any shop has: their squares still fit.
MOST = 1e15
# Spreads below this are rounding noise; numbers below that are nothing.
TINY, NOISE = 1e-9, 1e-12
LEVEL_LEAST, LEVEL_MOST, LEVEL_USUAL = 0.0001, 0.9999, 0.95


class State(IntEnum):
    """What kept a number from being computed as usual; where several hold, the smallest above OK is told."""

    OK = 0
    NO_HISTORY = 1  # no day counted: mean and spread are 0
    NEGATIVE_DEMAND = 2  # more came back than was sold: mean and spread are 0
    NO_SALES = 3  # nothing sold, or all of it came back: mean and spread are 0
    ONE_SALE = 4  # one selling day: the mean is known, the spread is that of this one sale
    SERVICE_LEVEL_IMPOSSIBLE = 5  # 0 % or less, 100 % or more: taken as 95 %
    MAX_NOT_ABOVE_MIN = 6  # the study's rule leaves nothing to order
    NO_SUPPLIER = 7  # nobody to order from: the lead time is not known
    LEAD_TIME_ZERO = 8  # goods come at once: only the review interval is protected
    HOLDING_ZERO = 9  # keeping costs nothing, so no quantity is economic: the lot is the need of one interval
    ORDERING_ZERO = 10  # ordering costs nothing, likewise


def main_state(*states: npt.ArrayLike) -> npt.NDArray[np.int8]:
    """Return the most serious of the states of each product.

    >>> State(int(main_state(State.HOLDING_ZERO, State.OK, State.NO_SALES))).name
    'NO_SALES'
    """
    worst = np.int8(len(State))
    found = np.full(np.broadcast_shapes(*(np.shape(state) for state in states)), worst)
    for state in states:
        codes = np.asarray(state, dtype=np.int8)
        found = np.where(codes > 0, np.minimum(found, codes), found)
    return np.where(found == worst, np.int8(State.OK), found)[()]


def input_state(
    *,
    service_level: Numbers = LEVEL_USUAL,
    lead_time: Numbers = 1.0,
    ordering_cost: Numbers = 1.0,
    holding_cost: Numbers = 1.0,
    has_supplier: npt.ArrayLike = True,
) -> npt.NDArray[np.int8]:
    """Return the state of what a policy is computed from: what `z_value`, `eoq` and others take a stand-in for.

    >>> [State(code).name for code in input_state(service_level=[0.95, 1.0], holding_cost=[0, 500])]
    ['HOLDING_ZERO', 'SERVICE_LEVEL_IMPOSSIBLE']
    """

    def where(bad: npt.NDArray[np.bool_], state: State) -> npt.NDArray[np.int8]:
        return np.where(bad, np.int8(state), np.int8(0))

    level = finite_or_below(service_level)
    return main_state(
        where(~((level > 0) & (level < 1)), State.SERVICE_LEVEL_IMPOSSIBLE),
        where(~np.asarray(has_supplier, dtype=bool), State.NO_SUPPLIER),
        where(~(finite_or_below(lead_time) > 0), State.LEAD_TIME_ZERO),
        where(~(finite_or_below(holding_cost) > 0), State.HOLDING_ZERO),
        where(~(finite_or_below(ordering_cost) > 0), State.ORDERING_ZERO),
    )


def finite_or_below(value: Numbers) -> FloatArray:
    """Return floats; what is not a finite number is −1, which no check lets pass."""
    array = np.asarray(value, dtype=np.float64)
    return np.where(np.isfinite(array), array, -1.0)


def checked(
    name: str, value: Numbers, *, least: float = 0.0, most: float = MOST, otherwise: float | None = None
) -> FloatArray:
    """Return `value` as floats within `least` to `most`.

    One number outside raises ValueError by its name; in an array it becomes `otherwise` (default: the nearer end,
    and `least` for what is no number). What is next to 0 is 0, so that no product falls below what floats hold.
    """
    array = np.asarray(value, dtype=np.float64)
    finite = np.isfinite(array)
    clean = np.where(finite, np.where(np.abs(array) < NOISE, 0.0, array), least)
    good = finite & (clean >= least) & (clean <= most)
    if good.all():
        return clean
    if array.ndim == 0:
        raise ValueError(f"{name} must be a number from {least:g} to {most:g}")
    return np.where(good, clean, np.clip(clean, least, most) if otherwise is None else otherwise)


def checked_level(name: str, value: Numbers) -> FloatArray:
    """Return shares strictly between 0 and 1, and so that their z is within reach."""
    array = finite_or_below(value)
    good = (array > 0) & (array < 1)
    if array.ndim == 0 and not good:
        raise ValueError(f"{name} must lie between 0 and 1")
    return np.clip(np.where(good, array, LEVEL_USUAL), LEVEL_LEAST, LEVEL_MOST)


def ratio(top: Numbers, bottom: Numbers, *, otherwise: float) -> FloatArray:
    """Return top ÷ bottom, and `otherwise` where bottom is next to nothing."""
    above, below = np.broadcast_arrays(np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64))
    return np.divide(above, below, out=np.full(above.shape, otherwise), where=below > TINY)


def as_given(array: FloatArray) -> FloatArray:
    """Return a number for numbers: arrays without a dimension are awkward to print and to compare."""
    return array[()]
