"""The shelf as the page shows it: read, ordered, and named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from master.models import Category, Product

from .models import FixedPlace, MiningRun
from .reading import Window, names_of, read_baskets
from .rule_charts import shade
from .shelf import Together, best_beside, bought_together, chain

# The last so many sales tell enough of a shelf, and the page stays quick.
MOST_SALES = 20_000
MOST_ITEMS = 25


@dataclass(frozen=True)
class Spot:
    """A place in the order. lift: with the one before it, None where nothing links them."""

    name: str
    sales: int
    lift: float | None


@dataclass(frozen=True)
class Fixed:
    """A category that stays, and the movable ones that go well beside it."""

    name: str
    place: str
    beside: Sequence[str]


@dataclass(frozen=True)
class Cell:
    lift: float | None
    sales: int
    shade: int


@dataclass(frozen=True)
class Plan:
    """rows: of the matrix, in the order of the shelf, fixed places last."""

    sales_read: int
    spots: Sequence[Spot]
    fixed: Sequence[Fixed]
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]


def shelf_plan(window: Window, category: Category | None) -> Plan:
    """Order the categories, or the products of one. A fixed category keeps its place and is in no chain."""
    reading = read_baskets(window, most_sales=MOST_SALES)
    only = None if category is None else list(Product.objects.filter(category=category).values_list("pk", flat=True))
    together = bought_together(reading.baskets, MOST_ITEMS, only)
    names = names_of(window.level, together.items)
    places = _fixed_places() if window.level == MiningRun.Level.CATEGORY else {}
    movable = [pk for pk in together.items if pk not in places]
    order = chain(movable, together.lifts)
    fixed = [pk for pk in places if pk in together.items]
    return Plan(
        sales_read=reading.baskets.count,
        spots=_spots(order, together, names),
        fixed=[
            Fixed(names[pk], places[pk], [names[other] for other in best_beside(pk, movable, together.lifts)])
            for pk in fixed
        ],
        columns=[names[pk] for pk in (*order, *fixed)],
        rows=_matrix([*order, *fixed], together, names),
    )


def _fixed_places() -> dict[int, str]:
    return dict(FixedPlace.objects.order_by("place", "pk").values_list("category_id", "place"))


def _spots(order: Sequence[int], together: Together, names: Mapping[int, str]) -> list[Spot]:
    before = [None, *order[:-1]] if order else []
    return [
        Spot(names[pk], together.sales[pk], together.lifts.get((last, pk)) if last is not None else None)
        for last, pk in zip(before, order, strict=True)
    ]


def _matrix(order: Sequence[int], together: Together, names: Mapping[int, str]) -> list[tuple[str, list[Cell | None]]]:
    highest = max(together.lifts.values(), default=1.0)

    def cell(one: int, other: int) -> Cell | None:
        if one == other:
            return None
        lift = together.lifts.get((one, other))
        # From a lift of 1 on, which is chance, up to the highest.
        level = 0 if lift is None else shade(min(max(lift, 1.0), highest), 1.0, max(highest, 1.001))
        return Cell(lift, together.both.get((one, other), 0), level)

    return [(names[one], [cell(one, other) for other in order]) for one in order]
