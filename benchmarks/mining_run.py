"""How long a mining run takes from sale lines in MariaDB to stored rules, and the memory it needs.

    python -m benchmarks.mining_run [--lines 1000000] [--products 20000] [--support 0.0001] [--confidence 0.1]

starts a MariaDB of its own, fills it with sales of popular and less popular goods in groups that are bought together,
and runs `run_execute` in a fresh process: reading, encoding, mining, rules, storing, as the run itself writes it down.
Peak is the most memory of that process, Django included; base is what it held before the run.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DAYS = 90


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--support", default="0.0001")
    parser.add_argument("--confidence", default="0.1")
    parser.add_argument("--step", choices=["make", "run"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        import django

        django.setup()
        print(json.dumps({"make": make, "run": run}[given.step](given)))
        return 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
    with tempfile.TemporaryDirectory() as folder:
        environment |= {"INVENTORI_DATA": folder, "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        steps = " && ".join(f'"{sys.executable}" -m benchmarks.mining_run {asked(given)} --step {s}' for s in STEPS)
        command = [sys.executable, "-m", "tests.mariadb", "--", "sh", "-c", steps]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


STEPS = ("make", "run")


def asked(given: argparse.Namespace) -> str:
    names = ("lines", "products", "support", "confidence")
    return " ".join(f"--{name} {getattr(given, name)}" for name in names)


def today() -> date:
    return datetime.now(UTC).date()


def make(given: argparse.Namespace) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from benchmarks.reorder_shop import analyse, goods, people

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        by, warehouse = people()
        ids = goods(given.products, warehouse)
        sold = sales(given.lines, ids, warehouse, by)
    analyse()
    return {"filled_in": round(time.perf_counter() - began, 1), **sold}


def sales(lines: int, ids: list[int], warehouse: Any, by: Any) -> dict[str, int]:
    """Write baskets of about five lines: some goods of one group of twenty, and some of all, popular ones more."""
    import numpy as np

    from inventori.bulk import insert_rows
    from sales.models import Sale, SaleItem

    dice, products = np.random.default_rng(1), len(ids)
    # What falls twice into a basket is one line.
    lines = lines * 9 // 8
    length = 1 + dice.poisson(4.0, lines // 4)
    length = length[: int(np.searchsorted(np.cumsum(length), lines)) + 1]
    count, total = len(length), int(length.sum())
    popular = np.minimum((products * dice.power(0.35, total)).astype(np.int64), products - 1)
    group = np.repeat(dice.integers(0, products // 20, count), length)
    together = group * 20 + np.minimum(dice.geometric(0.35, total) - 1, 19)
    chosen = np.where(dice.random(total) < 0.5, together, popular)
    basket = np.repeat(np.arange(1, count + 1), length)
    chosen, basket = np.array(np.divmod(np.unique(basket * products + chosen), products))[::-1]
    now, first = datetime.now(UTC), today() - timedelta(days=DAYS - 1)
    head: tuple[str, ...] = (
        "id",
        "invoice_number",
        "warehouse",
        "status",
        "opened_at",
        "sold_at",
        "business_date",
        "cashier",
        "key",
    )
    head += ("subtotal", "discount", "tax", "tax_included", "rounding", "total_amount", "held_as", "cancel_reason")
    head += ("discount_allowed", "pay_fingerprint")
    rest = (0, 0, 0, 0, 0, 0, "", "", 0, "")
    days = [first + timedelta(days=n * DAYS // count) for n in range(count)]
    insert_rows(
        Sale,
        head,
        (
            (n, f"INV{n}", warehouse.pk, "PAID", now, now, day, by.pk, f"k{n}", *rest)
            for n, day in enumerate(days, start=1)
        ),
    )
    line = ("sale", "product", "qty", "price", "discount", "discount_allowed", "cost", "unit", "factor", "note")
    pairs = zip(basket.tolist(), (np.array(ids)[chosen]).tolist(), strict=True)
    written = insert_rows(SaleItem, line, ((sale, pk, 1, 1000, 0, 0, 700, "", 1, "") for sale, pk in pairs))
    return {"sales": count, "lines": written}


def run(given: argparse.Namespace) -> dict[str, Any]:
    from accounts.models import User
    from inventori import jobs
    from inventori.models import Job
    from mining.models import MiningRun
    from mining.services.execute import KIND, run_execute

    by = User.objects.get(username="bench")
    job = Job.objects.create(kind=KIND, title="benchmark", by=by, status=Job.Status.RUNNING)
    MiningRun.objects.create(
        job=job,
        date_from=today() - timedelta(days=DAYS - 1),
        date_to=today(),
        min_support=Decimal(given.support),
        min_confidence=Decimal(given.confidence),
        by=by,
        at=datetime.now(UTC),
    )
    base, cpu, began = peak_mb(), time.process_time(), time.perf_counter()
    run_execute(job, jobs.Reporter(job))
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    found = MiningRun.objects.get(job=job)
    return {
        "status": found.status,
        "sales": found.baskets,
        "lines": found.lines,
        "itemsets": found.by_level,
        "rules": found.rules,
        "seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "shares": found.shares,
        "peak_mb": peak_mb(),
        "base_mb": base,
    }


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
