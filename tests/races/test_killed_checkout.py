"""No sale is lost or doubled when the server dies, or an answer is lost, at any moment of checkout.

Real processes: gunicorn as `./run` starts it, and a till over HTTP that asks again with its key until it is answered.
CHECKOUT_KILLS sets how often the server is killed and the connection cut (200).
"""

import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import connection

from inventori.posting import new_key
from tests.http_till import HttpTill, NoAnswerError, total_shown, units_shown
from tests.races import checkout_shop
from tests.races.cutting_proxy import cutting_proxy
from tests.served import ServedShop

KILLS = int(os.environ.get("CHECKOUT_KILLS", 200))
# Every so many kills hit the master too, and the server is started anew.
WHOLE_SERVER_EVERY = 40
PATIENCE_SECONDS = 60
T = TypeVar("T")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def made(request, tmp_path_factory) -> Iterator[tuple[ServedShop, dict[str, Any]]]:
    if request.param == "sqlite" and connection.vendor == "mysql":
        pytest.skip("the run on SQLite does this")
    with own_database(request.param) as mysql:
        # One worker, so that every kill hits the one that serves the till.
        shop = ServedShop(
            Path(tmp_path_factory.mktemp("shop")),
            mysql,
            DJANGO_SETTINGS_MODULE="tests.served_settings",
            WEB_CONCURRENCY="1",
        )
        known = checkout_shop.make(shop)
        shop.start()
        yield shop, known
        shop.stop()


@contextmanager
def own_database(kind: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {}
        return
    import MySQLdb

    settings = {name: value for name, value in os.environ.items() if name.startswith("MYSQL_")}
    settings["MYSQL_DB"] = f"checkout_{uuid4().hex[:12]}"
    server = MySQLdb.connect(
        host="localhost",
        unix_socket=settings["MYSQL_SOCKET"],
        user=settings["MYSQL_USER"],
        password=settings["MYSQL_PASSWORD"],
    )
    server.cursor().execute(f"CREATE DATABASE {settings['MYSQL_DB']} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    try:
        yield settings
    finally:
        server.cursor().execute(f"DROP DATABASE {settings['MYSQL_DB']}")
        server.close()


class StubbornTill:
    """A till that remembers what it meant to sell, and asks again with the same key until it is answered."""

    def __init__(self, port: int, known: dict[str, Any], dice: random.Random) -> None:
        self.http = HttpTill(port, known["session"], timeout=20)
        self.codes, self.dice = known["codes"], dice
        self.meant: dict[str, Counter[str]] = {}
        self.addresses: dict[str, str] = {}
        self.asked_again = 0
        self.insist(self.http.open)

    def sell(self, disturb: Callable[[int], None]) -> None:
        """Sell a basket of two or three goods; `disturb` is called before each step, -1 being the payment."""
        key, parts, units = new_key(), "", "0"
        self.meant[key] = Counter(self.dice.choices(self.codes, k=self.dice.choice([2, 3])))
        for step, code in enumerate(self.meant[key].elements()):
            disturb(step)
            parts = self.scan(key, code, units)
            units = units_shown(parts)
        disturb(-1)
        self.addresses[key] = self.insist(lambda: self.http.pay(key, total_shown(parts)))

    def scan(self, key: str, code: str, units: str) -> str:
        """Scan as the page does: a scan that had no answer says, when sent again, what the page showed before."""
        try:
            return self.http.add(key, code)
        except NoAnswerError:
            return self.insist(lambda: self.http.add(key, code, units_before=units))

    def invoices(self) -> dict[str, str]:
        """Return by key the invoice that the till was sent to after paying."""
        pages = {key: self.http.get(address) for key, address in self.addresses.items()}
        return {key: re.findall(r"INV-\d{6}-\d+", page)[0] for key, page in pages.items()}

    def insist(self, ask: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except NoAnswerError:
                assert time.monotonic() < deadline, "the server never came back"
                self.asked_again += 1
                time.sleep(0.005)


def assert_each_sold_once(till: StubbornTill, before: dict[str, Any], after: dict[str, Any]) -> None:
    new = {key: sale for key, sale in after["sales"].items() if key not in before["sales"]}

    assert set(new) == set(till.meant), "a basket is lost, or one is there that nobody made"
    assert {sale["status"] for sale in new.values()} == {"PAID"}
    assert {key: sale["goods"] for key, sale in new.items()} == {key: dict(meant) for key, meant in till.meant.items()}
    assert {key: sale["moved"] for key, sale in new.items()} == {key: dict(meant) for key, meant in till.meant.items()}
    assert [sale for sale in new.values() if sale["moves"] != len(sale["goods"])] == []
    assert [sale for sale in new.values() if sale["payments"] != [sale["total"]]] == []
    assert {key: sale["invoice"] for key, sale in new.items()} == till.invoices()
    sold = sum(till.meant.values(), Counter())
    assert after["stock"] == {code: qty - sold[code] for code, qty in before["stock"].items()}


class Killer:
    """Kills the server a random moment after a step has begun.

    The moments reach as far as the steps take on this machine: further after a hit, less far after a miss.
    """

    def __init__(self, shop: ServedShop, dice: random.Random) -> None:
        self.shop, self.dice, self.kills, self.hits = shop, dice, 0, 0
        self.reach_seconds = 0.04

    def disturb(self, till: StubbornTill) -> None:
        """Let the till sell a basket and kill the server at one of its steps: every second time at the payment."""
        chosen = self.dice.choice([-1, self.dice.choice([0, 1])])
        killing = threading.Thread(target=self._kill, args=[self.dice.uniform(0, self.reach_seconds)])
        asked_again = till.asked_again

        till.sell(lambda step: killing.start() if step == chosen else None)
        killing.join()

        hit = till.asked_again > asked_again
        self.hits += hit
        self.reach_seconds *= 1.03 if hit else 0.93

    def _kill(self, delay: float) -> None:
        time.sleep(delay)
        self.kills += 1
        if self.kills % WHOLE_SERVER_EVERY:
            self.shop.kill_workers()
        else:
            self.shop.kill()
            self.shop.start()


def test_two_hundred_kills_at_any_moment_of_checkout_lose_and_double_nothing(made):
    shop, known = made
    dice = random.Random(20)
    till, killer, before = StubbornTill(shop.port, known, dice), Killer(shop, dice), checkout_shop.tell(shop)

    for _ in range(KILLS):
        killer.disturb(till)

    assert killer.kills == KILLS
    assert killer.hits > KILLS / 3, "the kills missed the requests"
    assert_each_sold_once(till, before, checkout_shop.tell(shop))
    assert shop.run("manage.py", "verify_ledger").startswith("0 differences")


def test_two_hundred_answers_cut_off_after_the_commit_lose_and_double_nothing(made):
    shop, known = made
    before = checkout_shop.tell(shop)

    with cutting_proxy(shop.port) as proxy:
        till = StubbornTill(proxy.port, known, random.Random(21))

        def disturb(step: int) -> None:
            # Every payment's answer is lost, and now and then that of a scan.
            proxy.cut_next = step == -1 or till.dice.random() < 0.2

        for _ in range(KILLS):
            till.sell(disturb)
        proxy.cut_next = False

        assert proxy.cuts >= KILLS
        assert till.asked_again >= KILLS
        assert_each_sold_once(till, before, checkout_shop.tell(shop))
    assert shop.run("manage.py", "verify_ledger").startswith("0 differences")


def test_a_till_that_tries_again_under_a_new_key_doubles_its_sales(made):
    shop, known = made
    before, rounds, gave_up = checkout_shop.tell(shop), 5, 0

    with cutting_proxy(shop.port) as proxy:
        till = StubbornTill(proxy.port, known, random.Random(22))
        for _ in range(rounds):
            key = new_key()
            parts = till.http.add(key, known["codes"][0])
            proxy.cut_next = True
            try:
                till.http.pay(key, total_shown(parts))
            except NoAnswerError:
                gave_up += 1
                again = new_key()
                parts = till.http.add(again, known["codes"][0])
                till.http.pay(again, total_shown(parts))
    after = checkout_shop.tell(shop)

    new = [sale for key, sale in after["sales"].items() if key not in before["sales"]]
    assert gave_up == rounds
    assert len([sale for sale in new if sale["status"] == "PAID"]) == 2 * rounds
