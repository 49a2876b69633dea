"""The search of everything: what is found, by whom, and what it costs."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventori.permissions import CASHIER, MANAGER, ROLE_LABELS, WAREHOUSE
from inventori.posting import new_key
from inventory.models import StockAdjustment
from inventory.services import TransferLine, count_open, transfer_send
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from sales.services.basket import basket_add
from sales.services.pay import Tender, sale_pay
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

pytestmark = pytest.mark.django_db

SECRET_COST = Decimal(7_331)


def signed_in(role: str = MANAGER, user=None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user or UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def found(client: Client, text: str) -> dict[str, list[str]]:
    """What the dialog shows for `text`: group → titles."""
    answer = client.get("/search/", {"q": text}, headers={"HX-Request": "true"})
    return {group.source.key: [str(hit.title) for hit in group.hits] for group in answer.context["groups"]}


def sell(product, warehouse, by):
    key = new_key()
    open_shift(by, warehouse)
    sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=by)
    return sale_pay(key=key, tenders=[Tender("CASH", sale.total_amount)], expected_total=sale.total_amount, by=by)[0]


@pytest.fixture
def shelf():
    """A product on the shelf and the warehouse it lies in."""
    product = ProductFactory(name="Sabun Mandi Cair 250 ml", sku="SBN-250", barcode="8991234567890", cost=SECRET_COST)
    warehouse = WarehouseFactory()
    stock_up(product, warehouse, 50)
    return product, warehouse


def test_pieces_of_a_name_find_a_product_in_any_order(shelf):
    ProductFactory(name="Sabun Cuci")

    assert found(signed_in(), "250 mandi") == {"products": ["Sabun Mandi Cair 250 ml"]}


@pytest.mark.parametrize("code", ["SBN-250", "sbn-250", "8991234567890"])
def test_a_whole_code_with_enter_goes_straight_to_the_product(shelf, code):
    ProductFactory(sku="SBN-2500", name="SBN-250 lookalike")

    answer = signed_in().get("/search/", {"q": code})

    assert (answer.status_code, answer["Location"]) == (302, f"/products/{shelf[0].pk}/")


def test_the_exact_code_stands_first_and_its_group_too(shelf):
    CustomerFactory(code="C1", name="Sbn-250 Club")
    ProductFactory(sku="AAA-SBN-250", name="Aaa")

    groups = found(signed_in(), "SBN-250")

    assert list(groups) == ["products", "customers"]
    assert groups["products"] == ["Sabun Mandi Cair 250 ml", "Aaa"]


def test_five_hits_a_group_are_shown_and_a_link_leads_to_all():
    ProductFactory.create_batch(6, name="Kopi Susu")
    SupplierFactory.create_batch(5, name="Kopi Jaya")

    answer = signed_in().get("/search/", {"q": "kopi"})

    sizes = {group.source.key: (len(group.hits), group.more_url) for group in answer.context["groups"]}
    assert sizes == {"products": (5, "/products/?q=kopi"), "suppliers": (5, "")}


def test_customers_and_suppliers_are_found_by_name_code_phone_and_city():
    CustomerFactory(code="BUDI", name="Budi Santoso", phone="0812-777")
    SupplierFactory(code="PTX", name="PT Sumber", city="Bandung")
    client = signed_in()

    assert found(client, "santoso") == {"customers": ["Budi Santoso"]}
    assert found(client, "0812") == {"customers": ["Budi Santoso"]}
    assert found(client, "bandung") == {"suppliers": ["PT Sumber"]}


def test_a_sale_is_found_by_its_number_its_beginning_and_its_serial(shelf):
    sale = sell(*shelf, by=UserFactory(role=MANAGER))
    client = signed_in()

    assert found(client, sale.invoice_number.lower()) == {"sales": [sale.invoice_number]}
    assert found(client, sale.invoice_number[:8]) == {"sales": [sale.invoice_number]}
    assert found(client, f"{sale.pk:06d}")["sales"] == [sale.invoice_number]


def test_a_cashier_finds_their_own_sales_only(shelf):
    mine, other = UserFactory(role=CASHIER), UserFactory(role=CASHIER)
    own = sell(*shelf, by=mine)
    sell(*shelf, by=other)

    assert found(signed_in(user=mine), "INV-")["sales"] == [own.invoice_number]


def test_a_basket_that_is_not_paid_is_no_sale(shelf):
    manager = UserFactory(role=MANAGER)
    basket_add(key=new_key(), warehouse=shelf[1], product=shelf[0], qty=Decimal(1), by=manager)

    assert found(signed_in(user=manager), "INV") == {}


def test_orders_and_receipts_are_found_by_number_and_hidden_from_the_till(shelf):
    product, warehouse = shelf
    by = UserFactory(role=MANAGER)
    supplier = SupplierFactory()
    line = OrderLine(product, Decimal(3), SECRET_COST)
    order = order_send(order=order_create(supplier=supplier, warehouse=warehouse, lines=[line], by=by), by=by)
    came = [ReceiptLine(qty=Decimal(3), po_item=order.items.get())]
    receipt = receipt_post(supplier=supplier, warehouse=warehouse, lines=came, key=new_key(), by=by, order=order)

    assert found(signed_in(WAREHOUSE), order.po_number) == {"orders": [order.po_number]}
    assert found(signed_in(WAREHOUSE), receipt.grn_number) == {"receipts": [receipt.grn_number]}
    back = [SupplierReturnLine(Decimal(1), receipt_item=receipt.items.get())]
    taken = supplier_return_post(receipt=receipt, lines=back, reason="Broken", key=new_key(), by=by)
    assert found(signed_in(WAREHOUSE), taken.number) == {"supplier_returns": [taken.number]}
    assert found(signed_in(CASHIER), order.po_number) == {}
    assert found(signed_in(CASHIER), receipt.grn_number) == {}
    assert found(signed_in(CASHIER), taken.number) == {}


def test_transfers_counts_and_adjustments_are_found_by_number_and_hidden_from_the_till(shelf):
    product, warehouse = shelf
    by = UserFactory(role=MANAGER)
    lines = [TransferLine(product.pk, Decimal(3))]
    transfer = transfer_send(source=warehouse, target=WarehouseFactory(), lines=lines, key=new_key(), by=by)
    asked = {"warehouse": warehouse, "product_ids": [product.pk], "scope": "Soaps", "is_blind": True}
    count = count_open(**asked, key=new_key(), by=by)
    adjustment = StockAdjustment.objects.get()
    keeper, till = signed_in(WAREHOUSE), signed_in(CASHIER)

    assert found(keeper, transfer.number) == {"transfers": [transfer.number]}
    assert found(keeper, count.number.lower()) == {"counts": [count.number]}
    assert found(keeper, adjustment.number[:8]) == {"adjustments": [adjustment.number]}
    for number in (transfer.number, count.number, adjustment.number):
        assert found(till, number) == {}


def test_a_scanned_number_of_a_transfer_goes_straight_to_it(shelf):
    product, warehouse = shelf
    lines = [TransferLine(product.pk, Decimal(3))]
    by = UserFactory(role=MANAGER)
    transfer = transfer_send(source=warehouse, target=WarehouseFactory(), lines=lines, key=new_key(), by=by)

    answer = signed_in(WAREHOUSE).get("/search/", {"q": transfer.number})

    assert (answer.status_code, answer["Location"]) == (302, f"/transfers/{transfer.pk}/")


@pytest.mark.parametrize("role", ROLE_LABELS)
def test_pages_are_those_of_the_role_s_own_menu(role):
    client = signed_in(role)

    pages = found(client, "users").get("pages", [])

    assert pages == (["Users"] if role == "Admin" else [])


def test_pages_are_found_in_the_language_that_is_read():
    client = Client(headers={"accept-language": "id"})
    client.force_login(UserFactory(role=MANAGER, language="id"), "accounts.backends.PeopleBackend")

    assert "/products/" in str(client.get("/search/", {"q": "produk"}).content)


@pytest.mark.parametrize("role", ROLE_LABELS)
def test_no_cost_stands_among_the_results(shelf, role):
    shown = signed_in(role).get("/search/", {"q": "sabun"}).content.decode()

    assert "Sabun Mandi Cair" in shown
    assert not any(cost in shown for cost in ("7331", "7,331", "7.331"))


@pytest.mark.parametrize("text", ["", " ", "s", "\0\0\0"])
def test_fewer_than_two_characters_find_nothing_and_say_so(shelf, text):
    answer = signed_in().get("/search/", {"q": text})

    assert answer.context["groups"] == []
    assert b"Type at least 2 characters." in answer.content


def test_a_text_without_any_hit_is_said_back_as_text():
    answer = signed_in().get("/search/", {"q": "<script>zz"})

    assert "Nothing is called “&lt;script&gt;zz”." in answer.content.decode()


@pytest.mark.parametrize("text", ["%%", "__", "99999999999999999999", "١٢٣", "a" * 500, "word " * 60])
def test_odd_texts_find_nothing_and_break_nothing(shelf, text):
    assert found(signed_in(), text) == {}


def test_a_stranger_is_asked_to_sign_in():
    answer = Client().get("/search/", {"q": "sabun"})

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/search/%3Fq%3Dsabun")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow_with_the_hits(shelf, count):
    manager = UserFactory(role=MANAGER)
    for n in range(count):
        ProductFactory(name=f"INV shelf {n}")
        CustomerFactory(name=f"INV customer {n}")
        SupplierFactory(name=f"INV supplier {n}")
        sell(*shelf, by=manager)
    client = signed_in(user=manager)

    with CaptureQueriesContext(connection) as queries:
        client.get("/search/", {"q": "INV"}, headers={"HX-Request": "true"})

    assert len(queries) == 25, [query["sql"] for query in queries]
