"""A bar for each day of demand, with the days that say nothing and those that say too much marked. Heights only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

STEP, WIDTH, HEIGHT = 4, 3, 100  # of a bar, in units of the drawing


@dataclass(frozen=True, slots=True)
class DemandBar:
    """A day's units; x, y and height in units of the drawing, whose top is 0."""

    day: date
    units: float
    x: int
    y: str
    height: str
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Days of one kind that follow each other. kind: "empty" (no stock), "event" or "closed"."""

    kind: str
    first: date
    last: date
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class DemandChart:
    bars: Sequence[DemandBar]
    bands: Sequence[Band]
    highest: float
    total: float
    mean_y: str

    @property
    def view_box(self) -> str:
        return f"0 0 {STEP * len(self.bars)} {HEIGHT}"

    @property
    def width(self) -> int:
        return STEP * len(self.bars)

    @property
    def outliers(self) -> list[DemandBar]:
        return [bar for bar in self.bars if bar.is_outlier]

    @property
    def empty_days(self) -> int:
        return self._days("empty")

    @property
    def event_days(self) -> int:
        return self._days("event")

    @property
    def closed_days(self) -> int:
        return self._days("closed")

    def _days(self, kind: str) -> int:
        return sum((band.last - band.first).days + 1 for band in self.bands if band.kind == kind)


def demand_chart(
    start: date,
    units: Sequence[float],
    *,
    empty: Sequence[bool],
    event: Sequence[bool],
    closed: Sequence[bool],
    outlier: Sequence[bool],
    mean: float,
) -> DemandChart:
    """Draw the days from `start` on; the highest bar fills the height. Days on which more came back have no bar.

    >>> chart = demand_chart(date(2026, 1, 1), [2, 0, 4], empty=[False, True, False], event=[False] * 3,
    ...                      closed=[False] * 3, outlier=[False, False, True], mean=3)
    >>> [(bar.height, bar.is_outlier) for bar in chart.bars], chart.mean_y
    ([('50.0', False), ('0.0', False), ('100.0', True)], '25.0')
    >>> [(band.kind, band.x, band.width) for band in chart.bands]
    [('empty', 4, 4)]
    """
    highest = max([*units, mean, 0.0])
    bars = []
    for n, value in enumerate(units):
        height = HEIGHT * max(value, 0.0) / highest if highest else 0.0
        day = start + timedelta(days=n)
        bars.append(
            DemandBar(day, value, STEP * n, f"{HEIGHT - height:.1f}", f"{height:.1f}", bool(outlier[n]) and value > 0)
        )
    bands = [
        band
        for kind, flags in (("closed", closed), ("event", event), ("empty", empty))
        for band in _bands(kind, flags, start)
    ]
    mean_y = HEIGHT - (HEIGHT * mean / highest if highest else 0.0)
    return DemandChart(bars, bands, highest, sum(units), f"{mean_y:.1f}")


def _bands(kind: str, flags: Sequence[bool], start: date) -> list[Band]:
    bands, first = [], None
    for n, is_marked in enumerate([*flags, False]):
        if is_marked and first is None:
            first = n
        elif not is_marked and first is not None:
            days = timedelta(days=first), timedelta(days=n - 1)
            bands.append(Band(kind, start + days[0], start + days[1], STEP * first, STEP * (n - first)))
            first = None
    return bands
