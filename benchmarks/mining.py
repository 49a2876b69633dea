"""How fast what sells together is found, and against what.

    python -m benchmarks.mining --data FOLDER [--set retail] [--miner ours] [--runs 7] [--json FILE]

FOLDER holds groceries.dat.gz, retail.dat.gz and online_retail.csv.gz; a set that is not there is left out and named.
The peers stand in requirements/bench.txt. All miners run one after the other in this process. Times are processor
seconds, the least of seven runs, of three when one takes over three seconds, of one when over ten.
Memory is what the process grew by at its highest in a run of its own. Itemsets and rules must be equal in number, and
ours must be Borgelt's, itemset for itemset; --textbook compares with the two plain algorithms too.
"""

import argparse
import ctypes
import gc
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.mining_peers import MINERS, Miner, Ours
from benchmarks.mining_sets import SETS, Set
from mining.bounds import least_count
from mining.reference import textbook_apriori, transaction_reduction_apriori

TOO_SLOW_SECONDS = 30
MILLION = 1_000_000

COLUMNS = {
    "ours, arrays": ("ours, arrays",),
    "ours, lists": ("ours, lists",),
    "pyfim, the best": ("pyfim apriori", "pyfim eclat", "pyfim fpgrowth"),
    "rusket, arrays": ("rusket, arrays",),
    "rusket, lists": ("rusket, lists",),
    "mlxtend": ("mlxtend",),
    "efficient-apriori": ("efficient-apriori",),
}

Row = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--set", action="append", help="only sets whose name begins so")
    parser.add_argument("--miner", action="append", help="only miners whose name begins so")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument(
        "--textbook", action="store_true", help="compare with the textbook's algorithm, at the higher support"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    miners = [miner for miner in MINERS if begins(miner.name, given.miner)]
    rows: list[Row] = []
    for load, supports in SETS:
        if not begins(load.__name__.replace("_", " "), given.set):
            continue
        try:
            some = load(given.data)
        except (FileNotFoundError, ImportError) as missing:
            print(f"{load.__name__} is left out: {missing}")
            continue
        print(
            f"\n{some.name}: {len(some.lists):,} baskets, {some.items:,} items, {len(some.item_ids):,} lines",
            flush=True,
        )
        rows += measure_set(some, supports, miners, given.runs)
        if given.textbook:
            compare_with_textbook(some, supports[0])
        if given.json:
            given.json.write_text(json.dumps(rows, indent=1))
    print_tables(rows)
    return int(any(row["differs"] for row in rows))


def begins(name: str, wanted: list[str] | None) -> bool:
    return not wanted or any(name.startswith(one.replace("_", " ")) for one in wanted)


# --- Measuring -------------------------------------------------------------------------
def measure_set(some: Set, supports: list[float], miners: list[Miner], runs: int) -> list[Row]:
    rows: list[Row] = []
    too_slow: set[str] = set()
    for support in supports:
        first: Row | None = None
        for miner in miners:
            if miner.name in too_slow or reason_to_leave_out(miner, some):
                print(f"  {support:<7g} {miner.name:<18} left out: {reason_to_leave_out(miner, some) or 'too slow'}")
                continue
            row = measure(miner, some, support, runs)
            first = first or row
            row["differs"] = row["itemsets"] != first["itemsets"] or row["differs"]
            rows.append(row)
            print_row(row, first)
            if row["mine"] > TOO_SLOW_SECONDS:
                too_slow.add(miner.name)
    return rows


def reason_to_leave_out(miner: Miner, some: Set) -> str:
    cells = len(some.lists) * some.items
    if cells > miner.cell_limit:
        return f"its matrix alone would take {cells / 1e9:.1f} GB"
    return "too many lines for it" if len(some.item_ids) > miner.line_limit else ""


def measure(miner: Miner, some: Set, support: float, runs: int) -> Row:
    mine, itemsets = least_time(lambda: miner.mine(some, support), runs)
    row: Row = {"set": some.name, "baskets": len(some.lists), "support": support, "miner": miner.name, "mine": mine}
    row |= {"itemsets": miner.count(itemsets), "differs": differs(miner, itemsets, some, support)}
    if miner.gives_rules:
        row["rules"], rules = least_time(lambda: miner.rules(itemsets, some), runs)
        row["rule_count"] = miner.rule_count(rules)
        row["both"], rules = least_time(lambda: miner.both(some, support), runs if mine < 10 else 0)
        row["both"] = row["both"] or mine + row["rules"]
    itemsets = None
    row["peak"] = peak_bytes(lambda: miner.mine(some, support)) if mine < 10 else None
    return row


def least_time(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Return the processor seconds of the quickest run, and what the last one gave."""
    best, made = math.inf, None
    done = 0
    while done < (runs if best < 3 else min(runs, 3) if best < 10 else min(runs, 1)):
        made = None
        gc.collect()
        started = time.process_time()
        made = work()
        best = min(best, time.process_time() - started)
        done += 1
    return (best if done else 0.0), made


def peak_bytes(work: Callable[[], Any]) -> int:
    """Return by how much the process's memory grew at its highest (Linux)."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    made = work()
    grown = resident("VmHWM") - before
    del made
    return max(0, grown)


def resident(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


# --- Comparing ---------------------------------------------------------------------------
def differs(miner: Miner, itemsets: Any, some: Set, support: float) -> bool:
    """Compare Borgelt's itemsets with ours, one by one."""
    if miner.name != "pyfim eclat":
        return False
    ours = {frozenset(found.items): found.count for found in Ours().mine(some, support)}
    return bool({frozenset(items): count for items, count in itemsets} != ours)


def compare_with_textbook(some: Set, support: float) -> None:
    least = least_count(support, len(some.lists))
    ours = {frozenset(found.items): found.count for found in Ours().mine(some, support)}
    for algorithm in (textbook_apriori, transaction_reduction_apriori):
        started = time.process_time()
        same = algorithm(some.lists, least) == ours
        seconds = time.process_time() - started
        print(f"  {support:<7g} {algorithm.__name__}: {'the same' if same else 'DIFFERS'}, {seconds:.1f} s", flush=True)


# --- Printing ------------------------------------------------------------------------------
def print_row(row: Row, first: Row) -> None:
    line = f"  {row['support']:<7g} {row['miner']:<18} {row['itemsets']:>8,} itemsets {row['mine']:>9.4f} s"
    if "rules" in row:
        line += f"   {row['rule_count']:>8,} rules {row['rules']:>8.4f} s   both {row['both']:>9.4f} s"
    if row["peak"] is not None:
        line += f"   {row['peak'] / MILLION:>6.0f} MB"
    if row["differs"]:
        line += "   NOT THE SAME ITEMSETS"
    if "rules" in row and row["rule_count"] != first.get("rule_count"):
        line += f"   {row['rule_count'] - first['rule_count']:+} rules"
    print(line, flush=True)


def print_tables(rows: list[Row]) -> None:
    cells = dict.fromkeys((row["set"], row["support"]) for row in rows)
    by_miner = {(row["set"], row["support"], row["miner"]): row for row in rows}

    def of(cell: tuple[str, float], kind: str, *names: str) -> float | None:
        values = [by_miner[*cell, name].get(kind) for name in names if (*cell, name) in by_miner]
        return min((value for value in values if value is not None), default=None)

    heads = " | ".join(COLUMNS)
    for kind, title in (("mine", "Baskets → itemsets"), ("rules", "Itemsets → rules"), ("both", "Baskets → rules")):
        print(f"\n{title}, processor seconds\n| | {heads} |\n|{'---|' * (len(COLUMNS) + 1)}")
        for cell in cells:
            written = " | ".join(seconds(of(cell, kind, *names)) for names in COLUMNS.values())
            print(f"| {cell[0]} {cell[1]:g} | {written} |")
    print_ratios(list(cells), of)


def print_ratios(cells: list[tuple[str, float]], of: Callable[..., float | None]) -> None:
    print(
        "\n| | pyfim / ours from arrays | rusket / ours, baskets → rules, arrays | the same, lists | peak of ours, MB |"
    )
    print("|---|---|---|---|---|")
    ratios = []
    for cell in cells:
        ours, theirs = of(cell, "mine", "ours, arrays"), of(cell, "mine", *COLUMNS["pyfim, the best"])
        line = [f"{cell[0]} {cell[1]:g}", ratio(theirs, ours)]
        line += [
            ratio(of(cell, "both", f"rusket, {kind}"), of(cell, "both", f"ours, {kind}"))
            for kind in ("arrays", "lists")
        ]
        peak = of(cell, "peak", "ours, arrays")
        print(f"| {' | '.join([*line, f'{peak / MILLION:.0f}' if peak is not None else '–'])} |")
        if ours and theirs:
            ratios.append(theirs / ours)
    if ratios:
        print(f"\ngeometric mean of pyfim / ours: {math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f}")


def seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}" if value < 1 else f"{value:.2f}"


def ratio(theirs: float | None, ours: float | None) -> str:
    return f"{theirs / ours:.1f}" if theirs and ours else "–"


if __name__ == "__main__":
    raise SystemExit(main())
