"""One round of selling at many tills at once, over HTTP or as bare SQL, with what it cost."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.pos_raw import RawTill
from tests.http_till import HttpTill, NoAnswerError, RefusedError, total_shown
from tests.served import ServedShop, cpu_seconds

LINES = 5


@dataclass
class Shop:
    """A shop that is open, what its tills must know, and the process of its database (0: SQLite has none)."""

    served: ServedShop
    facts: dict[str, Any]
    place: Path | dict[str, str]
    database_pid: int

    def codes(self, dice: random.Random) -> list[str]:
        return [code for _product, code, _stock in dice.sample(self.facts["hot"], LINES)]

    def products(self, dice: random.Random) -> list[int]:
        return [product for product, _code, _stock in dice.sample(self.facts["hot"], LINES)]


@dataclass
class Cost:
    """What a part of a round took. Processor seconds by where they were spent; latencies of single requests."""

    seconds: float = 0.0
    web: float = 0.0
    database: float = 0.0
    client: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        except (NoAnswerError, RefusedError) as error:
            self.failures.append(str(error)[:500])
        else:
            self.latencies.append(time.perf_counter() - began)


Basket = tuple[str, str]
Work = Callable[[Any, random.Random, Cost, list[Any]], None]


@dataclass
class Round:
    """All sales of one round: scanned first, then paid, so that each has its own figures."""

    sales: int
    add: Cost
    pay: Cost
    pages: Cost

    @property
    def rate(self) -> float:
        return self.sales / (self.add.seconds + self.pay.seconds + self.pages.seconds)

    @property
    def failures(self) -> list[str]:
        return self.add.failures + self.pay.failures + self.pages.failures


class Tills:
    """So many tills of a shop over HTTP, and as many bare connections beside them."""

    def __init__(self, shop: Shop, count: int, *, seed: int) -> None:
        self.shop, self.count = shop, count
        self.pool = ThreadPoolExecutor(count)
        self.dice = [random.Random(f"{seed} {number}") for number in range(count)]
        known = shop.facts["tills"][:count]
        self.web = [HttpTill(shop.served.port, till["session"]) for till in known]
        self.raw = [RawTill(shop.facts, till, shop.place) for till in known]
        # Templates, connections and sessions are there before the first measured sale.
        self.open()
        self.web_round(2)
        self.raw_round(2)

    def open(self) -> None:
        list(self.pool.map(HttpTill.open, self.web))

    def web_round(self, sales_each: int) -> Round:
        baskets: list[list[Basket]] = [[] for _ in self.web]
        done: list[list[str]] = [[] for _ in self.web]

        def scan(till: HttpTill, dice: random.Random, cost: Cost, mine: list[Basket]) -> None:
            for _ in range(sales_each):
                key, total = uuid4().hex, ""
                for code in self.shop.codes(dice):
                    with cost.timed():
                        total = total_shown(till.add(key, code))
                mine.append((key, total))

        def pay(number: int) -> Work:
            def pay_all(till: HttpTill, _dice: random.Random, cost: Cost, mine: list[str]) -> None:
                for key, total in baskets[number]:
                    with cost.timed():
                        mine.append(till.pay(key, total))

            return pay_all

        def look(number: int) -> Work:
            def look_all(till: HttpTill, _dice: random.Random, cost: Cost, _mine: list[Any]) -> None:
                for address in done[number]:
                    with cost.timed():
                        till.get(address)
                    with cost.timed():
                        till.open()

            return look_all

        numbers = range(self.count)
        return Round(
            sales_each * self.count,
            add=self._together(self.web, [scan] * self.count, baskets),
            pay=self._together(self.web, [pay(number) for number in numbers], done),
            pages=self._together(self.web, [look(number) for number in numbers], [[] for _ in numbers]),
        )

    def raw_round(self, sales_each: int) -> Round:
        baskets: list[list[tuple[int, dict[int, int]]]] = [[] for _ in self.raw]

        def scan(till: RawTill, dice: random.Random, cost: Cost, mine: list[Any]) -> None:
            for _ in range(sales_each):
                key, sale = uuid4().hex, 0
                items: dict[int, int] = {}
                for product in self.shop.products(dice):
                    with cost.timed():
                        sale, items[product] = till.add(key, product, sale, len(items))
                mine.append((sale, items))

        def pay(number: int) -> Work:
            def pay_all(till: RawTill, _dice: random.Random, cost: Cost, _mine: list[Any]) -> None:
                for sale, items in baskets[number]:
                    with cost.timed():
                        till.pay(sale, items)

            return pay_all

        add = self._together(self.raw, [scan] * self.count, baskets)
        paid = self._together(self.raw, [pay(n) for n in range(self.count)], [[] for _ in self.raw])
        return Round(sales_each * self.count, add=add, pay=paid, pages=Cost())

    def paced(self, sales_each: int, scan_seconds: float) -> tuple[Cost, Cost]:
        """Sell at a cashier's pace, a scan every so many seconds, each till in a rhythm of its own."""
        paying = [Cost() for _ in self.web]

        def work(number: int) -> Work:
            def sell(till: HttpTill, dice: random.Random, cost: Cost, _mine: list[Any]) -> None:
                time.sleep(dice.uniform(0, scan_seconds))
                for _ in range(sales_each):
                    key, total = uuid4().hex, ""
                    for code in self.shop.codes(dice):
                        time.sleep(scan_seconds)
                        with cost.timed():
                            total = total_shown(till.add(key, code))
                    time.sleep(scan_seconds)
                    with paying[number].timed():
                        till.pay(key, total)

            return sell

        add = self._together(self.web, [work(n) for n in range(self.count)], [[] for _ in self.web])
        return add, summed(paying)

    def close(self) -> None:
        self.pool.shutdown()
        for till in self.web:
            till.close()
        for raw in self.raw:
            raw.close()

    def _together(self, tills: Sequence[Any], works: Sequence[Work], results: Sequence[list[Any]]) -> Cost:
        """Let every till do its work at the same time; `results` takes what each leaves behind."""
        costs = [Cost() for _ in tills]
        before = self._meters()
        list(self.pool.map(lambda work, *given: work(*given), works, tills, self.dice, costs, results))
        whole = summed(costs)
        after = self._meters()
        whole.seconds, whole.web, whole.database, whole.client = (b - a for a, b in zip(before, after, strict=True))
        return whole

    def _meters(self) -> tuple[float, float, float, float]:
        pid = self.shop.database_pid
        database = cpu_seconds(pid) if pid else 0.0
        return time.perf_counter(), self.shop.served.cpu_seconds(), database, time.process_time()


def summed(costs: Sequence[Cost]) -> Cost:
    return Cost(
        latencies=[seconds for cost in costs for seconds in cost.latencies],
        failures=[failure for cost in costs for failure in cost.failures],
    )
