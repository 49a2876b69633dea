"""How fast the till sells, what a sale costs, and against what.

    python -m benchmarks.pos [--full] [--rounds 3] [--sales 96] [--tills 1,16] [--json FILE]

Tills sell baskets of five of 20 hot products over real HTTP (a kept connection, a session and an open shift
each) to gunicorn as `./run` starts it, on a private MariaDB and on a private SQLite file. Beside each round, on the
same server and in turns with it, bare SQL does the same row writes: benchmarks/pos_raw.py.

    tills     sales per second (with the pages between two sales), failed sales, latencies with all tills
              selling without a pause, processor time of web and database by request, and the ratio to bare SQL
    cashiers  latencies with 16 tills at a pace of two scans a second each
    flat      the same request in shops of more products and more past sales, in turns, one till
    search    the search field with 20,000 products, over HTTP and without

Processor time is that of all gunicorn processes and of mariadbd, from /proc; the load client's own is left out,
and that of bare SQL includes its client. `verify_ledger` proves every shop at the end.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.pos_rounds import LINES, Cost, Round, Shop, Tills
from benchmarks.pos_shop import product_names
from tests.http_till import HttpTill
from tests.mariadb import missing_programs, private_mariadb
from tests.served import ServedShop

# Raw sales are cheap: so many more of them make their processor time as sure.
RAW_TIMES = 10
CASHIERS, SCAN_SECONDS = 16, 0.5
SEARCH_PRODUCTS = 20_000
MS = 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all sizes: about half an hour")
    parser.add_argument("--database", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--part", choices=["tills", "cashiers", "flat", "search"], action="append", help="only these")
    parser.add_argument("--rounds", type=int, help="default: 3, with --full 7")
    parser.add_argument("--sales", type=int, help="sales per round, default: 48, with --full 192")
    parser.add_argument("--tills", type=numbers, help="default: 1,16, with --full 1,4,16,64")
    parser.add_argument("--products", type=numbers, help="default: 1000,20000, with --full 1000,20000,50000")
    parser.add_argument("--past-sales", type=numbers, help="default: 10000,100000, with --full 10000,1000000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    for name, (quick, full) in DEFAULTS.items():
        if getattr(given, name) is None:
            setattr(given, name, full if given.full else quick)
    databases = ["mariadb", "sqlite"] if given.database == "both" else [given.database]
    if "mariadb" in databases and (missing := missing_programs()):
        raise SystemExit(f"MariaDB is not installed here: {', '.join(missing)} not found. Use --database sqlite.")
    answer = {database: measure(database, given) for database in databases}
    if given.json:
        given.json.write_text(json.dumps(answer, indent=1))
    return 0


def numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


DEFAULTS: dict[str, tuple[Any, Any]] = {
    "part": (["tills", "cashiers", "flat", "search"],) * 2,
    "rounds": (3, 7),
    "sales": (48, 192),
    "tills": ([1, 16], [1, 4, 16, 64]),
    "products": ([1_000, 20_000], [1_000, 20_000, 50_000]),
    "past_sales": ([10_000, 100_000], [10_000, 1_000_000]),
}


# --- Shops ---------------------------------------------------------------------------
def measure(database: str, given: argparse.Namespace) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mysql = stack.enter_context(private_mariadb()) if database == "mariadb" else {}

        def shop(products: int, past_sales: int) -> Any:
            return stack.enter_context(opened(folder, mysql, products, past_sales, max(*given.tills, CASHIERS)))

        small = (given.products[0], given.past_sales[0])
        base = shop(*small)
        print(f"\n{database}, {small[0]:,} products, {small[1]:,} past sales, {given.rounds} rounds, medians")
        if "tills" in given.part:
            answer["tills"] = [measure_tills(base, count, given) for count in given.tills]
        if "cashiers" in given.part:
            answer["cashiers"] = measure_cashiers(base, given)
        shops = {small: base}
        if "flat" in given.part:
            sizes = [(products, small[1]) for products in given.products[1:]]
            sizes += [(small[0], past_sales) for past_sales in given.past_sales[1:]]
            shops |= {size: shop(*size) for size in sizes}
            answer["flat"] = measure_flat(shops, given)
        if "search" in given.part:
            size = (SEARCH_PRODUCTS, small[1])
            answer["search"] = measure_search(shops.get(size) or shop(*size), given)
    return answer


@contextmanager
def opened(folder: Path, mysql: dict[str, str], products: int, past_sales: int, tills: int) -> Iterator[Shop]:
    """Make a shop of this size in a database of its own and serve it; prove its ledger at the end."""
    own = folder / f"shop-{products}-{past_sales}"
    own.mkdir()
    settings = dict(mysql)
    if mysql:
        settings["MYSQL_DB"] = f"shop_{products}_{past_sales}"
        make_database(mysql, settings["MYSQL_DB"])
    served = ServedShop(own, settings, STATIC_ROOT=str(folder / "static"))
    if not (folder / "static").exists():
        served.run("manage.py", "collectstatic", "--noinput", "-v0")
    size = ["--products", str(products), "--past-sales", str(past_sales), "--tills", str(tills)]
    facts = json.loads(served.run("-m", "benchmarks.pos_shop", "make", *size))
    served.start()
    pid = int((Path(mysql["MYSQL_SOCKET"]).parent / "pid").read_text()) if mysql else 0
    try:
        yield Shop(served, facts, settings or own / "inventori.sqlite3", pid)
    finally:
        served.stop()
    verdict = served.run("manage.py", "verify_ledger").strip()
    print(f"  verify_ledger, {products:,} products, {past_sales:,} past sales: {verdict}", flush=True)


def make_database(mysql: dict[str, str], name: str) -> None:
    from benchmarks.pos_raw import mariadb

    database = mariadb(mysql)
    database.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    database.close()


# --- Tills ---------------------------------------------------------------------------
def measure_tills(shop: Shop, count: int, given: argparse.Namespace) -> dict[str, Any]:
    each = max(1, given.sales // count)
    tills = Tills(shop, count, seed=given.seed)
    pairs: list[tuple[Round, Round]] = []
    for number in range(given.rounds):
        if number % 2:
            raw = tills.raw_round(each * RAW_TIMES)
            web = tills.web_round(each)
        else:
            web = tills.web_round(each)
            raw = tills.raw_round(each * RAW_TIMES)
        pairs.append((web, raw))
    tills.close()
    answer = {"tills": count, **of_pairs(pairs)}
    if count == given.tills[0]:
        print_heads()
    print_tills(answer)
    return answer


def of_pairs(pairs: Sequence[tuple[Round, Round]]) -> dict[str, Any]:
    failures = [failure for web, _raw in pairs for failure in web.failures]
    answer: dict[str, Any] = {
        "sales": sum(web.sales for web, _raw in pairs),
        "failures": failures,
        "rate": median(web.rate for web, _raw in pairs),
        "raw_rate": median(raw.rate for _web, raw in pairs),
        "rate_ratio": median(web.rate / raw.rate for web, raw in pairs),
    }
    for part, per_sale in (("add", LINES), ("pay", 1), ("pages", 1)):
        webs = [(getattr(web, part), web.sales * per_sale) for web, _raw in pairs]
        answer[part] = {
            "latency": percentiles([s for cost, _n in webs for s in cost.latencies]),
            "web": median(cost.web * MS / n for cost, n in webs),
            "database": median(cost.database * MS / n for cost, n in webs),
        }
        if part == "pages":
            continue
        raws = [(getattr(raw, part), raw.sales * per_sale) for _web, raw in pairs]
        ratios = [cpu(w) / wn / (raw_cpu(r) / rn) for (w, wn), (r, rn) in zip(webs, raws, strict=True)]
        answer[part] |= {
            "raw_client": median(cost.client * MS / n for cost, n in raws),
            "raw_database": median(cost.database * MS / n for cost, n in raws),
            "ratio": statistics.median(ratios),
            "ratios": ratios,
        }
    return answer


def cpu(cost: Cost) -> float:
    """Return the processor seconds of web and database; the load client's own are left out."""
    return cost.web + cost.database


def raw_cpu(cost: Cost) -> float:
    """Return the processor seconds of bare SQL: its client's and the database's."""
    return cost.client + cost.database


def print_heads() -> None:
    print("  latency in ms (50th/95th/99th), processor ms per request as web + database, × bare SQL (least–most)")
    print(f"  {'tills':>5} {'sales/s':>8} {'× raw':>6} {'failed':>7}")


def print_tills(answer: dict[str, Any]) -> None:
    count, failed = answer["tills"], len(answer["failures"])
    print(f"  {count:>5} {answer['rate']:>8.1f} {answer['rate_ratio']:>6.2f} {failed:>3}/{answer['sales']}")
    for part, name in (("add", "add item"), ("pay", "pay"), ("pages", "done + new")):
        of = answer[part]
        line = f"        {name:<10} {latency(of['latency'])}   {of['web']:>6.2f} + {of['database']:.2f}"
        if "ratio" in of:
            line += f"   raw {of['raw_client']:.2f} + {of['raw_database']:.2f}"
            line += f"   {of['ratio']:.1f} × ({min(of['ratios']):.1f}–{max(of['ratios']):.1f})"
        print(line, flush=True)
    for failure in answer["failures"][:3]:
        print(f"        failed: {failure}")


def measure_cashiers(shop: Shop, given: argparse.Namespace) -> dict[str, Any]:
    tills = Tills(shop, CASHIERS, seed=given.seed)
    add, pay = tills.paced(max(1, given.sales // CASHIERS), SCAN_SECONDS)
    tills.close()
    failed = len(add.failures + pay.failures)
    answer: dict[str, Any] = {"add": percentiles(add.latencies), "pay": percentiles(pay.latencies), "failed": failed}
    print(f"  {CASHIERS} cashiers, a scan every {SCAN_SECONDS} s each: {failed} failed")
    print(f"        add item   {latency(answer['add'])}\n        pay        {latency(answer['pay'])}", flush=True)
    return answer


# --- Sizes ---------------------------------------------------------------------------
def measure_flat(shops: dict[tuple[int, int], Shop], given: argparse.Namespace) -> list[dict[str, Any]]:
    """Sell in every shop in turns; the first is the one that the others are compared with."""
    tills = {size: Tills(shop, 1, seed=given.seed) for size, shop in shops.items()}
    rounds: dict[tuple[int, int], list[Round]] = {size: [] for size in shops}
    for _number in range(given.rounds):
        for size, at in tills.items():
            rounds[size].append(at.web_round(given.sales))
    base = next(iter(rounds.values()))
    answer = []
    print("  flat? one till; ratios to the first shop, in turns")
    for size, own in rounds.items():
        tills[size].close()
        found: dict[str, Any] = {"products": size[0], "past_sales": size[1]}
        line = f"  {size[0]:>7,} products {size[1]:>9,} past sales"
        for part, name, per_sale in (("add", "add item", LINES), ("pay", "pay", 1)):
            costs = [getattr(one, part) for one in own]
            firsts = [getattr(one, part) for one in base]
            found[part] = {
                "latency": percentiles([s for cost in costs for s in cost.latencies]),
                "cpu": median(cpu(cost) * MS / (given.sales * per_sale) for cost in costs),
                "ratio": median(cpu(cost) / cpu(first) for cost, first in zip(costs, firsts, strict=True)),
            }
            of = found[part]
            line += f"   {name} {latency(of['latency'])} {of['cpu']:.2f} ms {of['ratio']:.2f} ×"
        print(line, flush=True)
        answer.append(found)
    return answer


# --- Search ---------------------------------------------------------------------------
def search_texts(seed: int, count: int = 100) -> dict[str, list[str]]:
    dice = random.Random(seed)
    texts: dict[str, list[str]] = {"hit": [], "fragments": [], "misspelt": [], "none": []}
    for name in dice.sample(product_names()[:SEARCH_PRODUCTS], count):
        words = name.split()
        texts["hit"].append(" ".join(words[:2]).lower())
        texts["fragments"].append(f"{words[1][:3]} {words[0][1:6]}".lower())
        at = dice.randrange(1, len(words[0]) - 1)
        texts["misspelt"].append((words[0][:at] + dice.choice("qxz") + words[0][at + 1 :]).lower())
        texts["none"].append("".join(dice.choice("qxzwvj") for _ in range(7)))
    return texts


def measure_search(shop: Shop, given: argparse.Namespace) -> dict[str, Any]:
    till = HttpTill(shop.served.port, shop.facts["tills"][0]["session"])
    till.open()
    texts = search_texts(given.seed)
    bare = json.loads(shop.served.run("-m", "benchmarks.pos_shop", "search", "--texts", json.dumps(texts)))
    answer: dict[str, Any] = {}
    print(f"  search among {SEARCH_PRODUCTS:,} products; share of the texts that found something")
    for kind, some in texts.items():
        cost, found = Cost(), 0
        for text in some:
            with cost.timed():
                found += "data-product=" in till.get(f"/pos/search/?code={quote(text)}")
        answer[kind] = {"http": percentiles(cost.latencies), "found": found / len(some)}
        line = f"        {kind:<10} {latency(answer[kind]['http'])}   found {found / len(some):.0%}"
        if kind in bare:
            answer[kind]["search"] = percentiles(bare[kind])
            line += f"   the search alone {latency(answer[kind]['search'])}"
        print(line, flush=True)
    till.close()
    return answer


# --- Figures ---------------------------------------------------------------------------
def median(values: Any) -> float:
    return float(statistics.median(values))


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return the 50th, 95th and 99th percentile in milliseconds."""
    ordered = sorted(seconds) or [float("nan")]
    return {f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * MS for share in (50, 95, 99)}


def latency(of: dict[str, float]) -> str:
    return f"{of['p50']:>5.1f}/{of['p95']:.1f}/{of['p99']:.1f}"


if __name__ == "__main__":
    sys.exit(main())
