"""Small sales files as dirty as the real one, the same for the same seed."""
# ruff: noqa: DTZ001  a file holds the wall clock of its shop, without a zone

import csv
import gzip
import random
from datetime import datetime, timedelta
from pathlib import Path

HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def write_file(path: Path, rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def dirty_rows(seed: int, invoices: int) -> list[list[str]]:
    """Return a heading and the lines of `invoices` invoices over several months, about one line in ten unusable."""
    chance = random.Random(seed)
    rows = []
    at = datetime(2025, 1, 1, 8)
    for number in range(1, invoices + 1):
        at += timedelta(minutes=chance.randint(1, 600))
        is_credit = chance.random() < 0.15
        invoice = f"{'C' if is_credit else ''}{500_000 + number}"
        customer = chance.choice(["", str(chance.randint(100, 140))])
        rows += [_line(chance, invoice, is_credit, at, customer) for _ in range(chance.randint(1, 12))]
    # Lines of one invoice need not stand together.
    for _ in range(len(rows) // 20):
        a, b = chance.randrange(len(rows)), chance.randrange(len(rows))
        rows[a], rows[b] = rows[b], rows[a]
    return [HEADER, *rows]


def _line(chance: random.Random, invoice: str, is_credit: bool, at: datetime, customer: str) -> list[str]:
    sku = f"SKU{chance.randint(1, 40)}"
    qty = chance.randint(1, 30) * (-1 if is_credit else 1)
    price = f"{chance.randint(1, 9000) / 100:.2f}"
    if chance.random() < 0.1:
        # The same product in other letters.
        sku = sku.lower()
    dirt = chance.random()
    if dirt < 0.03:
        sku = chance.choice(["POST", "DOT", "m", "BANK CHARGES", "gift_0001_20"])
    elif dirt < 0.05:
        price = chance.choice(["0.0", "-5.00", "0.001", "cheap", ""])
    elif dirt < 0.07:
        qty = -qty
    elif dirt < 0.08:
        return [invoice, sku, "too short"]
    elif dirt < 0.09:
        sku = ""
    stamp = (at + timedelta(minutes=chance.randint(0, 2))).strftime("%Y-%m-%d %H:%M:%S")
    name = f"Thing {sku.upper()[3:]}, £ sorted" if chance.random() < 0.9 else "?"
    return [invoice, sku, name, str(qty), stamp, price, customer, "Indonesia"]
