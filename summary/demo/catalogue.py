"""What the demo shop sells, who supplies it and who buys: read from `data/`, finished by the seed."""

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from master.barcodes import ean13_check_digit

DATA = Path(__file__).resolve().parent / "data"
Row = dict[str, str]
SHELF_GOODS = 12
# Medicines in strips that sell well are bought, and sold a little cheaper, by the box.
BOX_CATEGORIES, BOX_POPULARITY, BOX_SHARE = ("OBT", "RES", "VIT"), 6, Decimal("0.95")


@dataclass(frozen=True, slots=True)
class Item:
    """One product. weight: how often it is taken off the shelf, relative to the others.

    cost: what it costs today; earlier_cost: what it cost before its supplier's last price change.
    box: how many come in a box that has a barcode and a price too, None where it is only sold singly.
    """

    index: int
    sku: str
    barcode: str | None
    name: str
    category: str
    supplier: str
    uom: str
    sold_by_measure: bool
    price: Decimal
    cost: Decimal
    earlier_cost: Decimal
    order_multiple: Decimal
    popularity: int
    weight: float
    is_favourite: bool
    indication: str
    shelf: str
    box: Decimal | None
    box_barcode: str | None
    box_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Client:
    """A customer the shop knows by name; a business buys whole cartons from the back store."""

    code: str
    name: str
    phone: str
    email: str
    address: str
    is_business: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    categories: list[Row]
    suppliers: list[Row]
    items: list[Item]
    clients: list[Client]


def load(seed: int) -> Catalogue:
    """Return the whole catalogue; costs, barcodes and popularity vary a little with `seed`."""
    categories, suppliers = rows("categories.csv"), rows("suppliers.csv")
    return Catalogue(
        categories=categories,
        suppliers=suppliers,
        items=list(_items(random.Random(f"{seed}:items"), categories, suppliers)),
        clients=list(_clients()),
    )


def rows(name: str) -> list[Row]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ean13(first_twelve: str) -> str:
    """Return the barcode with its check digit.

    >>> ean13("899123456789")
    '8991234567891'
    """
    return f"{first_twelve}{ean13_check_digit(first_twelve)}"


def _items(rng: random.Random, categories: list[Row], suppliers: list[Row]) -> Iterable[Item]:
    margins = {c["code"]: (float(c["margin_low"]), float(c["margin_high"])) for c in categories}
    sellers = {c["code"]: [s["code"] for s in suppliers if c["code"] in s["categories"].split()] for c in categories}
    count_in: dict[str, int] = {}
    aisles = {c["code"]: chr(ord("A") + place) for place, c in enumerate(categories)}
    for index, row in enumerate(rows("products.csv")):
        category, by_measure = row["category"], row["sold_by_measure"] == "yes"
        count_in[category] = count_in.get(category, 0) + 1
        supplier = rng.choice(sellers[category])
        price = Decimal(row["price"])
        cost = _cost(price, rng.uniform(*margins[category]))
        popularity, multiple = int(row["popularity"]), Decimal(row["order_multiple"])
        box = _box(row, popularity, multiple)
        yield Item(
            index=index,
            sku=f"{category}-{count_in[category]:03d}",
            # Goods weighed at the counter carry no barcode.
            barcode=None if by_measure else ean13(f"899{int(supplier[-2:]):04d}{index + 1:05d}"),
            name=row["name"],
            category=category,
            supplier=supplier,
            uom=row["uom"],
            sold_by_measure=by_measure,
            price=price,
            cost=cost,
            earlier_cost=_cost(cost, rng.choice([0, 0, 0, 0.03, 0.05])),
            order_multiple=multiple,
            popularity=popularity,
            weight=1.9**popularity * rng.lognormvariate(0, 0.3),
            is_favourite=row["favourite"] == "yes",
            indication=row["indication"],
            shelf=f"{aisles[category]}-{1 + (count_in[category] - 1) // SHELF_GOODS:02d}",
            box=box,
            box_barcode=ean13(f"899{9000 + int(supplier[-2:]):04d}{index + 1:05d}") if box else None,
            box_price=price * box * BOX_SHARE // 500 * 500 if box else None,
        )


def _box(row: Row, popularity: int, multiple: Decimal) -> Decimal | None:
    """Return how many strips of a well-selling medicine come in a box."""
    if row["uom"] != "strip" or row["category"] not in BOX_CATEGORIES or popularity < BOX_POPULARITY:
        return None
    return Decimal(10) if multiple % 10 == 0 else multiple


def _cost(price: Decimal, off: float) -> Decimal:
    """Take `off` (a share) from `price`, to the nearest 10 rupiah."""
    return round(price * (1 - Decimal(repr(off))) / 10) * Decimal(10)


def _clients() -> Iterable[Client]:
    for row in rows("customers.csv"):
        yield Client(
            code=row["code"],
            name=row["name"],
            phone=row["phone"],
            email=row["email"],
            address=row["address"],
            is_business=row["is_business"] == "yes",
        )
