"""The demo shop's story before it touches a database: the same seed, the same shop, and a believable one."""

from collections import Counter
from datetime import date
from statistics import mean

import pytest

from summary.demo import catalogue
from summary.demo.events import SHOP, Day, Returned, Sold
from summary.demo.pairs import PAIRS
from summary.demo.story import Story

LAST = date(2026, 11, 20)


def tell(days: int, last: date = LAST, seed: int = 1) -> list[Day]:
    return list(Story(catalogue.load(seed), seed=seed, days=days, last=last))


def sales_of(day: Day) -> list[Sold]:
    return [document for document in day.sold[SHOP] if isinstance(document, Sold)]


@pytest.fixture(scope="module")
def half_a_year() -> list[Day]:
    return tell(180)


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    first, again, other = tell(30), tell(30), tell(30, seed=2)

    assert first == again
    assert first != other


def test_the_catalogue_is_as_large_as_a_small_shop():
    goods = catalogue.load(1)

    assert len(goods.categories) == 17
    assert len(goods.items) == 354
    assert len(goods.suppliers) == 15
    assert len(goods.clients) == 60
    assert {item.category for item in goods.items} == {row["code"] for row in goods.categories}


def test_every_barcode_is_a_valid_ean_13_of_its_own():
    barcodes = [item.barcode for item in catalogue.load(1).items if not item.sold_by_measure]

    assert len(set(barcodes)) == len(barcodes) == 344
    for barcode in barcodes:
        assert len(barcode) == 13
        assert barcode.startswith("899")
        odd, even = (sum(int(digit) for digit in barcode[start::2]) for start in (0, 1))
        assert (odd + 3 * even) % 10 == 0


def test_every_product_is_sold_above_its_cost():
    for item in catalogue.load(1).items:
        assert 0 < item.earlier_cost <= item.cost < item.price


def test_a_day_has_about_a_hundred_sales_of_one_to_six_lines(half_a_year: list[Day]):
    counts = [len(sales_of(day)) for day in half_a_year]
    lines = Counter(len(sale.lines) for day in half_a_year for sale in sales_of(day))

    assert 95 <= mean(counts) <= 115
    assert sum(80 <= count <= 135 for count in counts) >= 0.93 * len(counts)
    assert sorted(lines) == [1, 2, 3, 4, 5, 6]


def test_weekends_are_busier_and_trade_grows(half_a_year: list[Day]):
    weekend = mean(len(sales_of(day)) for day in half_a_year if day.day.weekday() >= 5)
    midweek = mean(len(sales_of(day)) for day in half_a_year if day.day.weekday() in (1, 2))
    early, late = (mean(len(sales_of(day)) for day in part) for part in (half_a_year[:56], half_a_year[-56:]))

    assert weekend > 1.15 * midweek
    assert late > 1.03 * early


def test_a_fifth_of_the_goods_makes_most_of_the_lines(half_a_year: list[Day]):
    lines = Counter(line.item.sku for day in half_a_year for sale in sales_of(day) for line in sale.lines)
    ranked = [count for _sku, count in lines.most_common()]

    assert sum(ranked[:71]) > 0.6 * sum(ranked)
    assert ranked[-1] < 20


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.first)
def test_each_planted_pair_sells_together_more_than_twice_as_often_as_by_chance(pair, half_a_year: list[Day]):
    baskets = [{line.item.name for line in sale.lines} for day in half_a_year for sale in sales_of(day)]
    first, second = (sum(name in basket for basket in baskets) for name in (pair.first, pair.second))
    both = sum(pair.first in basket and pair.second in basket for basket in baskets)

    lift = both * len(baskets) / (first * second)

    assert both >= 10
    assert lift > 2


def test_ramadan_swells_and_lebaran_nearly_closes_the_shop():
    # Ramadan 1447 was 18 February to 19 March 2026.
    by_day = {day.day: len(sales_of(day)) for day in tell(100, last=date(2026, 4, 20))}
    ordinary = mean(count for day, count in by_day.items() if day < date(2026, 2, 18))
    last_ten = mean(count for day, count in by_day.items() if date(2026, 3, 10) <= day <= date(2026, 3, 19))

    assert last_ten > 1.35 * ordinary
    assert by_day[date(2026, 3, 20)] < 0.6 * ordinary


def test_cash_given_covers_the_total_and_other_payments_equal_it(half_a_year: list[Day]):
    for day in half_a_year:
        for sale in sales_of(day):
            assert sale.total > 0
            assert sale.tendered >= sale.total
            assert sale.method == "CASH" or sale.tendered == sale.total


def test_the_story_has_some_of_everything(half_a_year: list[Day]):
    returned = [document for day in half_a_year for document in day.sold[SHOP] if isinstance(document, Returned)]

    assert 5 <= len(returned) <= 40
    assert 10 <= sum(len(day.cancelled) for day in half_a_year) <= 45
    assert sum(len(day.corrected) for day in half_a_year) >= 10
    assert {sale.cashier for day in half_a_year for sale in sales_of(day)} == {"cashier", "manager"}
    assert {sale.method for day in half_a_year for sale in sales_of(day)} >= {"CASH", "QRIS", "CARD"}
