"""What the page of a replay shows of its results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields import DecimalField
from django.utils.translation import gettext as _
from scipy.special import ndtri

from inventori.money import currency_step, round_half_up
from inventori.templatetags.inventori import percent

from .calibration import WITHIN
from .models import Replay, ReplayLine
from .replay_chart import LineChart, line_chart, week_starts, weekly
from .replay_run import ALL, CLASSES, METHODS, POLICIES
from .replay_words import CURRENT, policy_name


@dataclass(frozen=True)
class PolicyRow:
    """How one policy served some products. short, fill, cycle: shares, None where nothing was
    replayed, asked for or delivered.

    is_least: it kept the least stock of those that reach the wanted rate; None until the others are known.
    """

    code: str
    name: str
    products: int
    short_days: int
    short: float | None
    fill: float | None
    cycle: float | None
    orders: int
    ordered: Decimal
    value: Decimal
    reaches: bool
    is_least: bool = False


@dataclass(frozen=True)
class Level:
    """The nominal level found for a class. sentence: what it reached. offer: the words of its button, if it has one."""

    group: str
    sentence: str
    offer: str = ""


@dataclass(frozen=True)
class Group:
    """A class of products: its policies side by side, and its level."""

    name: str
    rows: Sequence[PolicyRow]
    level: Level

    @property
    def products(self) -> int:
        return max((row.products for row in self.rows), default=0)

    @property
    def best(self) -> str:
        """The method that kept the least of those that reach what is wanted, "" where none does."""
        return next((row.code for row in self.rows if row.is_least and row.code != CURRENT), "")


@dataclass(frozen=True)
class Week:
    start: date
    values: Sequence[Decimal]


@dataclass(frozen=True)
class Chart:
    """A drawing, the names of its lines, and the table behind it."""

    drawing: LineChart
    high: Decimal
    weeks: Sequence[Week]


def policy_rows(sums: Mapping[str, Mapping[str, Any]], wanted: Decimal) -> list[PolicyRow]:
    rows = [_row(code, sums[code], wanted) for code in POLICIES if code in sums]
    least = min((row.value for row in rows if row.reaches), default=None)
    return [replace(row, is_least=row.reaches and row.value == least) for row in rows]


def in_coins(amount: float | Decimal) -> Decimal:
    """Return an amount as the shop's money is rounded."""
    return round_half_up(Decimal(str(amount)), currency_step())


def _row(code: str, sums: Mapping[str, Any], wanted: Decimal) -> PolicyRow:
    fill = sums["served"] / sums["demand"] if sums["demand"] else None
    return PolicyRow(
        code=code,
        name=policy_name(code),
        products=sums["products"],
        short_days=sums["short_days"],
        short=sums["short_days"] / sums["days"] if sums["days"] else None,
        fill=fill,
        cycle=sums["good_cycles"] / sums["cycles"] if sums["cycles"] else None,
        orders=sums["orders"],
        ordered=Decimal(f"{sums['ordered']:.3f}"),
        value=in_coins(sums["value"]),
        reaches=fill is not None and round(100 * fill, 3) >= wanted,
    )


def groups(replay: Replay) -> list[Group]:
    """Return the classes that were replayed."""
    found = []
    for name in CLASSES:
        rows = policy_rows(replay.results["classes"][name], replay.wanted_fill_rate)
        if any(row.products for row in rows):
            found.append(Group(name, rows, level(replay, name)))
    return found


def level(replay: Replay, group: str = ALL) -> Level:
    """Return the level found for a class, or one level for all, and what it is worth in a sentence."""
    found, wanted = replay.results["calibration"][group], float(replay.wanted_fill_rate)
    if found["level"] is None:
        return Level(group, _("Nothing of it was asked for in these days."))
    words = {
        "class": group,
        "level": percent(found["level"] / 100, 2),
        "rate": percent(found["rate"] / 100),
        "wanted": percent(wanted / 100, 2),
        "top": percent(found["tried"][-1][0] / 100, 2),
    }
    if found["is_least"]:
        sentence = _("Already the least level, %(level)s, served %(rate)s of the units.")
    elif found["is_reached"]:
        sentence = _("A level of %(level)s served %(rate)s of the units: what you want, within a point.")
    elif found["rate"] > wanted + WITHIN:
        sentence = _("A level of %(level)s served %(rate)s of the units; every lower one missed %(wanted)s.")
    else:
        sentence = _("No level reaches %(wanted)s here: %(level)s serves %(rate)s, and %(top)s serves no more.")
        return Level(group, sentence % words)
    whole = sentence % words
    if found.get("cycle") is not None:
        whole += " " + _("In %(cycle)s of the order cycles nothing was lost.") % {"cycle": percent(found["cycle"])}
    if group == ALL:
        offer = _("Set the service level of all classes to %(level)s")
    else:
        offer = _("Set the service level of class %(class)s to %(level)s")
    return Level(group, whole, offer % words)


# --- Charts ----------------------------------------------------------------------------
def daily_chart(replay: Replay, measure: str) -> Chart:
    """Draw the mean day of each week by policy. measure: short, value or orders."""
    daily = {code: weekly(replay.results["daily"][code][measure]) for code in POLICIES}
    shown = in_coins if measure == "value" else lambda mean: Decimal(str(round(mean, 1)))
    starts = week_starts(replay.date_from, (replay.date_to - replay.date_from).days + 1)
    weeks = [Week(start, [shown(daily[code][n]) for code in POLICIES]) for n, start in enumerate(starts)]
    drawing = line_chart(daily, {code: policy_name(code) for code in POLICIES})
    return Chart(drawing, shown(drawing.high), weeks)


@dataclass(frozen=True)
class LevelChart:
    """Nominal level against the fill rate it reached, a line for each class, and where the wanted rate lies."""

    drawing: LineChart
    low: float
    wanted_y: float
    ticks: Sequence[tuple[str, str]]
    tried: Sequence[tuple[str, Sequence[tuple[float, float]]]]


TICKS = (50.0, 75.0, 90.0, 95.0, 99.0, 99.9)
MOST = 99.99
TICKS_WIDTH = 330


def level_chart(replay: Replay) -> LevelChart | None:
    """Draw what each nominal level reached; levels lie as far apart as the safety that they ask for."""
    found = replay.results["calibration"]
    tried = {name: found[name]["tried"] for name in (*CLASSES, ALL) if found[name]["tried"]}
    if not tried:
        return None
    wanted = float(replay.wanted_fill_rate)
    low = min(min(rate for pairs in tried.values() for _level, rate in pairs), wanted)
    names = {name: _("all classes") if name == ALL else _("class %(class)s") % {"class": name} for name in tried}
    drawing = line_chart(
        {name: [rate for _level, rate in pairs] for name, pairs in tried.items()},
        names,
        places={name: [_across(nominal) for nominal, _rate in pairs] for name, pairs in tried.items()},
        low=max(low - 1, 0),
        high=100.0,
    )
    ticks = [(f"{TICKS_WIDTH * _across(tick):.1f}", percent(tick / 100, 1 if tick % 1 else 0)) for tick in TICKS]
    table = [(names[name], [(a / 100, b / 100) for a, b in pairs]) for name, pairs in tried.items()]
    return LevelChart(drawing, drawing.low / 100, drawing.y(wanted), ticks, table)


def _across(nominal: float) -> float:
    return float(ndtri(nominal / 100) / ndtri(MOST / 100))


# --- Products --------------------------------------------------------------------------
RATE: DecimalField = DecimalField(max_digits=14, decimal_places=6)
MEASURES = {
    "short": "stockout_days",
    "fill": "fill",
    "stock": "average_stock",
    "orders": "orders",
    "value": "average_value",
}


def product_rows(replay: Replay, measure: str) -> QuerySet[ReplayLine]:
    """Return a row for each product with `by_<policy>`: the measure under each policy. measure: of MEASURES."""
    lines = ReplayLine.objects.filter(replay=replay)
    share = Case(
        When(demand__gt=0, then=ExpressionWrapper(F("served") * Decimal("1.0") / F("demand"), output_field=RATE)),
        default=Value(None),
        output_field=RATE,
    )
    column = MEASURES[measure]
    beside = lines.filter(product=OuterRef("product")).annotate(fill=share)
    found = {
        f"by_{code.lower()}": Subquery(beside.filter(policy=code).order_by().values(column)[:1]) for code in POLICIES
    }
    return lines.filter(policy=CURRENT).select_related("product").annotate(**found)


def products_of_class(replay: Replay, abc_class: str) -> list[int]:
    rows = ReplayLine.objects.filter(replay=replay, policy=CURRENT, abc_class=abc_class)
    return list(rows.values_list("product_id", flat=True))


def method_choices() -> list[tuple[str, str]]:
    return [(code, policy_name(code)) for code in METHODS]
