"""A bar for each day: heights only, so that the page needs no script and no library to draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventori.money import ZERO, round_half_up

STEP, WIDTH, HEIGHT = 10, 7, 100  # of a bar, in units of the drawing
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: `x`, `y`, `height` in units of the drawing, whose top is 0."""

    day: date
    amount: Decimal
    x: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: Sequence[Bar]
    highest: Decimal
    total: Decimal

    @property
    def view_box(self) -> str:
        return f"0 0 {STEP * len(self.bars)} {HEIGHT}"


def bar_chart(days: Sequence[date], amounts: Mapping[date, Decimal]) -> BarChart:
    """Draw a bar for each of `days`; the highest amount fills the height, a missing day is 0."""
    values = [max(amounts.get(day, ZERO), ZERO) for day in days]
    highest = max(values, default=ZERO)
    bars = []
    for n, (day, amount) in enumerate(zip(days, values, strict=True)):
        height = round_half_up(HEIGHT * amount / highest, TENTH) if highest else ZERO
        x = Decimal(STEP * n) + Decimal(STEP - WIDTH) / 2
        bars.append(Bar(day=day, amount=amount, x=f"{x:f}", y=f"{HEIGHT - height:f}", height=f"{height:f}"))
    return BarChart(bars=bars, highest=highest, total=sum(values, ZERO))
