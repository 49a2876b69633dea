"""How long reorder policies take from a year of daily demand, database read and write included.

    python -m benchmarks.reorder [--policies 10000,100000] [--database mariadb|sqlite|both] [--kind dense|sparse|both]
                                 [--rounds 2] [--sample 300] [--fold-products 2000] [--json FILE]

For each size and kind a shop of its own is filled (benchmarks/reorder_shop.py): products, stock, suppliers with a
year of orders, the calendar of feasts, a year of demand a product, and one day of moves that are not folded yet.
The year is written straight into DemandHistory in the form in which `demand_fold` would have left it; folding a year
of raw moves is measured by itself, on as many products as --fold-products says.

Then, in a fresh process for each, so that the peak of memory is its own:

- `policies_compute`: first all policies are new, then (--rounds) all are computed again;
- a per-row Python loop over a sample of the same products: reads each product's year, computes mean and spread with
  plain Python, safety stock, reorder point and EOQ with math and statistics, saves its policy through the ORM;
- stockpyl on the same sample: economic_order_quantity and newsvendor_normal on given means and spreads, no database.

The rivals' times are scaled from the sample to the whole. Where both use the normal model, the loop's numbers must be
ours, or the run fails.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policies", default="10000,100000")
    parser.add_argument("--database", choices=["sqlite", "mariadb", "both"], default="both")
    parser.add_argument("--kind", choices=["dense", "sparse", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--fold-products", type=int, default=2000, help="0: leave the fold out")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(inside(json.loads(given.inside))))
        return 0
    found = []
    for database in ("mariadb", "sqlite") if given.database == "both" else (given.database,):
        for kind in ("dense", "sparse") if given.kind == "both" else (given.kind,):
            for policies in map(int, given.policies.split(",")):
                asked = {"policies": policies, "kind": kind, "rounds": given.rounds, "sample": given.sample}
                found.append({"database": database, **asked, **run(database, asked)})
                report(found[-1])
        if given.fold_products:
            asked = {"fold": given.fold_products}
            found.append({"database": database, **asked, **run(database, asked)})
            report(found[-1])
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    return 0


def run(database: str, asked: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.reorder", "--inside", json.dumps(asked)]
    if database == "mariadb":
        command = [sys.executable, "-m", "tests.mariadb", "--", *command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
    with tempfile.TemporaryDirectory() as folder:
        environment |= {"INVENTORI_DATA": folder, "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        return answer(command, environment)


def inside(asked: dict[str, Any]) -> dict[str, Any]:
    """Fill the shop, then let each measurement run in a process of its own."""
    steps = ["fold"] if "fold" in asked else ["make", "ours", "loop", "stockpyl"]
    found: dict[str, Any] = {}
    for step in steps:
        command = [sys.executable, "-m", "benchmarks.reorder_shop", step, json.dumps(asked)]
        found |= answer(command, dict(os.environ))
    return found


def answer(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(found: dict[str, Any]) -> None:
    if "fold" in found:
        print(
            f"\n{found['database']}: fold of {found['moves']:,} raw moves {found['fold_seconds']:.1f} s"
            f" ({found['moves'] / found['fold_seconds']:,.0f} a second), then reading {found['fold']:,} products"
            f" {found['read_seconds']:.2f} s; unfolded {found['unfolded_seconds']:.1f} s",
            flush=True,
        )
        return
    print(
        f"\n{found['database']}, {found['kind']}: {found['policies']:,} policies,"
        f" {found['days_sold']:.0%} of days with sales"
    )
    print(
        f"  new      {found['first']:6.2f} s"
        f"   (reading {found['reading']:.2f}, computing and storing {found['storing']:.2f})"
    )
    for seconds in found["again"]:
        print(f"  again    {seconds:6.2f} s")
    print(f"  memory   {found['memory_mb']:6.0f} MB at its peak; processor {found['cpu']:.1f} s; {found['states']}")
    scale = found["policies"] / found["sample"]
    print(
        f"  loop     {found['loop'] * scale:6.0f} s   scaled from {found['sample']} products in {found['loop']:.2f} s"
    )
    print(f"  stockpyl {found['stockpyl'] * scale:6.0f} s   likewise, arithmetic alone, from {found['stockpyl']:.2f} s")
    print(f"  filling the shop took {found['filling']:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
