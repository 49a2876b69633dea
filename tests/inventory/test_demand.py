"""Demand by day is exactly what a plain loop over all moves finds, wherever the fold stands."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import transaction

from accounts.models import User
from inventori.bulk import insert_rows
from inventory import demand_history, ledger
from inventory.demand import DemandTable, demand_table, demand_tables
from inventory.demand_history import demand_fold, demand_forget, demand_wrong, pack, unpack
from inventory.ledger import Document, Line
from inventory.models import DemandFold, DemandHistory, RefType, Stock, StockMove, Warehouse
from master.models import Product
from summary.verify import differences
from tests.factories import ProductFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db

START, END = date(2025, 11, 20), date(2026, 2, 10)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def move(
    product: Product, warehouse: Warehouse, qty: int | str, day: date, ref: RefType = RefType.SALE, *, by: User
) -> None:
    """Post one line, in positive and out negative, on a business day."""
    document = Document(warehouse, ref.value, 1, [Line(product.pk, Decimal(qty), Decimal(7_000))], NOON, by)
    document.business_date = day
    with transaction.atomic():
        ledger.post(document)


def folded_whole(at: datetime = NOON) -> None:
    demand_fold(now=at)
    demand_fold(now=at + HOUR)


# --- The plain loop --------------------------------------------------------------------
def by_loop(warehouse: Warehouse, start: date, end: date) -> dict[int, tuple[list[Decimal], list[bool]]]:
    """Walk over every move, one day after another."""
    demand: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    change: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    came_in: dict[tuple[int, date], bool] = defaultdict(bool)
    for each in StockMove.objects.filter(warehouse=warehouse):
        key = each.product_id, each.business_date
        change[key] += each.qty_in - each.qty_out
        came_in[key] |= each.qty_in > 0
        if each.ref_type in (RefType.SALE, RefType.RETURN):
            demand[key] += each.qty_out - each.qty_in
    days = [start + timedelta(n) for n in range((end - start).days + 1)]
    found = {}
    for product_id in Stock.objects.filter(warehouse=warehouse).values_list("product_id", flat=True):
        opening = [
            sum((qty for (pk, d), qty in change.items() if pk == product_id and d < day), Decimal()) for day in days
        ]
        stocked = [lay > 0 or came_in[product_id, day] for lay, day in zip(opening, days, strict=True)]
        found[product_id] = [demand[product_id, day] for day in days], stocked
    return found


def as_dict(table: DemandTable) -> dict[int, tuple[list[Decimal], list[bool]]]:
    return {
        int(pk): ([round(Decimal(qty), 3) for qty in table.demand[row].tolist()], table.stocked[row].tolist())
        for row, pk in enumerate(table.product_ids)
    }


def random_moves(dice: random.Random, products: Sequence[Product], warehouse: Warehouse, count: int, by: User) -> None:
    """Post moves of every kind on any day of eighteen months, in no order."""
    kinds = [*RefType, RefType.SALE, RefType.SALE, RefType.SALE]
    for _ in range(count):
        product, kind = dice.choice(products), dice.choice(kinds)
        stock = Stock.objects.filter(product=product, warehouse=warehouse).first()
        there = stock.qty if stock else Decimal(0)
        qty = Decimal(dice.randint(1, 9000)) / 1000
        goes_out = kind not in (RefType.GRN, RefType.RETURN) and dice.random() < 0.8
        if goes_out:
            # Often all that is there, so that shelves are empty for a while.
            qty = -(there if dice.random() < 0.4 else min(qty, there))
        if qty:
            move(product, warehouse, qty, date(2025, 1, 1) + timedelta(dice.randint(0, 540)), kind, by=by)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_table_is_what_a_plain_loop_finds_wherever_the_fold_stands(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand_history, "SLICE", 17)
    monkeypatch.setattr(demand_history, "UNPACKED", 3)
    dice, by = random.Random(seed), UserFactory()
    products, warehouses = ProductFactory.create_batch(5), WarehouseFactory.create_batch(2)

    for step in range(6):
        for warehouse in warehouses:
            random_moves(dice, products, warehouse, 25, by)
        demand_fold(now=NOON + step * HOUR)

        for warehouse in warehouses:
            expected = by_loop(warehouse, START, END)
            assert as_dict(demand_table(warehouse=warehouse, start=START, end=END)) == expected
            parts = list(demand_tables(warehouse=warehouse, start=START, end=END, chunk=2))
            assert {pk: row for part in parts for pk, row in as_dict(part).items()} == expected

    assert DemandFold.objects.get().folded_to > 0


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2024, 2, 1), date(2026, 12, 31)),
        (date(2025, 12, 31), date(2026, 1, 1)),
        (date(2023, 5, 1), date(2024, 4, 30)),
        (date(2027, 1, 1), date(2027, 3, 1)),
    ],
)
def test_any_range_of_days_is_what_the_loop_finds(start: date, end: date) -> None:
    dice, by, warehouse = random.Random(7), UserFactory(), WarehouseFactory()
    random_moves(dice, ProductFactory.create_batch(3), warehouse, 60, by)
    folded_whole()

    assert as_dict(demand_table(warehouse=warehouse, start=start, end=end)) == by_loop(warehouse, start, end)


def test_the_last_day_of_a_leap_year_is_kept() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 10, date(2024, 12, 30), RefType.GRN, by=by)
    move(product, warehouse, -3, date(2024, 12, 31), by=by)
    folded_whole()

    table = demand_table(warehouse=warehouse, start=date(2024, 12, 30), end=date(2025, 1, 1))

    assert table.demand.tolist() == [[0, 3, 0]]
    assert table.stocked.tolist() == [[True, True, True]]


# --- What counts -----------------------------------------------------------------------
def test_returns_and_cancelled_sales_are_taken_off_and_nothing_else_is_demand() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    for qty, kind in [
        (100, RefType.GRN),
        (-20, RefType.SALE),
        (3, RefType.RETURN),
        (2, RefType.SALE),
        (-5, RefType.ADJUST),
        (-6, RefType.TRANSFER),
        (-7, RefType.SUPPLIER_RETURN),
        (1, RefType.ADJUST),
    ]:
        move(product, warehouse, qty, START, kind, by=by)

    table = demand_table(warehouse=warehouse, start=START, end=START)

    assert table.demand.tolist() == [[15]]


def test_more_came_back_than_was_sold_is_negative_demand() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 4, START, RefType.RETURN, by=by)

    assert demand_table(warehouse=warehouse, start=START, end=START).demand.tolist() == [[-4]]


def test_days_with_an_empty_shelf_are_not_stocked_and_the_day_it_sold_out_is() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    first = date(2026, 1, 1)
    move(product, warehouse, 5, first + timedelta(1), RefType.GRN, by=by)
    move(product, warehouse, -5, first + timedelta(2), by=by)
    # In and out again within a day: somebody could have bought it.
    move(product, warehouse, 2, first + timedelta(4), RefType.TRANSFER, by=by)
    move(product, warehouse, -2, first + timedelta(4), RefType.TRANSFER, by=by)
    folded_whole()

    table = demand_table(warehouse=warehouse, start=first, end=first + timedelta(5))

    assert table.stocked.tolist() == [[False, True, True, False, True, False]]
    assert table.demand.tolist() == [[0, 0, 5, 0, 0, 0]]


def test_where_stock_may_fall_below_zero_every_day_since_the_first_move_counts() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory(allow_negative=True)
    move(product, warehouse, -2, START + timedelta(1), by=by)
    move(product, warehouse, 2, START + timedelta(2), RefType.GRN, by=by)

    table = demand_table(warehouse=warehouse, start=START, end=START + timedelta(4))

    assert table.stocked.tolist() == [[False, True, True, True, True]]


def test_moves_after_the_range_say_what_lay_there_within_it() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 8, END + timedelta(30), RefType.GRN, by=by)
    folded_whole()
    move(product, warehouse, -8, END + timedelta(400), by=by)

    assert not demand_table(warehouse=warehouse, start=START, end=END).stocked.any()


# --- Which rows ------------------------------------------------------------------------
def test_one_row_for_each_product_kept_in_the_warehouse_in_the_order_of_ids() -> None:
    by, warehouse, other = UserFactory(), WarehouseFactory(), WarehouseFactory()
    first, second, third, elsewhere = ProductFactory.create_batch(4)
    for product in (third, first, second):
        move(product, warehouse, 5, START, RefType.GRN, by=by)
    move(elsewhere, other, 5, START, RefType.GRN, by=by)

    everything = demand_table(warehouse=warehouse, start=START, end=END)
    some = demand_table(warehouse=warehouse, start=START, end=END, product_ids=[third.pk, elsewhere.pk, first.pk])

    assert everything.product_ids.tolist() == [first.pk, second.pk, third.pk]
    assert some.product_ids.tolist() == [first.pk, third.pk]
    assert some.demand.shape == some.stocked.shape == (2, 83)


def test_a_warehouse_without_stock_gives_an_empty_table() -> None:
    table = demand_table(warehouse=WarehouseFactory(), start=START, end=END)

    assert table.demand.shape == (0, 83)
    assert list(demand_tables(warehouse=WarehouseFactory(), start=START, end=END)) == []


def test_a_range_that_ends_before_it_starts_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="end must not be before start"):
        demand_table(warehouse=WarehouseFactory(), start=END, end=START)


def test_many_products_take_as_many_queries_as_one(django_assert_num_queries) -> None:
    by, warehouse = UserFactory(), WarehouseFactory()
    for product in ProductFactory.create_batch(3):
        move(product, warehouse, 5, START, RefType.GRN, by=by)
    folded_whole()

    with django_assert_num_queries(6):
        demand_table(warehouse=warehouse, start=START, end=END)


# --- The fold --------------------------------------------------------------------------
def test_the_fold_waits_until_an_id_has_settled() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 5, START, RefType.GRN, by=by)
    highest = StockMove.objects.get().pk

    assert demand_fold(now=NOON) == 0
    assert demand_fold(now=NOON + timedelta(minutes=14)) == 0
    assert not DemandHistory.objects.exists()
    assert demand_fold(now=NOON + timedelta(minutes=15)) == highest
    assert DemandHistory.objects.count() == 1
    assert demand_fold(now=NOON + 5 * HOUR) == 0


def test_a_move_that_commits_late_with_a_lower_id_is_not_lost() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 50, START, RefType.GRN, by=by)
    opening = StockMove.objects.get()
    late_id, seen_id = opening.pk + 1, opening.pk + 2
    columns = ("id", "product", "warehouse", "ref_type", "ref_id", "qty_in", "qty_out", "balance", "unit_cost", "note")
    columns = (*columns, "moved_at", "business_date", "by")

    def sold(pk: int, qty: int) -> tuple:
        return (pk, product.pk, warehouse.pk, "SALE", 1, 0, qty, 0, 0, "", NOON, START, by.pk)

    insert_rows(StockMove, columns, [sold(seen_id, 2)])
    demand_fold(now=NOON)
    insert_rows(StockMove, columns, [sold(late_id, 3)])
    demand_fold(now=NOON + HOUR)

    table = demand_table(warehouse=warehouse, start=START, end=START)

    assert DemandFold.objects.get().folded_to == seen_id
    assert table.demand.tolist() == [[5]]


def test_a_move_with_a_past_day_counts_at_once_after_its_year_was_folded() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 50, START, RefType.GRN, by=by)
    folded_whole()
    move(product, warehouse, -4, START + timedelta(1), by=by)

    before = demand_table(warehouse=warehouse, start=START, end=START + timedelta(1))
    folded_whole(NOON + 10 * HOUR)
    after = demand_table(warehouse=warehouse, start=START, end=START + timedelta(1))

    assert before.demand.tolist() == after.demand.tolist() == [[0, 4]]
    assert DemandHistory.objects.count() == 1


def test_of_two_folds_at_once_one_writes() -> None:
    by, product, warehouse = UserFactory(), ProductFactory(), WarehouseFactory()
    move(product, warehouse, 50, START, RefType.GRN, by=by)
    end = StockMove.objects.get().pk
    DemandFold.objects.create(next_to=end, next_seen_at=NOON)

    assert demand_history._fold_slice(0, end) is True
    packed = bytes(DemandHistory.objects.get().packed)
    assert demand_history._fold_slice(0, end) is False
    assert bytes(DemandHistory.objects.get().packed) == packed


def test_a_forgotten_history_is_made_anew_from_the_ledger() -> None:
    by, warehouse = UserFactory(), WarehouseFactory()
    random_moves(random.Random(5), ProductFactory.create_batch(3), warehouse, 40, by)
    folded_whole()
    packed = sorted((row.product_id, row.year, bytes(row.packed)) for row in DemandHistory.objects.all())

    demand_forget()

    assert not DemandHistory.objects.exists()
    assert as_dict(demand_table(warehouse=warehouse, start=START, end=END)) == by_loop(warehouse, START, END)
    folded_whole(NOON + 10 * HOUR)
    assert sorted((row.product_id, row.year, bytes(row.packed)) for row in DemandHistory.objects.all()) == packed


def test_a_packed_year_that_lies_is_found_and_one_that_is_missing_too() -> None:
    by, warehouse, products = UserFactory(), WarehouseFactory(), ProductFactory.create_batch(3)
    random_moves(random.Random(5), products, warehouse, 40, by)
    assert list(demand_wrong()) == []
    folded_whole()
    assert list(demand_wrong()) == []

    row, gone = DemandHistory.objects.order_by("product_id", "year")[:2]
    days, came_in = unpack([row.packed])
    days = days.copy()
    days[0, 0, 7] += 1
    DemandHistory.objects.filter(pk=row.pk).update(packed=pack(days, came_in)[0])
    gone.delete()

    assert list(demand_wrong()) == [(each.product_id, warehouse.pk, each.year) for each in (row, gone)]
    # The moves of this test have no documents, which the verifier names too.
    assert [one.rule for one in differences()].count("packed demand is the ledger's") == 2


def test_what_is_packed_comes_out_as_it_went_in() -> None:
    dice = np.random.default_rng(1)
    days = dice.integers(-(2**62), 2**62, (3, 2, 366))
    came_in = dice.random((3, 366)) < 0.5

    again, flags = unpack(pack(days, came_in))

    assert (again == days).all()
    assert (flags == came_in).all()
