"""How fast past sales are imported, and against what.

    python -m benchmarks.import_sales FILE [--rounds 3] [--lines 100000] [--sample 200]

Runs on a private SQLite file and, where the programs are installed, on a private MariaDB. In each
round, on an empty shop of its own:

    command     `import_sales`: read, judge, plan, post, check          the whole file (or its first --lines)
    one by one  the same documents, one call of the same service each   the first --sample documents
    floor       the driver's executemany of the same move and item      all lines, no ledger, no document
                rows into tables of the same shape

Prints the median of the rounds in lines per second, and ratios to the command.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WAREHOUSE = "BENCH"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=0, help="only the first so many lines (default: all)")
    parser.add_argument("--sample", type=int, default=200, help="documents posted one by one: %(default)s")
    parser.add_argument("--database", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--one-round", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one_round:
        print(json.dumps(one_round(given.file, given.sample)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = head_of(given.file, given.lines, Path(folder)) if given.lines else given.file
        for database in ("sqlite", "mariadb"):
            if given.database in (database, "both"):
                report(database, [in_own_shop(file, given.sample, database) for _ in range(given.rounds)])
    return 0


def head_of(file: Path, lines: int, folder: Path) -> Path:
    opener = gzip.open if file.suffix == ".gz" else open
    head = folder / "head.csv"
    with opener(file, "rb") as whole, head.open("wb") as part:
        part.writelines(islice(whole, lines + 1))
    return head


def in_own_shop(file: Path, sample: int, database: str) -> dict[str, float]:
    """Run one round in a process and a database of its own; return lines per second by what was measured."""
    command = [sys.executable, "-m", "benchmarks.import_sales", str(file), "--one-round", "--sample", str(sample)]
    if database == "mariadb":
        command = [sys.executable, "-m", "tests.mariadb", "--", *command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
    with tempfile.TemporaryDirectory() as folder:
        environment |= {"INVENTORI_DATA": folder, "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def report(database: str, rounds: list[dict[str, float]]) -> None:
    median = {name: statistics.median(answer[name] for answer in rounds) for name in rounds[0]}
    print(f"\n{database}: {len(rounds)} rounds, medians")
    for name in ("command", "one by one", "floor"):
        print(f"  {name:<11} {median[name]:>9,.0f} lines/s   {median[name] / median['command']:.2f} × the command")
    shares = ("reading", "posting", "rest")
    print("  the command's time: " + ", ".join(f"{name} {median[name]:.0%}" for name in shares))
    print(f"  its memory at most: {median['memory']:,.0f} MB")


def one_round(file: Path, sample: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    answer, plan = measure_command(file)
    answer["one by one"] = measure_one_by_one(plan, sample)
    answer["floor"] = measure_floor()
    return answer


def measure_command(file: Path) -> tuple[dict[str, float], object]:
    from accounts.models import User
    from inventory.models import Warehouse
    from sales.importing.options import ImportOptions
    from sales.importing.progress import POSTING, READING
    from sales.importing.run import import_sales

    by = User.objects.create_superuser("bench")
    Warehouse.objects.create(code=WAREHOUSE, name="Benchmark")
    seconds: dict[str, list[float]] = {READING: [], POSTING: []}
    plans: list[Any] = []
    began = time.perf_counter()
    summary = import_sales(
        ImportOptions(path=str(file), warehouse=WAREHOUSE),
        by=by,
        progress=lambda phase, done, total: seconds[phase].append(time.perf_counter()),
        keep_plan=plans.append,
    )
    whole = time.perf_counter() - began
    reading = (seconds[READING][-1] - began) / whole
    posting = (seconds[POSTING][-1] - seconds[POSTING][0]) / whole
    shares = {"reading": reading, "posting": posting, "rest": 1 - reading - posting}
    return {"command": summary.read / whole, "memory": summary.peak_mb, **shares}, plans[0]


def measure_one_by_one(plan: object, sample: int) -> float:
    """Post the first documents again under other numbers, each in a transaction of its own."""
    from dataclasses import replace

    from accounts.models import User
    from inventory.models import Stock, Warehouse
    from master.models import Customer, Product
    from sales.importing.options import ImportOptions
    from sales.importing.run import past_of
    from sales.services import past_documents_post

    by, warehouse = User.objects.get(), Warehouse.objects.get()
    # Whatever the file sold is gone; the rival must not fail for want of goods.
    Stock.objects.update(allow_negative=True)
    products = dict(Product.objects.values_list("sku", "pk"))
    customers = dict(Customer.objects.values_list("code", "pk"))
    options = ImportOptions(path="", warehouse=WAREHOUSE, source="AGAIN")
    planned = [replace(document, number=f"X{document.number}") for document in plan.documents[:sample]]  # type: ignore[attr-defined]
    began = time.perf_counter()
    for document in planned:
        past = past_of(document, options, warehouse, by, products, customers)
        past_documents_post(warehouse=warehouse, documents=[past])
    seconds = time.perf_counter() - began
    return sum(len(document.lines) for document in planned) / seconds


def measure_floor() -> float:
    """Write all move and item rows once more into empty tables of the same columns, without keys or ledger."""
    from django.db import connection, transaction

    tables = ("inventory_stockmove", "sales_saleitem")
    lines = 0
    seconds = 0.0
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            rows = cursor.fetchall()
            cursor.execute(f"CREATE TABLE floor_{table} AS SELECT * FROM {table} WHERE 1 = 0")
            places = ", ".join(["%s"] * len(rows[0]))
            began = time.perf_counter()
            with transaction.atomic():
                cursor.executemany(f"INSERT INTO floor_{table} VALUES ({places})", rows)
            seconds += time.perf_counter() - began
        lines = max(lines, len(rows))
    return lines / seconds


if __name__ == "__main__":
    sys.exit(main())
