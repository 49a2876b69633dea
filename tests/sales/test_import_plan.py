# ruff: noqa: DTZ001  a file holds the wall clock of its shop, without a zone
import gzip
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.importing.plan import PlannedDocument, PlannedLine, make_plan, opening_stock, rejected_rows
from sales.importing.reader import BadFile, inspect
from sales.importing.rules import RuleBook
from tests.sales.sales_files import HEADER, dirty_rows, write_file

BOOK = RuleBook(now=datetime(2026, 11, 21))


def row(invoice="1", sku="A", name="Apple", qty="1", at="2025-01-01 08:00:00", price="1.00", customer="", country=""):
    return [invoice, sku, name, qty, at, price, customer, country]


def plan_of(tmp_path, *rows):
    return make_plan(inspect(write_file(tmp_path / "sales.csv", [HEADER, *rows])), BOOK)


def test_lines_of_one_invoice_need_not_stand_together_and_the_earliest_time_counts(tmp_path):
    plan = plan_of(
        tmp_path,
        row("7", at="2025-01-02 09:01:00"),
        row("8", at="2025-01-02 09:00:00"),
        row("7", "X", at="2025-01-02 08:59:00", customer="K1"),
    )

    assert [(d.number, d.at.minute, d.customer, [line.sku for line in d.lines]) for d in plan.documents] == [
        ("7", 59, "K1", ["A", "X"]),
        ("8", 0, "", ["A"]),
    ]


def test_the_same_code_twice_on_an_invoice_stays_two_lines(tmp_path):
    plan = plan_of(tmp_path, row(qty="2"), row(sku="a", qty="3"))

    assert [(line.sku, line.qty) for line in plan.documents[0].lines] == [("A", Decimal(2)), ("A", Decimal(3))]


def test_a_product_is_called_what_it_is_called_most_often_and_costs_what_it_cost_most_often(tmp_path):
    plan = plan_of(
        tmp_path,
        row(name="?", price="9.00"),
        row(name="?", price="2.00"),
        row(name="?", price="2.00"),
        row(sku="a", name="Appel", price="3.00"),
        row(name="Apple", price="2.00"),
        row(name="Apple", price="3.00"),
    )

    assert plan.goods["A"].name("A") == "Apple"
    assert plan.goods["A"].price() == Decimal("2.00")


def test_a_product_without_a_sensible_description_is_called_by_its_code(tmp_path):
    plan = plan_of(tmp_path, row(name="?"), row(name=""))

    assert plan.goods["A"].name("A") == "A"


def test_every_record_is_accepted_or_rejected_and_the_rejected_ones_keep_their_line(tmp_path):
    path = write_file(tmp_path / "sales.csv", [HEADER, row(), row(sku="POST", name="two\nlines"), row(qty="x"), row()])

    plan = make_plan(inspect(path), BOOK)

    assert (plan.read, plan.accepted) == (4, 2)
    assert [(line, reason, fields[3]) for line, reason, fields in rejected_rows(plan)] == [
        (3, "not_goods", "1"),
        (5, "bad_quantity", "x"),
    ]


def test_an_empty_line_and_a_field_beyond_measure_are_single_rejected_records(tmp_path):
    path = write_file(tmp_path / "sales.csv", [HEADER, row(), [], row(name="x" * 200_000), row()])

    plan = make_plan(inspect(path), BOOK)

    assert plan.rejects == {3: "blank", 4: "unreadable"}
    assert (plan.read, plan.accepted) == (4, 2)


def test_opening_stock_is_the_least_that_keeps_every_balance_at_or_above_zero():
    # A: −5 +2 −4 = lowest −7. B comes back before it is sold.
    documents = [
        document(1, sells=[("A", 5)]),
        document(2, takes_back=[("A", 2), ("B", 3)]),
        document(3, sells=[("A", 4), ("B", 1)]),
    ]

    assert opening_stock(documents, {}) == {"A": Decimal(7)}


def test_opening_stock_counts_what_lies_there_already():
    documents = [document(1, sells=[("A", 5), ("B", 5)])]

    assert opening_stock(documents, {"A": Decimal(3), "B": Decimal(9)}) == {"A": Decimal(2)}


def test_lines_of_one_document_move_together():
    documents = [PlannedDocument("1", False, datetime(2025, 1, 1), "", [line("A", 5), line("A", 2)])]

    assert opening_stock(documents, {}) == {"A": Decimal(7)}


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("AB"), st.integers(1, 50)), max_size=40))
def test_no_balance_falls_below_zero_and_one_unit_less_would_let_it(steps):
    documents = [
        PlannedDocument(str(n), is_credit, datetime(2025, 1, 1), "", [line(sku, qty)])
        for n, (is_credit, sku, qty) in enumerate(steps)
    ]

    opening = opening_stock(documents, {})

    for sku in "AB":
        start = opening.get(sku, Decimal(0))
        balances = [start]
        for is_credit, moved, qty in steps:
            if moved == sku:
                balances.append(balances[-1] + (qty if is_credit else -qty))
        assert min(balances) == 0 if start else min(balances) >= 0


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_tab_plain_and_compressed_files_read_alike(tmp_path, name, delimiter):
    rows = dirty_rows(seed=3, invoices=30)

    plan = make_plan(inspect(write_file(tmp_path / name, rows, delimiter=delimiter)), BOOK)

    assert (plan.read, plan.accepted, len(plan.rejects)) == (len(rows) - 1, 177, 21)


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("latin-1", "latin-1")]
)
def test_utf8_with_or_without_mark_is_recognised_and_all_else_is_latin1(tmp_path, encoding, told):
    path = write_file(tmp_path / "sales.csv", [HEADER, row(name="Café £5")], encoding=encoding)

    file = inspect(path)

    assert file.encoding == told
    assert make_plan(file, BOOK).goods["A"].name("A") == "Café £5"


def test_other_headings_are_declared(tmp_path):
    path = write_file(
        tmp_path / "sales.csv", [["Nota", "Kode", "Jumlah", "Harga", "Waktu"], ["1", "A", "2", "3", "2025-01-01"]]
    )

    with pytest.raises(BadFile) as bad:
        inspect(path)
    file = inspect(path, {"invoice": "Nota", "sku": "Kode", "qty": "Jumlah", "price": "harga", "sold_at": "Waktu"})

    assert (bad.value.code, bad.value.data["names"]) == ("columns_missing", "invoice, sku, qty, price, sold_at")
    assert make_plan(file, BOOK).documents[0].total == Decimal("6.00")


def test_a_compressed_file_that_breaks_off_is_refused(tmp_path):
    path = write_file(tmp_path / "sales.csv.gz", dirty_rows(seed=1, invoices=300))
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises(BadFile, match="broken"):
        inspect(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "sales.csv.gz"
    with gzip.open(path, "wt"):
        pass

    with pytest.raises(BadFile, match="empty"):
        inspect(path)


def line(sku, qty):
    return PlannedLine(sku, Decimal(qty), Decimal("1.00"), 1)


def document(number, *, sells=(), takes_back=()):
    lines = [line(sku, qty) for sku, qty in (sells or takes_back)]
    return PlannedDocument(str(number), bool(takes_back), datetime(2025, 1, 1, number), "", lines)
