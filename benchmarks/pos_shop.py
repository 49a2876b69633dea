"""Makes the shops that benchmarks/pos.py measures in.

    python -m benchmarks.pos_shop make --products 1000 --past-sales 10000 --tills 64

runs in the environment of the shop and prints, as JSON, what a till must know. The past is made of rows
that agree with each other, so that `verify_ledger` can prove the shop afterwards.
"""

import argparse
import json
import math
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

HOT = 20
PRICE, COST = Decimal(12_500), Decimal(9_000)
OPENING = 100_000_000
LINES = 2  # of each past sale
FOUND = 20  # products that a search shows
DAYS = 365
# What a name is made of. Every name is another one: 24 × 28 × 10 × 10 of them.
MAKERS = """Sanbe Kimia Dexa Kalbe Tempo Konimex Mahakam Merapi Bromo Rinjani Semeru Kerinci Lawu Slamet Ciremai
    Papandayan Galunggung Krakatau Tambora Agung Batur Sinabung Dieng Arjuno"""
GOODS = """Paracetamol Amoxicillin Ibuprofen Cetirizine Loratadine Omeprazole Antasida Vitamin Minyak Balsem Plester
    Perban Masker Sabun Sampo Susu Biskuit Kopi Teh Gula Garam Tepung Kecap Sambal Detergen Tisu Pasta Permen"""
FORMS = "Tablet Kapsul Sirup Salep Botol Sachet Strip Kotak Pouch Tube"
SIZES = "10 25 50 75 100 125 250 375 500 750"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "search"])
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--past-sales", type=int, default=10_000)
    parser.add_argument("--tills", type=int, default=16)
    parser.add_argument("--texts", default="{}", help="search: JSON of lists of texts by kind")
    given = parser.parse_args()
    import django

    django.setup()
    if given.what == "search":
        print(json.dumps(seconds_of_search(json.loads(given.texts))))
    else:
        print(json.dumps(make(given.products, given.past_sales, given.tills)))
    return 0


def make(products: int, past_sales: int, tills: int) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    by, warehouse, cashiers = people(tills)
    ids = goods(products, warehouse, by)
    past(past_sales, ids, warehouse, by)
    return {
        "hot": [list(row) for row in hot_rows(ids)],
        "tills": cashiers,
        "warehouse": warehouse.pk,
        "price": str(PRICE),
        "cost": str(COST),
    }


def people(tills: int) -> tuple[Any, Any, list[dict[str, Any]]]:
    """Return the admin, the warehouse, and for each till its cashier, open shift and session."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from accounts.models import User
    from inventori.permissions import CASHIER
    from inventori.posting import new_key
    from inventory.models import Warehouse
    from master.models import ShopProfile
    from sales.services import shift_open

    by = User.objects.create_superuser("bench")
    warehouse = Warehouse.objects.create(code="BENCH", name="Benchmark")
    ShopProfile.objects.get_or_create(pk=1)
    found = []
    for number in range(tills):
        cashier = User.objects.create_user(f"till{number}", password=None)
        cashier.groups.set([Group.objects.get(name=CASHIER)])
        shift = shift_open(warehouse=warehouse, opening_float=Decimal(0), key=new_key(), by=cashier)
        client = Client()
        client.force_login(cashier, backend="accounts.backends.PeopleBackend")
        session = client.cookies["sessionid"].value
        found.append({"cashier": cashier.pk, "shift": shift.pk, "session": session})
    return by, warehouse, found


def product_names() -> list[str]:
    """Return every name, so mixed that the first thousand hold all the words."""
    words = product(MAKERS.split(), GOODS.split(), FORMS.split(), SIZES.split())
    names = [f"{goods} {maker} {size} {form}" for maker, goods, form, size in words]
    step = 7919  # prime, so that it meets every name once
    return [names[i * step % len(names)] for i in range(len(names))]


def goods(count: int, warehouse: Any, by: Any) -> list[int]:
    """Make `count` products with opening stock; return their ids, which follow one another."""
    from inventori.posting import new_key
    from inventory.ledger import Line
    from inventory.models import AdjustReason
    from inventory.services import adjustment_post
    from master.models import Category, Product

    category = Category.objects.create(code="BENCH", name="Benchmark")
    rows = (
        Product(
            sku=f"SKU-{number:06d}",
            barcode=f"899{number:010d}",
            name=name,
            category=category,
            price=PRICE,
            cost=COST,
        )
        for number, name in enumerate(islice(product_names(), count))
    )
    Product.objects.bulk_create(rows, batch_size=2000)
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, count, 5000):
        lines = [Line(pk, Decimal(OPENING), COST) for pk in ids[start : start + 5000]]
        adjustment_post(warehouse=warehouse, reason=AdjustReason.OPENING, lines=lines, key=new_key(), by=by)
    return ids


def hot_rows(ids: list[int]) -> Any:
    """Return (product, code, stock) of the products that the tills fight for, spread over all."""
    from inventory.models import Stock

    chosen = ids[:: max(1, len(ids) // HOT)][:HOT]
    stocks = Stock.objects.filter(product_id__in=chosen).order_by("product_id")
    return stocks.values_list("product_id", "product__barcode", "pk")


# --- The past -----------------------------------------------------------------------
SALE = """
INSERT INTO sales_sale (id, invoice_number, warehouse_id, status, subtotal, discount, tax, tax_included, rounding,
    total_amount, opened_at, sold_at, business_date, cashier_id, cancel_reason, `key`, pay_fingerprint)
SELECT {first} + n, CONCAT('INV-{day}-', {first} + n), {warehouse}, 'PAID', {total}, 0, 0, 0, 0,
    {total}, '{at}', '{at}', '{date}', {by}, '', CONCAT('past-', {first} + n), ''
FROM bench_number WHERE n < {sales}"""
ITEM = """
INSERT INTO sales_saleitem (sale_id, product_id, qty, price, discount, cost)
SELECT {first} + (n - MOD(n, {lines})) / {lines}, {product} + MOD({line} + n, {products}), 1, {price}, 0, {cost}
FROM bench_number WHERE n < {sales} * {lines} ORDER BY n"""
MOVE = """
INSERT INTO inventory_stockmove (product_id, warehouse_id, ref_type, ref_id, qty_in, qty_out, balance, unit_cost,
    note, moved_at, business_date, by_id)
SELECT {product} + MOD({line} + n, {products}), {warehouse}, 'SALE', {first} + (n - MOD(n, {lines})) / {lines}, 0, 1,
    {opening} - 1 - ({line} + n - MOD({line} + n, {products})) / {products}, {cost}, '', '{at}', '{date}', {by}
FROM bench_number WHERE n < {sales} * {lines} ORDER BY n"""
PAYMENT = """
INSERT INTO sales_payment (sale_id, method, amount, tendered, `change`, reference)
SELECT {first} + n, 'CASH', {total}, {total}, 0, '' FROM bench_number WHERE n < {sales}"""
STOCK = """
UPDATE inventory_stock SET qty = {opening} - (
    SELECT COUNT(*) FROM inventory_stockmove m
    WHERE m.product_id = inventory_stock.product_id AND m.warehouse_id = {warehouse} AND m.ref_type = 'SALE')"""


def past(sales: int, ids: list[int], warehouse: Any, by: Any) -> None:
    """Write `sales` sales of two lines each over the last year, straight into the tables, a day at a time."""
    from django.db import connection, transaction

    assert ids[-1] - ids[0] == len(ids) - 1, "the products' ids must follow one another"
    if not sales:
        return
    per_day = math.ceil(sales / DAYS)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_number (n BIGINT PRIMARY KEY)")
        cursor.executemany("INSERT INTO bench_number VALUES (%s)", [(n,) for n in range(per_day * LINES)])
        today = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
        for done in range(0, sales, per_day):
            at = today - timedelta(days=DAYS - done // per_day)
            values = {
                "first": done + 1,
                "line": done * LINES,
                "sales": min(per_day, sales - done),
                "lines": LINES,
                "product": ids[0],
                "products": len(ids),
                "warehouse": warehouse.pk,
                "by": by.pk,
                "price": PRICE,
                "cost": COST,
                "total": PRICE * LINES,
                "opening": OPENING,
                "at": f"{at:%Y-%m-%d %H:%M:%S}",
                "date": f"{at:%Y-%m-%d}",
                "day": f"{at:%y%m%d}",
            }
            with transaction.atomic():
                for statement in (SALE, ITEM, MOVE, PAYMENT):
                    cursor.execute(in_dialect(statement.format(**values), connection.vendor))
        cursor.execute(STOCK.format(opening=OPENING, warehouse=warehouse.pk))
        cursor.execute("DROP TABLE bench_number")


def in_dialect(sql: str, vendor: str) -> str:
    """Write for SQLite what older ones do not know; Django has taught it MOD, and `||` joins texts."""
    if vendor == "mysql":
        return sql
    return re.sub(r"CONCAT\(([^,]+), ([^)]+)\)", r"(\1 || (\2))", sql)


# --- Search, without the pages around it ------------------------------------------------
def seconds_of_search(texts: dict[str, list[str]]) -> dict[str, list[float]]:
    """Time the search itself, as the till asks for it."""
    from master.product_search import product_ids_found

    seconds: dict[str, list[float]] = {}
    for kind, some in texts.items():
        for text in some:
            began = time.perf_counter()
            product_ids_found(text, limit=FOUND)
            seconds.setdefault(kind, []).append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
