"""How little and in which steps a supplier sells.

>>> rounded_up(Decimal(30), minimum=Decimal(50), multiple=Decimal(20), factor=Decimal(10))
Decimal('60')
>>> rounded_up(Decimal(31), minimum=Decimal(0), multiple=Decimal(20), factor=Decimal(30))
Decimal('60')
>>> rounded_up(Decimal("0.7"), minimum=Decimal(0), multiple=Decimal("0.5"), factor=Decimal(1))
Decimal('1.0')
"""

from decimal import ROUND_CEILING, Decimal
from math import lcm

_THOUSANDTHS = 1000


def is_whole_step(qty: Decimal, multiple: Decimal) -> bool:
    return qty % multiple == 0


def rounded_up(qty: Decimal, *, minimum: Decimal, multiple: Decimal, factor: Decimal) -> Decimal:
    """Return the least quantity from `qty` on that is not below `minimum`, in whole steps and in whole units.

    All in the product's own unit; factor: what the unit holds in which it is ordered.
    """
    step = multiple if factor == 1 else _common(multiple, factor)
    least = max(qty, minimum)
    return (least / step).quantize(Decimal(1), rounding=ROUND_CEILING) * step


def _common(one: Decimal, other: Decimal) -> Decimal:
    return Decimal(lcm(int(one * _THOUSANDTHS), int(other * _THOUSANDTHS))) / _THOUSANDTHS
