import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from inventori.posting import new_key
from inventory.models import Stock
from inventory.selectors import business_today
from sales.models import Sale, SaleReturn
from sales.services import PastLine, PastReturn, Tender, basket_add, past_documents_post, sale_pay
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    ShopProfileFactory,
    TaxRateFactory,
    UserFactory,
    WarehouseFactory,
    close_shift,
    open_shift,
    stock_up,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


class Shop:
    def __init__(self, client):
        self.client, self.warehouse = client, WarehouseFactory(time_zone="Asia/Makassar")
        self.cashier, self.manager = UserFactory(first_name="Siti"), UserFactory(role="Manager")
        self.soap = ProductFactory(name="Sabun Mandi", sku="SOAP", price=10_000)
        stock_up(self.soap, self.warehouse, 100, cost=7_000)

    def sell(self, qty=2, tendered=None, at=None, by=None):
        by = by or self.cashier
        open_shift(by, self.warehouse)
        basket = basket_add(key=new_key(), warehouse=self.warehouse, product=self.soap, qty=Decimal(qty), by=by)
        total = basket.total_amount
        money = [Tender("CASH", Decimal(tendered or total + 1_000))]
        return sale_pay(key=basket.key, tenders=money, expected_total=total, by=by, at=at)[0]

    def take_back(self, qty=1):
        line = PastLine(self.soap.pk, Decimal(qty), Decimal(10_000))
        document = PastReturn(new_key(), "RET-1", timezone.now(), [line], self.manager, reason="broken")
        past_documents_post(warehouse=self.warehouse, documents=[document])
        return SaleReturn.objects.get()

    def page(self, name, *args, by=None, **query):
        self.client.force_login(by or self.manager)
        return self.client.get(reverse(f"sales:{name}", args=args), query)


@pytest.fixture
def shop(client):
    return Shop(client)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_totals_paid_sales_and_names_cancelled_ones(shop):
    first, _second = shop.sell(1), shop.sell(3)
    shop.client.force_login(shop.manager)
    shop.client.post(reverse("sales:sale_cancel", args=[first.pk]), {"reason": "wrong item"})

    page = words(shop.page("sale_list"))

    assert "Together: 30,000" in page
    assert first.invoice_number in page


def test_baskets_are_no_sales(shop):
    basket_add(key="k", warehouse=shop.warehouse, product=shop.soap, qty=Decimal(1), by=shop.cashier)

    assert "Nothing has been sold yet." in words(shop.page("sale_list"))


def test_the_list_narrows_down_by_day_warehouse_cashier_and_method(shop):
    old = shop.sell(1, at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC))
    new = shop.sell(2, by=shop.manager)
    # 16:30 UTC is half past midnight in Makassar: the next day.
    assert str(old.business_date) == "2026-11-02"

    def found(**query):
        page = words(shop.page("sale_list", **query))
        return [sale for sale in (old, new) if sale.invoice_number in page]

    assert found(day_from="2026-11-02", day_to="2026-11-02") == [old]
    assert found(day_to="2026-11-01") == []
    assert found(cashier=shop.manager.pk) == [new]
    assert found(warehouse=shop.warehouse.code) == [old, new]
    assert found(method="QRIS") == []
    assert found(status="CANCELLED") == []
    assert found(q=old.invoice_number[-6:]) == [old]


def test_the_export_holds_the_rows_of_the_list(shop):
    sale = shop.sell()

    answer = shop.page("sale_list", export="csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0].split(",")[0] == "Invoice"
    assert lines[1].startswith(f"{sale.invoice_number},")
    assert ",20000.00,paid" in lines[1]


def test_a_cashier_sees_own_sales_of_today_only(shop):
    old = shop.sell(at=datetime(2026, 1, 5, 5, tzinfo=UTC))
    close_shift(shop.cashier)
    own, others = shop.sell(), shop.sell(by=shop.manager)

    page = words(shop.page("sale_list", by=shop.cashier))

    assert own.business_date == business_today(shop.warehouse)
    assert own.invoice_number in page
    assert others.invoice_number not in page
    assert old.invoice_number not in page
    for sale in (others, old):
        for name in ("sale_show", "sale_receipt", "sale_done"):
            assert shop.page(name, sale.pk, by=shop.cashier).status_code == 404


def test_a_cashier_who_was_paid_just_before_midnight_still_sees_the_change(shop):
    # 16:00 UTC is midnight in Makassar.
    with time_machine.travel(datetime(2026, 11, 20, 15, 59, 50, tzinfo=UTC), tick=False):
        sale = shop.sell(2, tendered=50_000)
        close_shift(shop.cashier)
    with time_machine.travel(datetime(2026, 11, 20, 16, 0, 10, tzinfo=UTC), tick=False):
        done, receipt = (shop.page(name, sale.pk, by=shop.cashier) for name in ("sale_done", "sale_receipt"))
    with time_machine.travel(datetime(2026, 11, 20, 16, 15, tzinfo=UTC), tick=False):
        later = shop.page("sale_done", sale.pk, by=shop.cashier)

    assert (done.status_code, receipt.status_code, later.status_code) == (200, 200, 404)
    assert "30,000" in words(done)


def test_a_shift_that_goes_on_past_midnight_keeps_its_sales_in_sight(shop):
    sale = shop.sell(at=datetime(2026, 1, 5, 5, tzinfo=UTC))

    assert shop.page("sale_show", sale.pk, by=shop.cashier).status_code == 200
    close_shift(shop.cashier)

    assert shop.page("sale_show", sale.pk, by=shop.cashier).status_code == 404


def test_cost_and_margin_are_seen_with_their_right_only(shop):
    sale = shop.sell()

    assert "Cost of the goods 14,000 Margin 6,000" in words(shop.page("sale_show", sale.pk))
    seen = shop.page("sale_show", sale.pk, by=shop.cashier).content.decode()
    assert "14,000" not in seen
    assert "7,000" not in seen
    assert "6,000" not in seen


def test_cancelling_puts_the_goods_back_once(shop):
    sale = shop.sell(5)
    shop.client.force_login(shop.manager)
    address = reverse("sales:sale_cancel", args=[sale.pk])

    for _ in range(2):
        assert shop.client.post(address, {"reason": "wrong item"}).status_code == 302

    sale.refresh_from_db()
    assert (sale.status, sale.cancel_reason) == ("CANCELLED", "wrong item")
    assert Stock.objects.get(product=shop.soap).qty == 100
    assert sum(payment.amount for payment in sale.payments.all()) == 0


def test_cancelling_without_a_reason_or_right_changes_nothing(shop):
    sale = shop.sell(5)
    address = reverse("sales:sale_cancel", args=[sale.pk])

    shop.client.force_login(shop.manager)
    without_reason = shop.client.post(address, {"reason": " "})
    shop.client.force_login(shop.cashier)
    without_right = shop.client.post(address, {"reason": "wrong item"})

    assert without_reason.status_code == 400
    assert "Say why the sale is cancelled." in words(without_reason)
    assert without_right.status_code == 400
    assert "Ask a manager to enter their PIN." in words(without_right)
    sale.refresh_from_db()
    assert (sale.status, Stock.objects.get(product=shop.soap).qty) == ("PAID", 95)


def test_a_sale_cannot_be_cancelled_by_a_link(shop):
    sale = shop.sell()

    assert shop.page("sale_cancel", sale.pk).status_code == 405


def test_a_return_is_listed_and_shown(shop):
    taken_back = shop.take_back()

    assert "RET-1" in words(shop.page("return_list"))
    page = words(shop.page("return_show", taken_back.pk))
    assert "Refund 10,000" in page
    assert "broken" in page
    assert "You have taken nothing back today." in words(shop.page("return_list", by=shop.cashier))
    assert shop.page("return_show", taken_back.pk, by=shop.cashier).status_code == 404


def test_the_receipt_shows_the_shop_the_lines_and_the_local_time(shop):
    ShopProfileFactory(name="Apotek Uji", address="Jl. Uji 1", npwp="012345678901000", receipt_footer="Terima kasih")
    sale = shop.sell(2, tendered=50_000, at=datetime(2026, 11, 20, 6, 5, tzinfo=UTC))

    page = words(shop.page("sale_receipt", sale.pk))

    assert "20-11-2026 14:05 WITA" in page
    assert "Sabun Mandi 2 pcs × 10,000 20,000" in page
    assert "Total IDR 20,000" in page
    assert "Cash 50,000 Change 30,000" in page
    assert "Terima kasih" in page
    assert "NPWP" not in page
    assert "COPY" not in page
    assert "COPY" in words(shop.page("sale_receipt", sale.pk, copy="1"))


@pytest.mark.parametrize(
    ("included", "line", "total"),
    [(False, "PPN 12 % 2,200 ", 22_200), (True, "PPN 12 % included 1,982 ", 20_000)],
)
def test_the_receipt_of_a_shop_that_charges_tax_names_it_and_adds_up(shop, included, line, total):
    ShopProfileFactory(charges_tax=True, prices_include_tax=included, npwp="012345678901000", cash_coin=Decimal(500))
    TaxRateFactory()
    sale = shop.sell(2, tendered=50_000)

    page = words(shop.page("sale_receipt", sale.pk))

    sale.refresh_from_db()
    assert "NPWP 012345678901000" in page
    assert line in page
    assert sale.subtotal + sale.tax + sale.rounding == sale.total_amount
    assert sale.total_amount - sale.rounding == total
    assert ("Rounding −200" in page) is (sale.rounding == -200)
    assert (sale.rounding == -200) is not included


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_sales_as_for_one(shop, rows, django_assert_num_queries):
    for _ in range(rows):
        shop.sell()
    assert Sale.objects.count() == rows
    shop.client.force_login(shop.manager)

    with django_assert_num_queries(10):
        shop.client.get(reverse("sales:sale_list"))


def test_the_customers_page_shows_what_they_bought_to_who_sells(shop):
    customer = CustomerFactory(name="Bu Tini")
    sale = shop.sell(qty=2)
    Sale.objects.filter(pk=sale.pk).update(customer=customer)
    shop.sell(qty=1)
    address = reverse("sales:customer_history", args=[customer.pk])

    shop.client.force_login(shop.cashier)
    assert f'hx-get="{address}"' in shop.client.get(f"/customers/{customer.pk}/").content.decode()
    history = words(shop.client.get(address))

    assert "1 purchase, IDR 20,000" in history
    assert "2 × Sabun Mandi" in history
    assert "7,000" not in history
    shop.client.force_login(UserFactory(role="Warehouse"))
    assert shop.client.get(address).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_a_customers_history_asks_the_database_as_often_for_three_sales_as_for_one(
    shop, rows, django_assert_num_queries
):
    customer = CustomerFactory()
    for _ in range(rows):
        Sale.objects.filter(pk=shop.sell().pk).update(customer=customer)
    shop.client.force_login(shop.cashier)

    with django_assert_num_queries(8):
        shop.client.get(reverse("sales:customer_history", args=[customer.pk]))
