"""Lines of a chart as points of a drawing: the page needs no script and no library to draw them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 600, 160  # of the drawing, in its own units
WEEK = 7


@dataclass(frozen=True)
class Line:
    """points: as an SVG polyline takes them; the top of the drawing is 0."""

    code: str
    name: str
    points: str


@dataclass(frozen=True)
class LineChart:
    lines: Sequence[Line]
    low: float
    high: float

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    def y(self, value: float) -> float:
        """Return where a value lies, from the top."""
        span = self.high - self.low
        return round(HEIGHT * (1 - (value - self.low) / span), 1) if span else float(HEIGHT)


def line_chart(
    values: Mapping[str, Sequence[float]],
    names: Mapping[str, str],
    *,
    places: Mapping[str, Sequence[float]] | None = None,
    low: float = 0.0,
    high: float | None = None,
) -> LineChart:
    """Draw a line for each of `values`. places: where its values lie from left (0) to right (1); default evenly.

    >>> line_chart({"A": [0, 5, 10]}, {"A": "Class A"}).lines[0].points
    '0.0,160.0 300.0,80.0 600.0,0.0'
    """
    top = max((value for line in values.values() for value in line), default=low) if high is None else high
    frame = LineChart([], low, max(top, low))
    lines = []
    for code, line in values.items():
        across = places[code] if places else [n / max(len(line) - 1, 1) for n in range(len(line))]
        points = " ".join(f"{WIDTH * x:.1f},{frame.y(value)}" for x, value in zip(across, line, strict=True))
        lines.append(Line(code, names[code], points))
    return LineChart(lines, low, frame.high)


def weekly(days: Sequence[float]) -> list[float]:
    """Return the mean day of each week; the last one may be shorter.

    >>> weekly([1, 1, 1, 1, 1, 1, 8, 5])
    [2.0, 5.0]
    """
    weeks = [days[first : first + WEEK] for first in range(0, len(days), WEEK)]
    return [round(sum(week) / len(week), 2) for week in weeks]


def week_starts(start: date, days: int) -> list[date]:
    return [start + timedelta(days=first) for first in range(0, days, WEEK)]
