"""What happens in the demo shop on one day, as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .catalogue import Item

# Lists and the till show warehouses by code: the shop comes first.
SHOP, STORE = "APOTEK", "GUDANG"


@dataclass(slots=True)
class Line:
    """One product of a document. amount off: `discount`, for the whole line. batch, expires_on: of what comes in."""

    item: Item
    qty: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    batch: str = ""
    expires_on: date | None = None


@dataclass(slots=True)
class Sold:
    """A sale; `method` and `tendered` as at the till, `client` a code or ""."""

    number: str
    at: datetime
    lines: list[Line]
    cashier: str
    client: str
    method: str
    tendered: Decimal

    @property
    def total(self) -> Decimal:
        return sum((line.qty * line.price - line.discount for line in self.lines), Decimal(0))


@dataclass(slots=True)
class Returned:
    number: str
    at: datetime
    lines: list[Line]
    client: str
    reason: str
    sale_number: str


@dataclass(slots=True)
class Cancelled:
    """A sale of this day that the manager takes back after closing."""

    sale_number: str
    at: datetime
    reason: str


@dataclass(slots=True)
class Ordered:
    """An order to a supplier; `arrives` is None for one that is still on its way when the story ends."""

    serial: int
    supplier: str
    warehouse: str
    at: datetime
    lines: list[Line]
    arrives: date | None
    is_sent: bool = True


@dataclass(slots=True)
class Arrived:
    """Goods of an order; fewer lines than ordered where the supplier still owes the rest."""

    order: Ordered
    at: datetime
    lines: list[Line]


@dataclass(slots=True)
class Corrected:
    """An adjustment: line quantities are the change, up or down."""

    warehouse: str
    reason: str
    note: str
    at: datetime
    lines: list[Line]


@dataclass(slots=True)
class Moved:
    """Goods from the back store to the shop; received_at is None where they are still on their way.

    missing: units of the first line that did not come.
    """

    serial: int
    at: datetime
    lines: list[Line]
    received_at: datetime | None
    missing: Decimal = Decimal(0)


@dataclass(slots=True)
class Day:
    """One day of the story, in the order in which `posting` carries it out."""

    day: date
    opening: list[Corrected] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    sold: dict[str, list[Sold | Returned]] = field(default_factory=lambda: {STORE: [], SHOP: []})
    cancelled: list[Cancelled] = field(default_factory=list)
    corrected: list[Corrected] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    ordered: list[Ordered] = field(default_factory=list)
