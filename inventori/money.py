"""Money is Decimal, rounded half-up, here and nowhere else.

>>> round_half_up(Decimal("4642.857"))
Decimal('4643')
>>> round_half_up(Decimal("2.345"), Decimal("0.01"))
Decimal('2.35')
>>> round_to_coin(Decimal("12349"), Decimal("100"), "nearest")
Decimal('12300')
>>> share(Decimal("100"), [Decimal("1"), Decimal("1"), Decimal("1")])
[Decimal('33'), Decimal('34'), Decimal('33')]
"""

from collections.abc import Sequence
from contextvars import ContextVar
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")

# Currencies whose smallest unit in a shop is the whole one.
WHOLE_CURRENCIES = frozenset({"IDR", "JPY", "KRW", "VND"})
_active_currency: ContextVar[str] = ContextVar("currency", default="IDR")


def use_currency(code: str) -> None:
    """Set the currency in which this request shows money."""
    _active_currency.set(code)


def active_currency() -> str:
    return _active_currency.get()


def currency_step(code: str | None = None) -> Decimal:
    """Return the smallest amount that `code` (default: the active currency) is rounded to."""
    return Decimal(1) if (code or active_currency()) in WHOLE_CURRENCIES else CENT


def currency_decimals(code: str | None = None) -> int:
    """Return how many decimals amounts in `code` (default: the active currency) are shown with."""
    return 0 if currency_step(code) == 1 else 2


def round_half_up(amount: Decimal, step: Decimal = Decimal(1)) -> Decimal:
    """Round `amount` to a multiple of `step`, halves away from zero.

    Raises ValueError when `step` is not positive.
    """
    if step <= 0:
        raise ValueError("step must be positive")
    if step in (1, CENT):
        return amount.quantize(step, rounding=ROUND_HALF_UP)
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def round_to_coin(amount: Decimal, coin: Decimal, direction: str) -> Decimal:
    """Round a cash amount to a circulating coin; `direction` is "nearest", "down" or "up"."""
    if coin <= 0:
        return amount
    rounding = {"nearest": ROUND_HALF_UP, "down": ROUND_FLOOR, "up": ROUND_CEILING}[direction]
    return (amount / coin).quantize(Decimal(1), rounding=rounding) * coin


def share(amount: Decimal, weights: Sequence[Decimal], step: Decimal = Decimal(1)) -> list[Decimal]:
    """Split `amount` over `weights` in multiples of `step` so that the parts add up to it exactly."""
    total = sum(weights, ZERO)
    if not weights or total == 0:
        raise ValueError("weights must add up to more than zero")
    parts: list[Decimal] = []
    seen, given = ZERO, ZERO
    for weight in weights:
        seen += weight
        upto = round_half_up(amount * seen / total, step) if seen != total else amount
        parts.append(upto - given)
        given = upto
    return parts
