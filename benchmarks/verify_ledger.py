"""How long the verifier, and the reports of a past day, take over a ledger of many moves.

    python -m benchmarks.verify_ledger [--moves 1000000] [--database mariadb|sqlite|both] [--rounds 3]

Fills a shop of its own through the ledger with sales of five lines of 2,000 products (a fifth of them in
batches), every tenth move being goods that come in at another cost. Then it runs `verify_ledger`, each round anew, and
prints the median and every rule that takes over a second. The rival is the least that any proof must do: one pass that
sums all moves by product and warehouse. "Stock on a day" and "Stock value" are asked for the day in the middle and for
the last one.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS, LINES, SLICE = 2_000, 5, 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=["sqlite", "mariadb", "both"], default="mariadb")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(measure(given.moves, given.rounds)))
        return 0
    for database in ("sqlite", "mariadb"):
        if given.database in (database, "both"):
            report(database, run(database, given.moves, given.rounds))
    return 0


def run(database: str, moves: int, rounds: int) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.verify_ledger", "--inside", "--moves", str(moves)]
    command += ["--rounds", str(rounds)]
    if database == "mariadb":
        command = [sys.executable, "-m", "tests.mariadb", "--", *command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
    with tempfile.TemporaryDirectory() as folder:
        environment |= {"INVENTORI_DATA": folder, "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def report(database: str, found: dict[str, object]) -> None:
    print(f"\n{database}: {found['moves']:,} moves, {found['differences']} differences")
    print(f"  verify_ledger {found['seconds']:.1f} s, one pass over the moves {found['pass']:.1f} s")
    print(f"  filling the shop took {found['filling']:.0f} s")
    for name, seconds in [*found["rules"], *found["reports"]]:  # type: ignore[misc]
        print(f"    {seconds:5.1f} s  {name}")


def measure(moves: int, rounds: int) -> dict[str, object]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from inventory.models import StockMove
    from summary.verify import differences

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(moves)
    filling = time.perf_counter() - began
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE inventory_stockmove, sales_sale, sales_saleitem, sales_payment")
            cursor.fetchall()
    seconds, passes = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        found = len(list(differences()))
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT product_id, warehouse_id, SUM(qty_in - qty_out) FROM inventory_stockmove"
                " GROUP BY product_id, warehouse_id"
            )
            cursor.fetchall()
        passes.append(time.perf_counter() - began)
    return {
        "moves": StockMove.objects.count(),
        "differences": found,
        "seconds": statistics.median(seconds),
        "pass": statistics.median(passes),
        "filling": filling,
        "rules": slow_rules(),
        "reports": past_days(rounds),
    }


def past_days(rounds: int) -> list[tuple[str, float]]:
    """Return the median times of the rows of the reports that look back."""
    from django.db.models import Max, Min

    from inventory.models import StockMove
    from summary.reports.stock import STOCK_ON, VALUATION

    span = StockMove.objects.aggregate(first=Min("business_date"), last=Max("business_date"))
    middle = span["first"] + (span["last"] - span["first"]) / 2
    found = []
    for day in (middle, span["last"]):
        asked = {"day": day, "warehouse": None, "category": None, "product": ""}
        for kind in (STOCK_ON, VALUATION):
            times = []
            for _ in range(rounds):
                began = time.perf_counter()
                kind.rows(asked)
                times.append(time.perf_counter() - began)
            found.append((f"{kind.name} {day}", statistics.median(times)))
    return found


def slow_rules() -> list[tuple[str, float]]:
    from django.db import connection

    from summary.verify.batch_rules import BATCH_RULES
    from summary.verify.rules import RULES

    slow = []
    for rule in [*RULES, *BATCH_RULES]:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(rule.sql)
            cursor.fetchall()
        if (taken := time.perf_counter() - began) > 1:
            slow.append((rule.name, taken))
    return sorted(slow, key=lambda pair: -pair[1])


def fill(moves: int) -> None:
    from accounts.models import User
    from inventory.batches import batch_ensure
    from inventory.ledger import Line
    from inventory.models import AdjustReason, Warehouse
    from inventory.services import adjustment_post
    from master.models import Category, Product
    from sales.services import PastLine, PastSale, past_documents_post

    dice = random.Random(1)
    by = User.objects.create_superuser("bench")
    warehouse = Warehouse.objects.create(code="BENCH", name="Benchmark")
    category = Category.objects.create(code="ALL", name="All")
    Product.objects.bulk_create(
        Product(sku=f"P{n:05d}", name=f"Product {n}", category=category, price=10_000, tracks_batches=n % 5 == 0)
        for n in range(PRODUCTS)
    )
    products = list(Product.objects.all())
    start = datetime(2023, 1, 1, tzinfo=UTC)
    batches = {
        product.pk: batch_ensure(product=product, number="B1", expires_on=None).pk
        for product in products
        if product.tracks_batches
    }

    def bring(key: str, qty: int, at: datetime) -> None:
        lines = [
            Line(product.pk, Decimal(qty), Decimal(dice.randrange(6_000, 8_000)), batch_id=batches.get(product.pk))
            for product in products
        ]
        adjustment_post(warehouse=warehouse, reason=AdjustReason.OPENING, lines=lines, key=key, by=by, at=at)

    bring("opening", moves, start)
    sales = moves * 9 // 10 // LINES
    for first in range(0, sales, SLICE):
        documents = [
            PastSale(
                key=f"s{n}",
                number=f"S{n}",
                at=start + timedelta(minutes=5 * n),
                lines=[PastLine(product.pk, Decimal(1), Decimal(10_000)) for product in dice.sample(products, LINES)],
                by=by,
            )
            for n in range(first, min(first + SLICE, sales))
        ]
        past_documents_post(warehouse=warehouse, documents=documents)
        if (first // SLICE) % 2:
            bring(f"in-{first}", 3, documents[-1].at)


if __name__ == "__main__":
    sys.exit(main())
