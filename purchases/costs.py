"""What ordered goods cost, with every discount in it.

unit cost = (unit price · units − line discount − share of the order's discount) / quantity in the product's own unit

Three boxes of ten at 95,000, with 15,000 off the line, beside ten of another at 13,000; 20,000 off the order.
The lines come to 270,000 and 130,000, so they bear 13,500 and 6,500 of the 20,000:

>>> boxes = CostLine(qty=Decimal(30), gross=Decimal(3 * 95_000), discount=Decimal(15_000))
>>> singles = CostLine(qty=Decimal(10), gross=Decimal(10 * 13_000))
>>> net_amounts([boxes, singles], Decimal(20_000))
[Decimal('256500.00'), Decimal('123500.00')]
>>> unit_costs([boxes, singles], Decimal(20_000))
[Decimal('8550.00'), Decimal('12350.00')]

What costs nothing stays so, whatever is taken off:

>>> unit_costs([CostLine(qty=Decimal(5), gross=Decimal(0))], Decimal(0))
[Decimal('0.00')]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from inventori.money import CENT, ZERO, round_half_up, share

if TYPE_CHECKING:
    from .models import POItem, PurchaseOrder


@dataclass(frozen=True, slots=True)
class CostLine:
    """qty: in the product's own unit, > 0; gross: before any discount; discount: an amount off the line."""

    qty: Decimal
    gross: Decimal
    discount: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


def line_gross(*, qty: Decimal, factor: Decimal, unit_price: Decimal) -> Decimal:
    """Return what `qty` of the own unit costs, bought by units that hold `factor` of it at `unit_price` each."""
    return round_half_up(qty * unit_price / factor, CENT)


def net_amounts(lines: Sequence[CostLine], order_discount: Decimal) -> list[Decimal]:
    """Return what each line comes to; they add up to the order's total exactly.

    Raises ValueError when the discount is above what the lines come to.
    """
    nets = [round_half_up(line.net, CENT) for line in lines]
    if order_discount > sum(nets, ZERO):
        raise ValueError("order_discount must not be above the sum of the lines")
    if not order_discount:
        return nets
    return [net - off for net, off in zip(nets, share(order_discount, nets, CENT), strict=True)]


def unit_costs(lines: Sequence[CostLine], order_discount: Decimal) -> list[Decimal]:
    """Return the cost of one own unit of each line, to the cent."""
    amounts = net_amounts(lines, order_discount)
    return [round_half_up(amount / line.qty, CENT) for line, amount in zip(lines, amounts, strict=True)]


def cost_line(item: POItem) -> CostLine:
    by_unit = item.unit_price is not None
    gross = line_gross(
        qty=item.qty,
        factor=item.factor if by_unit else Decimal(1),
        unit_price=item.unit_price if item.unit_price is not None else item.price,
    )
    return CostLine(item.qty, gross, item.discount)


def line_unit_costs(order: PurchaseOrder) -> dict[int, Decimal]:
    """Return the cost of one own unit by the id of the order's line."""
    items = list(order.items.all())
    return dict(
        zip([item.pk for item in items], unit_costs([cost_line(item) for item in items], order.discount), strict=True)
    )
