"""Rules drawn: a network, a heat map and bars. Pure: places and sizes only, so that a page needs no library.

The network is a circle whose items stand at even heights, half of them on either side: their names lie level,
outside, and never on each other. An item stands next to the one that it has the strongest link with.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

WIDTH, ROW, RADIUS_X, MARGIN = 960, 30, 190, 24  # of the network, in units of its drawing
DOT, LABEL_GAP = 5, 12
THIN, THICK = 1.0, 6.0
SHADES = 9
LONGEST_LABEL = 38


@dataclass(frozen=True, slots=True)
class Link:
    """One rule to be drawn. one, other: the items of both sides, as (id, name)."""

    one: Sequence[tuple[Hashable, str]]
    other: Sequence[tuple[Hashable, str]]
    lift: float
    address: str
    sentence: str


# --- The network -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Node:
    name: str
    label: str
    x: float
    y: float
    label_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Edge:
    path: str
    width: float
    address: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Network:
    nodes: Sequence[Node]
    edges: Sequence[Edge]
    height: int

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


def network(links: Sequence[Link]) -> Network:
    """Draw an arrow from each item of a rule's first side to each of its second; of two rules the higher lift."""
    best = _arrows(links)
    order = _neighbours_first({pair: link.lift for pair, link in best.items()})
    names = {key: name for link in links for key, name in (*link.one, *link.other)}
    rows = (len(order) + 1) // 2
    height = max(rows, 4) * ROW + 2 * MARGIN
    places = {key: _place(number, len(order), height) for number, key in enumerate(order)}
    nodes = [_node(names[key], *places[key]) for key in order]
    highest = max((link.lift for link in best.values()), default=1.0)
    edges = [
        Edge(_curve(places[a], places[b], height), _thickness(link.lift, highest), link.address, link.sentence)
        for (a, b), link in best.items()
    ]
    return Network(nodes, edges, height)


def _arrows(links: Sequence[Link]) -> dict[tuple[Hashable, Hashable], Link]:
    best: dict[tuple[Hashable, Hashable], Link] = {}
    for link in links:
        for pair in ((a, b) for a, _name in link.one for b, _other in link.other):
            if pair not in best or best[pair].lift < link.lift:
                best[pair] = link
    return best


def _neighbours_first(lifts: dict[tuple[Hashable, Hashable], float]) -> list[Hashable]:
    """Order items so that each follows the one of the last that it is linked with most."""
    strength: dict[Hashable, dict[Hashable, float]] = {}
    for (a, b), lift in lifts.items():
        for one, other in ((a, b), (b, a)):
            of_one = strength.setdefault(one, {})
            of_one[other] = max(of_one.get(other, 0.0), lift)
    order: list[Hashable] = []
    left = dict.fromkeys(sorted(strength, key=lambda key: -sum(strength[key].values())))
    while left:
        last = next((key for key in reversed(order) if any(other in left for other in strength[key])), None)
        near = strength[last] if last is not None else {}
        chosen = max((key for key in near if key in left), key=lambda key: near[key], default=next(iter(left)))
        order.append(chosen)
        del left[chosen]
    return order


def _place(number: int, count: int, height: int) -> tuple[float, float]:
    """Down the right side, then up the left one."""
    on_right = (count + 1) // 2
    rows, row = (on_right, number) if number < on_right else (count - on_right, count - 1 - number)
    share = (2 * row + 1) / rows - 1
    reach = RADIUS_X * sqrt(1 - share * share * 0.9)
    x = WIDTH / 2 + (reach if number < on_right else -reach)
    return round(x, 1), round(height / 2 + share * (height / 2 - MARGIN), 1)


def _node(name: str, x: float, y: float) -> Node:
    is_right = x >= WIDTH / 2
    label = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"
    return Node(name, label, x, y, x + LABEL_GAP if is_right else x - LABEL_GAP, "start" if is_right else "end")


def _curve(start: tuple[float, float], end: tuple[float, float], height: int) -> str:
    """A curve drawn towards the middle, that ends short of the second dot: room for the arrow's head."""
    middle = (WIDTH / 2, height / 2)
    bend = [(a + b) / 2 * 0.5 + m * 0.5 for a, b, m in zip(start, end, middle, strict=True)]
    away = sqrt((end[0] - bend[0]) ** 2 + (end[1] - bend[1]) ** 2) or 1.0
    short = [e - (e - c) / away * (DOT + 5) for e, c in zip(end, bend, strict=True)]
    return f"M{start[0]:g} {start[1]:g}Q{bend[0]:.1f} {bend[1]:.1f} {short[0]:.1f} {short[1]:.1f}"


def _thickness(lift: float, highest: float) -> float:
    return round(THIN + (THICK - THIN) * (max(lift - 1, 0) / (highest - 1) if highest > 1 else 1), 1)


# --- The heat map ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Heat:
    """One rule in the map. shade: 0 (lowest lift of the map) to 9 (highest)."""

    link: Link
    shade: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """rows: a first side with its cells, one for each of `columns`, None where there is no rule."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Heat | None]]]


def heat_map(links: Sequence[Link], most: int = 12) -> HeatMap:
    """Set first sides against second ones, the first `most` of each in the order of `links`."""
    lefts = list(dict.fromkeys(_side(link.one) for link in links))[:most]
    rights = list(dict.fromkeys(_side(link.other) for link in links if _side(link.one) in lefts))[:most]
    shown = {
        (_side(link.one), _side(link.other)): link
        for link in reversed(links)
        if _side(link.one) in lefts and _side(link.other) in rights
    }
    lifts = [link.lift for link in shown.values()]
    low, high = min(lifts, default=1.0), max(lifts, default=1.0)
    rows = []
    for left in lefts:
        cells = [shown.get((left, right)) for right in rights]
        rows.append((left, [Heat(link, shade(link.lift, low, high)) if link else None for link in cells]))
    return HeatMap(rights, [row for row in rows if any(row[1])])


def shade(value: float, low: float, high: float) -> int:
    return round(SHADES * (value - low) / (high - low)) if high > low else SHADES


def _side(items: Sequence[tuple[Hashable, str]]) -> str:
    return " + ".join(name for _key, name in items)


# --- Bars --------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LiftBar:
    """length, by_chance: of 100; `by_chance` is where a lift of 1 would end."""

    link: Link
    length: float
    by_chance: float


def lift_bars(links: Sequence[Link]) -> list[LiftBar]:
    highest = max((link.lift for link in links), default=1.0)
    return [LiftBar(link, round(100 * link.lift / highest, 1), round(100 / highest, 1)) for link in links]
