import csv
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Min, Sum
from django.utils import translation

from inventori.errors import InvalidInput
from inventori.posting import new_key
from inventory.models import Stock, StockAdjustment, StockMove
from master.models import Customer, Product, ShopProfile
from sales.importing.options import ImportOptions
from sales.importing.rejects import rejects_write
from sales.importing.run import import_sales
from sales.models import Payment, Sale, SaleItem, SaleReturn, SaleReturnItem
from sales.services import Tender, basket_add, sale_pay
from summary.verify import differences
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up
from tests.sales.sales_files import HEADER, dirty_rows, write_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="Admin")


@pytest.fixture
def warehouse():
    return WarehouseFactory(code="UK")


@pytest.fixture
def dirty(tmp_path):
    return write_file(tmp_path / "sales.csv.gz", dirty_rows(seed=7, invoices=300))


def options(path, **changes):
    return ImportOptions(path=str(path), warehouse="UK", **{"chunk_lines": 200, **changes})


def row(invoice="1", sku="A", qty="1", price="1.00", at="2025-01-01 08:00:00", customer="", name="Apple"):
    return [invoice, sku, name, qty, at, price, customer, "Indonesia"]


def table_sizes():
    models = [Sale, SaleItem, Payment, SaleReturn, SaleReturnItem, StockMove, Stock, StockAdjustment, Product, Customer]
    return {model.__name__: model.objects.count() for model in models}


def revenue_by_hand(rows):
    """Compute net revenue by month another way: line by line, without any code of the import."""
    first, amounts = {}, []
    for fields in rows[1:]:
        if len(fields) != 8:
            continue
        invoice, sku, _name, qty, stamp, price, _customer, _country = fields
        try:
            amount = int(qty) * Decimal(price)
        except ArithmeticError:
            continue
        is_goods = sku and sku.upper() not in {"POST", "DOT", "M", "BANK CHARGES"} and "gift" not in sku
        is_sound = Decimal(price) >= Decimal("0.01") and invoice.startswith("C") == (int(qty) < 0)
        if is_goods and is_sound:
            amounts.append((invoice, amount))
            first[invoice] = min(first.get(invoice, stamp), stamp)
    months = defaultdict(Decimal)
    for invoice, amount in amounts:
        months[first[invoice][:7]] += amount
    return dict(months)


def revenue_in_the_shop():
    months = defaultdict(Decimal)
    for sale in Sale.objects.filter(status="PAID"):
        months[f"{sale.business_date:%Y-%m}"] += sale.total_amount
    for taken_back in SaleReturn.objects.all():
        months[f"{taken_back.business_date:%Y-%m}"] -= taken_back.total_amount
    return dict(months)


def test_a_dirty_file_becomes_sales_returns_and_a_ledger_without_differences(dirty, by, warehouse):
    summary = import_sales(options(dirty), by=by)

    assert (summary.read, summary.accepted, summary.rejected_total) == (1919, 1743, 176)
    assert (summary.sales, summary.returns, summary.lines, summary.there) == (256, 42, 1743, 0)
    assert SaleItem.objects.count() + SaleReturnItem.objects.count() == 1743
    assert Payment.objects.count() == 256
    assert list(differences()) == []


def test_revenue_per_month_equals_an_independent_calculation_to_the_cent(dirty, by, warehouse):
    summary = import_sales(options(dirty), by=by)

    by_hand = revenue_by_hand(dirty_rows(seed=7, invoices=300))
    assert len(by_hand) == 3
    assert revenue_in_the_shop() == by_hand
    assert {month.month: month.net for month in summary.months} == by_hand


def test_every_rejected_line_stands_in_the_file_with_number_reason_and_fields(dirty, by, warehouse, tmp_path):
    rejects = tmp_path / "rejects.csv"

    summary = import_sales(options(dirty), by=by, keep_plan=lambda plan: rejects_write(plan, rejects))

    original = dirty_rows(seed=7, invoices=300)
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        _heading, *written = csv.reader(file)
    assert len(written) == summary.rejected_total == 176
    # No field of this file holds a line break, so line n is row n − 1.
    assert all(fields == original[int(line) - 1] for line, _reason, _sentence, *fields in written)
    assert {reason for _line, reason, *_rest in written} == set(summary.rejected)


def test_no_balance_ever_falls_below_zero_and_each_product_has_one_opening_move_before_the_first_sale(
    dirty, by, warehouse
):
    summary = import_sales(options(dirty), by=by)

    opening = StockMove.objects.filter(ref_type="ADJUST")
    assert StockAdjustment.objects.count() == 1
    assert opening.count() == opening.values("product").distinct().count() == summary.opening_products == 40
    assert opening[0].moved_at < StockMove.objects.exclude(ref_type="ADJUST").aggregate(first=Min("moved_at"))["first"]
    lowest = StockMove.objects.values("product").annotate(lowest=Min("balance")).values_list("lowest", flat=True)
    assert set(lowest) == {Decimal(0)}


def test_a_second_run_adds_nothing(dirty, by, warehouse):
    import_sales(options(dirty), by=by)
    before = table_sizes()

    again = import_sales(options(dirty), by=by)

    assert table_sizes() == before
    assert (again.sales, again.returns, again.products, again.customers, again.there) == (0, 0, 0, 0, 298)
    assert (again.read, again.accepted) == (1919, 1743)


def test_a_dry_run_counts_the_same_and_posts_nothing(dirty, by, warehouse):
    before = table_sizes()

    told = import_sales(options(dirty, dry_run=True), by=by)

    assert table_sizes() == before
    done = import_sales(options(dirty), by=by)
    assert (told.accepted, told.rejected, told.months) == (done.accepted, done.rejected, done.months)


def test_a_stopped_run_goes_on_without_computing_the_opening_stock_again(dirty, by, warehouse):
    class Stop(Exception):
        pass

    def stop_half_way(phase, done, total):
        if phase == "posting" and done > total / 2:
            raise Stop

    with pytest.raises(Stop):
        import_sales(options(dirty), by=by, progress=stop_half_way)
    half = Sale.objects.count()
    summary = import_sales(options(dirty), by=by)

    assert 0 < half < 256
    assert Sale.objects.count() == 256
    assert (summary.opening_products, StockAdjustment.objects.count()) == (0, 1)
    assert list(differences()) == []


def test_a_sale_becomes_a_paid_sale_of_its_own_day(tmp_path, by, warehouse):
    path = write_file(
        tmp_path / "s.csv",
        [HEADER, row("9", "a-1", "2", "2.50", "2025-03-31 23:30:00", "k1"), row("9", "B-2", "1", "4.00")],
    )

    import_sales(options(path), by=by)

    sale = Sale.objects.get()
    assert (sale.invoice_number, sale.status, sale.total_amount, sale.customer.code) == ("9", "PAID", Decimal(9), "K1")
    # The earliest time on its lines, in the warehouse's own zone (WIB).
    assert (sale.sold_at, sale.business_date) == (datetime(2025, 1, 1, 1, tzinfo=UTC), date(2025, 1, 1))
    assert list(sale.items.values_list("product__sku", "qty", "price")) == [
        ("A-1", Decimal(2), Decimal("2.50")),
        ("B-2", Decimal(1), Decimal("4.00")),
    ]
    assert sale.payments.get().amount == Decimal(9)


def test_a_credit_note_becomes_a_return_that_puts_the_goods_back(tmp_path, by, warehouse):
    path = write_file(
        tmp_path / "s.csv",
        [HEADER, row("1", qty="5", price="2.00"), row("C2", qty="-3", price="2.00", at="2025-01-02")],
    )

    import_sales(options(path), by=by)

    taken_back = SaleReturn.objects.get()
    assert (taken_back.return_number, taken_back.total_amount) == ("C2", Decimal(6))
    assert taken_back.items.get().qty == Decimal(3)
    assert Stock.objects.get().qty == Decimal(3)


def test_new_goods_cost_a_share_of_their_usual_price_and_known_goods_what_they_cost(tmp_path, by, warehouse):
    ProductFactory(sku="KNOWN", name="Mine", price=5, cost=Decimal("1.25"))
    path = write_file(tmp_path / "s.csv", [HEADER, row("1", "known", price="2.00"), row("1", "new", price="2.00")])

    import_sales(options(path, cost_share=70), by=by)

    assert list(SaleItem.objects.values_list("product__sku", "cost")) == [
        ("KNOWN", Decimal("1.25")),
        ("NEW", Decimal("1.40")),
    ]
    known = Product.objects.get(sku="KNOWN")
    assert (known.name, known.price, known.category.name != "Imported") == ("Mine", Decimal(5), True)


def test_goods_on_record_without_a_cost_open_at_a_share_of_their_price_rounded_half_up(tmp_path, by, warehouse):
    ProductFactory(sku="KNOWN", price=Decimal("1.25"), cost=0)
    path = write_file(tmp_path / "s.csv", [HEADER, row("1", "known", price="1.25")])

    import_sales(options(path, cost_share=50), by=by)

    assert SaleItem.objects.get().cost == Decimal("0.63")


def test_the_past_does_not_sell_the_stock_that_was_counted_today(tmp_path, by, warehouse):
    product = ProductFactory(sku="A")
    stock_up(product, warehouse, 10, by=by)
    path = write_file(tmp_path / "s.csv", [HEADER, row(qty="4")])

    import_sales(options(path), by=by)

    assert Stock.objects.get(product=product).qty == Decimal(10)


def test_a_later_file_first_sells_what_an_earlier_one_left(tmp_path, by, warehouse):
    # January ends with 3 that came back; February sells 5, so 2 are missing.
    january = write_file(tmp_path / "1.csv", [HEADER, row("1", qty="3"), row("C2", qty="-3", at="2025-01-02 08:00:00")])
    february = write_file(tmp_path / "2.csv", [HEADER, row("3", qty="5", at="2025-02-01 08:00:00")])

    import_sales(options(january), by=by)
    import_sales(options(february), by=by)

    opening = StockMove.objects.filter(ref_type="ADJUST").order_by("id").values_list("qty_in", flat=True)
    assert list(opening) == [Decimal(3), Decimal(2)]
    assert Stock.objects.get().qty == Decimal(0)


def test_a_document_that_changed_since_its_import_is_rejected_and_stays(tmp_path, by, warehouse):
    import_sales(options(write_file(tmp_path / "1.csv", [HEADER, row("1", qty="3"), row("2")])), by=by)

    again = import_sales(options(write_file(tmp_path / "2.csv", [HEADER, row("1", qty="4"), row("2")])), by=by)

    assert (again.rejected, again.accepted, again.there) == ({"changed": 1}, 1, 1)
    assert Sale.objects.get(invoice_number="1").items.get().qty == Decimal(3)


def test_a_number_that_a_sale_of_the_shop_already_has_is_rejected(tmp_path, by, warehouse):
    product = ProductFactory(price=10_000)
    stock_up(product, warehouse, 5, by=by)
    key = new_key()
    open_shift(by, warehouse)
    basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=by)
    sale, _paid = sale_pay(key=key, tenders=[Tender("CASH", Decimal(10_000))], expected_total=Decimal(10_000), by=by)
    path = write_file(tmp_path / "s.csv", [HEADER, row(sale.invoice_number), row("77")])

    summary = import_sales(options(path), by=by)

    assert (summary.rejected, summary.sales) == ({"number_taken": 1}, 1)


def test_a_fraction_makes_a_new_product_sold_by_measure_but_not_one_that_is_sold_in_whole_units(
    tmp_path, by, warehouse
):
    ProductFactory(sku="WHOLE")
    path = write_file(
        tmp_path / "s.csv", [HEADER, row("1", "whole", "0.5"), row("1", "rice", "0.25", "3.99"), row("2", "whole", "2")]
    )

    summary = import_sales(options(path), by=by)

    assert (summary.rejected, summary.accepted) == ({"fraction_of_whole_units": 1}, 2)
    assert Product.objects.get(sku="RICE").sold_by_measure is True
    # 0.25 × 3.99 = 0.9975, half-up to the cent.
    assert Sale.objects.get(invoice_number="1").total_amount == Decimal("1.00")
    assert list(differences()) == []


def test_the_month_of_a_sale_is_that_of_its_business_day(tmp_path, by, warehouse):
    ShopProfile.objects.create(pk=1, cutoff_hour=3)
    path = write_file(tmp_path / "s.csv", [HEADER, row(at="2025-02-01 02:59:00"), row("2", at="2025-02-01 03:00:00")])

    summary = import_sales(options(path), by=by)

    assert [(month.month, month.sales) for month in summary.months] == [
        ("2025-01", Decimal("1.00")),
        ("2025-02", Decimal("1.00")),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"warehouse": "NONE"}, "warehouse"),
        ({"source": "no lower case"}, "source"),
        ({"currency": "GBP"}, "currency"),
        ({"path": "/nowhere.csv"}, "file"),
        ({"mapping": (("qty", "Menge"),)}, "file"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_before_anything_is_read(dirty, by, warehouse, changes, field):
    asked = ImportOptions(**{"path": str(dirty), "warehouse": "UK", **changes})

    with pytest.raises(InvalidInput) as refused:
        import_sales(asked, by=by)

    assert refused.value.field == field
    assert Product.objects.count() == 0


def test_the_command_imports_says_what_it_did_and_leaves_a_rejects_file(dirty, by, warehouse, tmp_path):
    out, rejects = StringIO(), tmp_path / "left_out.csv"

    with translation.override("en"):
        call_command("import_sales", str(dirty), user=by.username, rejects=rejects, stdout=out)

    assert "Read 1,919 lines (UTF-8): 1,743 accepted, 176 rejected." in out.getvalue()
    assert len(rejects.read_text().splitlines()) == 177
    assert Sale.objects.aggregate(sum=Sum("total_amount"))["sum"] > 0


def test_the_command_refuses_a_file_without_the_needed_columns(by, warehouse, tmp_path):
    path = write_file(tmp_path / "s.csv", [["Nota", "Kode"], ["1", "A"]])

    with translation.override("en"), pytest.raises(CommandError, match="invoice, sku, qty, price, sold_at"):
        call_command("import_sales", str(path), user=by.username, rejects=tmp_path / "r.csv")
