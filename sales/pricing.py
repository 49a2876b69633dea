"""What a basket costs: pure arithmetic, one rounding rule, for till, receipt and report alike.

    line     = round(qty · price) − line discount
    subtotal = Σ lines
    net      = subtotal − sale discount
    tax      = round(net · f)                  prices without tax
    included = round(net − net / (1 + f))      prices with tax
    total    = net + tax + rounding            rounding: cash part only

f is the tax factor, such as 12 % · 11/12 = 0.11. Amounts are rounded half-up to the
currency's step (1 rupiah).

>>> lines = [PricedLine(Decimal(3), Decimal(3500)), PricedLine(Decimal("0.25"), Decimal(18750), Decimal(188))]
>>> totals = price_basket(lines, tax_factor=Decimal("0.11"), prices_include_tax=False)
>>> totals.subtotal, totals.tax, totals.total
(Decimal('15000'), Decimal('1650'), Decimal('16650'))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventori.money import ZERO, round_half_up, round_to_coin


@dataclass(frozen=True, slots=True)
class PricedLine:
    """qty: units > 0; price: per unit; discount: an amount for the whole line."""

    qty: Decimal
    price: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of a basket; total = subtotal − discount + tax."""

    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    tax_included: Decimal
    total: Decimal


def line_amount(line: PricedLine, step: Decimal = Decimal(1)) -> Decimal:
    """Return what one line costs. Raises ValueError when its discount exceeds it."""
    gross = round_half_up(line.qty * line.price, step)
    if not 0 <= line.discount <= gross:
        raise ValueError("discount must lie between zero and the line's amount")
    return gross - line.discount


def price_basket(
    lines: Sequence[PricedLine],
    *,
    discount: Decimal = ZERO,
    tax_factor: Decimal = ZERO,
    prices_include_tax: bool = True,
    step: Decimal = Decimal(1),
) -> Totals:
    """Return the amounts of a basket, before cash rounding.

    Raises ValueError when the discount exceeds the lines or the tax factor is negative.
    """
    if tax_factor < 0:
        raise ValueError("tax_factor must not be negative")
    subtotal = sum((line_amount(line, step) for line in lines), ZERO)
    if not 0 <= discount <= subtotal:
        raise ValueError("discount must lie between zero and the subtotal")
    net = subtotal - discount
    tax = included = ZERO
    if tax_factor and prices_include_tax:
        included = round_half_up(net - net / (1 + tax_factor), step)
    elif tax_factor:
        tax = round_half_up(net * tax_factor, step)
    return Totals(subtotal=subtotal, discount=discount, tax=tax, tax_included=included, total=net + tax)


def cash_rounding(cash_due: Decimal, *, coin: Decimal, direction: str) -> Decimal:
    """Return what rounding adds to (or takes off) the part that is paid in cash.

    >>> cash_rounding(Decimal(12349), coin=Decimal(100), direction="nearest")
    Decimal('-49')
    """
    if coin <= 0 or cash_due <= 0:
        return ZERO
    return round_to_coin(cash_due, coin, direction) - cash_due


NOTES = {
    Decimal(1): (5_000, 10_000, 20_000, 50_000, 100_000),
    Decimal("0.01"): (5, 10, 20, 50),
}


def handy_amounts(due: Decimal, *, step: Decimal = Decimal(1), limit: int = 4) -> list[Decimal]:
    """Return what a customer is likely to hand over for `due`: the sum itself and round amounts in notes above it.

    >>> handy_amounts(Decimal(23_550))
    [Decimal('23550'), Decimal('25000'), Decimal('30000'), Decimal('40000')]
    """
    above = {round_to_coin(due, Decimal(note), "up") for note in NOTES[step]}
    return [due, *sorted(above - {due})][:limit]
