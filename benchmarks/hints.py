"""How long the till waits for its hints with 100,000 rules in force.

    python -m benchmarks.hints [--rules 100000] [--products 5000] [--baskets 1000] [--database mariadb|sqlite|both]

A shop of its own is filled: products with stock, a tenth of them in batches, policies, switched-off goods, and rules
with antecedents of one to three items, drawn so that few items stand in most of them, as in real sales. Then baskets
of 1 to 20 items, drawn alike, ask for their hints in turn:

- lookup: the rules of the basket in the index, without the database;
- hints: the same with the shelf, as `hints_for` answers;
- answer: the whole request, from the URL to the JSON, session and sign-in included.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SKEW = 0.9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=5_000)
    parser.add_argument("--baskets", type=int, default=1_000)
    parser.add_argument("--database", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(inside(**json.loads(given.inside))))
        return 0
    asked = {"rules": given.rules, "products": given.products, "baskets": given.baskets}
    for database in ("mariadb", "sqlite") if given.database == "both" else (given.database,):
        report(database, asked, run(database, asked))
    return 0


def run(database: str, asked: dict[str, int]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.hints", "--inside", json.dumps(asked)]
    if database == "mariadb":
        command = [sys.executable, "-m", "tests.mariadb", "--", *command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
    with tempfile.TemporaryDirectory() as folder:
        environment |= {"INVENTORI_DATA": folder, "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def inside(*, rules: int, products: int, baskets: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        by, warehouse = people()
        ids, skus = goods(products, warehouse)
        rules_of_a_run(rules, ids, by)
    return measured(by, warehouse, ids, skus, baskets)


def people() -> tuple[Any, Any]:
    from master.models import ShopProfile
    from tests.factories import UserFactory, WarehouseFactory, open_shift

    ShopProfile.objects.get_or_create(pk=1)
    by: Any = UserFactory(role="Cashier")
    warehouse: Any = WarehouseFactory()
    open_shift(by, warehouse)
    return by, warehouse


def goods(count: int, warehouse: Any) -> tuple[list[int], list[str]]:
    from inventory.models import Batch, BatchStock, ReorderPolicy, Stock
    from master.models import Product
    from mining.models import HintOff
    from tests.factories import CategoryFactory

    draw = random.Random(1)
    category: Any = CategoryFactory()
    rows = [
        Product(
            sku=f"SKU-{n:05d}",
            name=f"Product {n}",
            category=category,
            price=Decimal(draw.randrange(2_000, 90_000, 500)),
            tracks_batches=n % 10 == 0,
        )
        for n in range(count)
    ]
    made = Product.objects.bulk_create(rows, batch_size=500)
    stocks = [
        Stock(
            product=product,
            warehouse=warehouse,
            qty=draw.randrange(0, 200),
            average_cost=product.price * Decimal("0.7"),
            tracks_batches=product.tracks_batches,
            rop=draw.choice([None, 10, 40]),
        )
        for product in made
    ]
    Stock.objects.bulk_create(stocks, batch_size=500)
    policies = [
        ReorderPolicy(product=s.product, warehouse=warehouse, rop=s.rop, reorder_qty=30) for s in stocks if s.rop
    ]
    ReorderPolicy.objects.bulk_create(policies, batch_size=500)
    tracked = [stock for stock in stocks if stock.tracks_batches]
    day = datetime.now(UTC).date()
    batches = Batch.objects.bulk_create(
        [
            Batch(product=s.product, number=f"B{s.product_id}", expires_on=day.replace(year=day.year + 1))
            for s in tracked
        ]
    )
    BatchStock.objects.bulk_create(
        [BatchStock(batch=b, warehouse=warehouse, qty=s.qty) for b, s in zip(batches, tracked, strict=True)]
    )
    HintOff.objects.bulk_create([HintOff(product=product) for product in made[5::50]])
    return [product.pk for product in made], [product.sku for product in made]


def drawn(draw: random.Random, count: int, size: int) -> list[int]:
    """Return `size` different places below `count`, the low ones far more often."""
    found: set[int] = set()
    while len(found) < size:
        found.add(min(count - 1, int(count * draw.random() ** (1 / (1 - SKEW)))))
    return list(found)


def rules_of_a_run(count: int, ids: list[int], by: Any) -> None:
    from mining.models import AssociationRule, MiningRun

    now, draw = datetime.now(UTC), random.Random(2)
    day = now.date()
    run = MiningRun.objects.create(
        status="DONE",
        is_active=True,
        date_from=day,
        date_to=day,
        min_confidence=Decimal("0.3"),
        rules=count,
        by=by,
        at=now,
    )
    keys: set[tuple[tuple[int, ...], int]] = set()
    while len(keys) < count:
        items = [ids[n] for n in drawn(draw, len(ids) // 5, draw.choice([2, 2, 3, 3, 4]))]
        keys.add((tuple(sorted(items[:-1])), items[-1]))
    rows = (
        AssociationRule(
            run=run,
            antecedent=[],
            consequent=[],
            antecedent_ids=list(antecedent),
            consequent_ids=[consequent],
            item_key="",
            count=10,
            antecedent_count=20,
            consequent_count=20,
            support=0.001,
            confidence=0.5,
            lift=draw.uniform(1, 30),
            leverage=0.001,
            conviction=1.5,
            generated_at=now,
        )
        for antecedent, consequent in sorted(keys)
    )
    AssociationRule.objects.bulk_create(rows, batch_size=2_000)


def measured(by: Any, warehouse: Any, ids: list[int], skus: list[str], count: int) -> dict[str, Any]:
    from django.test import Client

    from mining.hint_store import index_in_force
    from mining.hinting import LOOKED_UP, hint_settings, hints_for

    began = time.perf_counter()
    index = index_in_force()
    reading = time.perf_counter() - began
    assert index is not None
    draw = random.Random(3)
    baskets = [drawn(draw, len(ids) // 5, draw.randint(1, 20)) for _n in range(count)]
    client = Client(headers={"accept": "application/json"})
    client.force_login(by, "accounts.backends.PeopleBackend")
    settings = hint_settings()
    sets = [frozenset(ids[n] for n in basket) for basket in baskets]
    asked = [{"sku": [skus[n] for n in basket], "basket": f"basket-{i}"} for i, basket in enumerate(baskets)]
    return {
        "rules": index.rules,
        "reading": reading,
        "matches": sum(len(index.matching(basket)) for basket in sets) / count,
        "hinted": sum(bool(hints_for(basket=b, warehouse=warehouse, settings=settings)) for b in sets) / count,
        "lookup": times(lambda basket: index.matching(basket, most=LOOKED_UP), sets),
        "hints": times(lambda b: hints_for(basket=b, warehouse=warehouse, settings=settings, sale_key="k"), sets),
        "answer": times(lambda values: client.get("/mining/recommendations/", values), asked),
    }


def times(ask: Callable[[Any], Any], things: list[Any]) -> list[list[float]]:
    """Return the 50th, 95th and 99th percentile in milliseconds, by the clock and of this processor alone."""
    for thing in things[:20]:
        ask(thing)
    took: list[list[float]] = [[], []]
    for thing in things:
        began = time.perf_counter(), time.thread_time()
        ask(thing)
        for kind, clock in enumerate((time.perf_counter, time.thread_time)):
            took[kind].append(1_000 * (clock() - began[kind]))
    return [[sorted(kind)[int(len(kind) * share)] for share in (0.5, 0.95, 0.99)] for kind in took]


def report(database: str, asked: dict[str, int], found: dict[str, Any]) -> None:
    print(f"\n{database}: {found['rules']:,} rules over {asked['products']:,} products, {asked['baskets']:,} baskets")
    print(f"  read into the index in {found['reading']:.2f} s")
    print(f"  {found['matches']:.0f} products go with a basket; {found['hinted']:.0%} of baskets get hints")
    for name in ("lookup", "hints", "answer"):
        clock, processor = (" / ".join(f"{ms:.2f}" for ms in kind) for kind in found[name])
        print(f"  {name:8}{clock} ms by the clock, {processor} of the processor (50th / 95th / 99th)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
