"""What customers get back: pure arithmetic, so that returns in any order and size add up to what was paid.

Line i cost a_i (its own discount taken off); the sale as a whole had a discount D, tax T on top and was
paid with P, cash rounding included.

    n_i    = a_i − share of D by a_i             what was paid for the line, before tax on top
    t_i    = share of T by n_i                   tax on top of the line
    b_i(r) = round(n_i · r / q_i), b_i(q_i) = n_i    paid back once r of its q_i units are back; tax alike
    G      = Σ b_i(r_i) + Σ round(t_i · r_i / q_i)   what all that has come back was worth
    R(G)   = min(round_to_coin(G), P), and P once everything is back

A line of a return is b_i(after) − b_i(before), and its money is R(after) less what was given back before:
never below zero, never more than P together. What the coin adds or takes off is the return's `rounding`.

Three soaps were bought for 10,000 together, and a tea for 5,000; 1,500 off the sale, 13,500 paid.
Soaps come back one by one: 3,000, 3,000 and 3,000; the tea then 4,500.

>>> soap, tea = SoldLine(Decimal(3), Decimal(10_000)), SoldLine(Decimal(1), Decimal(5_000))
>>> sold = SoldWhole([soap, tea], discount=Decimal(1_500), total=Decimal(13_500))
>>> refund(sold, [Part(0, Decimal(1))]).total
Decimal('3000')
>>> refund(sold, [Part(0, Decimal(3)), Part(1, Decimal(1))]).lines
[Decimal('9000'), Decimal('4500')]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventori.money import ZERO, round_half_up, round_to_coin, share


@dataclass(frozen=True, slots=True)
class SoldLine:
    """qty: units sold > 0; amount: what they cost, a_i; back: units that came back before."""

    qty: Decimal
    amount: Decimal
    back: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class SoldWhole:
    """A sale as it was paid. refunded: money given back before; step: the currency's smallest amount."""

    lines: Sequence[SoldLine]
    total: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    tax_included: Decimal = ZERO
    refunded: Decimal = ZERO
    step: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """qty: units > 0 of the sale's line number `line` (from 0) that come back now."""

    line: int
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """total = Σ lines + tax + rounding; `lines` in the order of the parts; tax_included is a part of them."""

    lines: list[Decimal]
    tax: Decimal
    tax_included: Decimal
    rounding: Decimal
    total: Decimal


def refund(sold: SoldWhole, parts: Sequence[Part], *, coin: Decimal = ZERO, direction: str = "nearest") -> Refund:
    """Return what is given back for `parts`; `coin` and `direction` round cash, zero rounds nothing.

    Raises ValueError when a part is not above zero or more comes back than was sold.
    """
    nets = _shared(sold.discount, [line.amount for line in sold.lines], sold.step, off=True)
    taxes = _shared(sold.tax, nets, sold.step)
    included = _shared(sold.tax_included, nets, sold.step)
    back = [line.back for line in sold.lines]
    amounts, tax, tax_included = [], ZERO, ZERO
    for part in parts:
        qty, before = sold.lines[part.line].qty, back[part.line]
        after = before + part.qty
        if not before < after <= qty:
            raise ValueError("a part must be above zero and no more than was sold less what came back")
        amounts.append(_between(nets[part.line], before, after, qty, sold.step))
        tax += _between(taxes[part.line], before, after, qty, sold.step)
        tax_included += _between(included[part.line], before, after, qty, sold.step)
        back[part.line] = after
    target = sold.total
    if any(line.qty != units for line, units in zip(sold.lines, back, strict=True)):
        worth = sum(
            (
                _upto(amount, units, line.qty, sold.step)
                for kind in (nets, taxes)
                for amount, units, line in zip(kind, back, sold.lines, strict=True)
            ),
            ZERO,
        )
        target = min(round_to_coin(worth, coin, direction), sold.total)
    total = max(target - sold.refunded, ZERO)
    return Refund(amounts, tax, tax_included, total - sum(amounts, tax), total)


def _shared(amount: Decimal, weights: Sequence[Decimal], step: Decimal, *, off: bool = False) -> list[Decimal]:
    """Return each weight's share of `amount`, or (off) what the share leaves of it."""
    shares = share(amount, weights, step) if amount and any(weights) else [ZERO] * len(weights)
    return [weight - part for weight, part in zip(weights, shares, strict=True)] if off else shares


def _upto(amount: Decimal, units: Decimal, qty: Decimal, step: Decimal) -> Decimal:
    return amount if units == qty else round_half_up(amount * units / qty, step)


def _between(amount: Decimal, before: Decimal, after: Decimal, qty: Decimal, step: Decimal) -> Decimal:
    return _upto(amount, after, qty, step) - _upto(amount, before, qty, step)
