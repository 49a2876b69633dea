"""The floor under benchmarks/pos.py: the till's row writes as bare SQL, without Django, pages or rights.

`RawTill.add` is one scan, `RawTill.pay` one Pay: each is one transaction that locks and writes the same rows as
the till's, and asks nothing that those writes do not need.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# Where the warehouse of the benchmark lies.
ZONE = ZoneInfo("Asia/Jakarta")

BASKET = """
INSERT INTO sales_sale (warehouse_id, status, subtotal, discount, tax, tax_included, rounding, total_amount,
    opened_at, cashier_id, cancel_reason, `key`, pay_fingerprint)
VALUES (%s, 'DRAFT', 0, 0, 0, 0, 0, 0, %s, %s, '', %s, '')"""
ITEM = "INSERT INTO sales_saleitem (sale_id, product_id, qty, price, discount, cost) VALUES (%s, %s, 1, %s, 0, 0)"
TOTALS = "UPDATE sales_sale SET subtotal = %s, total_amount = %s WHERE id = %s"
LOCK = "SELECT id, product_id, qty FROM inventory_stock WHERE product_id IN ({}) AND warehouse_id = %s ORDER BY 2"
MOVE = """
INSERT INTO inventory_stockmove (product_id, warehouse_id, ref_type, ref_id, qty_in, qty_out, balance, unit_cost,
    note, moved_at, business_date, by_id) VALUES """
STOCK = "INSERT INTO inventory_stock (id, product_id, warehouse_id, qty, average_cost, allow_negative) VALUES "
PAID = """
UPDATE sales_sale SET status = 'PAID', sold_at = %s, business_date = %s, invoice_number = %s, pay_fingerprint = %s,
    shift_id = %s WHERE id = %s AND status = 'DRAFT'"""
COSTS = "UPDATE sales_saleitem SET cost = CASE id {} END WHERE id IN ({})"
PAYMENT = "INSERT INTO sales_payment (sale_id, method, amount, tendered, `change`, reference) VALUES (%s,%s,%s,%s,0,'')"


class RawTill:
    """One connection that sells. shop: what `pos_shop make` printed; place: a SQLite file or MariaDB's settings."""

    def __init__(self, shop: Mapping[str, Any], till: Mapping[str, Any], place: Path | Mapping[str, str]) -> None:
        self.shop, self.till = shop, till
        self.is_mysql = not isinstance(place, Path)
        self.database = sqlite(place) if isinstance(place, Path) else mariadb(place)
        self.cursor = self.database.cursor()
        self.price, self.cost = Decimal(shop["price"]), Decimal(shop["cost"])

    def do(self, sql: str, values: Sequence[Any] = ()) -> None:
        if self.is_mysql:
            self.cursor.execute(sql, values)
        else:
            plain = [str(value) if isinstance(value, Decimal | datetime) else value for value in values]
            self.cursor.execute(sql.replace("%s", "?"), plain)

    def add(self, key: str, product: int, sale: int = 0, lines: int = 0) -> tuple[int, int]:
        """Scan: put one of `product` into the basket, opening it first; return (sale, item)."""
        self.do("BEGIN" if self.is_mysql else "BEGIN IMMEDIATE")
        if not sale:
            self.do(BASKET, [self.shop["warehouse"], now(), self.till["cashier"], key])
            sale = int(self.cursor.lastrowid)
        self.do(ITEM, [sale, product, self.price])
        item = int(self.cursor.lastrowid)
        total = self.price * (lines + 1)
        self.do(TOTALS, [total, total, sale])
        self.do("COMMIT")
        return sale, item

    def pay(self, sale: int, items: Mapping[int, int]) -> None:
        """Pay the basket `sale`, whose `items` are ids by product."""
        warehouse, products = self.shop["warehouse"], sorted(items)
        at, total = now(), self.price * len(items)
        day = datetime.now(ZONE).date()
        number = f"INV-{day:%y%m%d}-{sale:06d}"
        self.do("BEGIN" if self.is_mysql else "BEGIN IMMEDIATE")
        lock = LOCK.format(places(products)) + (" FOR UPDATE" if self.is_mysql else "")
        self.do(lock, [*products, warehouse])
        left = [(pk, product, Decimal(str(qty)) - 1) for pk, product, qty in self.cursor.fetchall()]
        assert all(qty >= 0 for _pk, _product, qty in left)
        self.do(PAID, [at, day.isoformat(), number, "raw", self.till["shift"], sale])
        assert self.cursor.rowcount == 1
        moves = [
            (product, warehouse, "SALE", sale, 0, 1, qty, self.cost, number, at, day.isoformat(), self.cashier)
            for _pk, product, qty in left
        ]
        self.do(MOVE + rows(moves), flat(moves))
        stocks = [(pk, product, warehouse, qty, self.cost, 0) for pk, product, qty in left]
        self.do(STOCK + rows(stocks) + self.overwrite, flat(stocks))
        ids = list(items.values())
        costs = COSTS.format("WHEN %s THEN %s " * len(ids), places(ids))
        self.do(costs, [*flat([(pk, self.cost) for pk in ids]), *ids])
        self.do(PAYMENT, [sale, "CASH", total, total])
        self.do("COMMIT")

    @property
    def cashier(self) -> int:
        return int(self.till["cashier"])

    @property
    def overwrite(self) -> str:
        if self.is_mysql:
            return " ON DUPLICATE KEY UPDATE qty = VALUES(qty), average_cost = VALUES(average_cost)"
        return " ON CONFLICT (id) DO UPDATE SET qty = excluded.qty, average_cost = excluded.average_cost"

    def close(self) -> None:
        self.database.close()


def mariadb(settings: Mapping[str, str]) -> Any:
    """Connect as the shop's settings do."""
    import MySQLdb

    return MySQLdb.connect(
        host="localhost",
        unix_socket=settings["MYSQL_SOCKET"],
        user=settings["MYSQL_USER"],
        password=settings["MYSQL_PASSWORD"],
        database=settings["MYSQL_DB"],
        charset="utf8mb4",
        autocommit=True,
        init_command="SET sql_mode='TRADITIONAL,ONLY_FULL_GROUP_BY', innodb_lock_wait_timeout=10",
    )


def sqlite(file: Path) -> Any:
    database = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    return database


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def rows(values: Sequence[Sequence[Any]]) -> str:
    return ", ".join(f"({places(row)})" for row in values)


def flat(values: Sequence[Sequence[Any]]) -> list[Any]:
    return [value for row in values for value in row]
