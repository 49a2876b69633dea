"""Writing an order on its sheet: scanned, typed, priced, saved once."""

import re
from datetime import timedelta

import pytest

from inventory.selectors import business_today
from purchases.models import PurchaseOrder, SupplierPrice
from purchases.services import order_send
from tests.factories import ProductFactory

from .buying import signed_in
from .desk import D, named_desk, step, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return named_desk()


def test_a_typed_order_is_saved_as_a_draft_with_the_servers_totals(desk):
    rows = [{"unit": "box", "qty": "3", "price": "95,000", "discount": "5%"}]

    response = signed_in().post("/po/new/", typed(desk, *rows, discount="7,550", note="Before noon"))

    order = PurchaseOrder.objects.get()
    assert response["Location"] == f"/po/{order.pk}/"
    assert (order.status, order.discount, order.total_amount) == ("DRAFT", 7550, 263_200)
    assert order.items.get().discount == 14_250
    assert order.expected_at == business_today(desk.warehouse) + timedelta(days=3)


def test_what_cannot_be_comes_back_as_it_was_typed_and_saves_nothing(desk):
    response = signed_in().post("/po/new/", typed(desk, {"qty": "many", "price": "1"}))

    assert response.status_code == 400
    assert "“many” is no number" in response.content.decode()
    assert 'value="many"' in response.content.decode()
    assert not PurchaseOrder.objects.exists()


def test_an_order_without_lines_is_refused(desk):
    response = signed_in().post("/po/new/", typed(desk))

    assert response.status_code == 400
    assert "Add at least one product." in response.content.decode()


@pytest.mark.parametrize("text", ["8991234567890", "AMOX500", "amoxi"])
def test_a_product_is_found_by_barcode_sku_and_name_in_the_unit_it_is_usually_bought_in(desk, text):
    desk.product.units.update(is_for_buying=True)
    desk.product.barcode, desk.product.sku, desk.product.cost = "8991234567890", "AMOX500", D(7000)
    desk.product.save()

    sheet, said, _html = step(signed_in(), desk, "scan", scan=text)

    assert [(row.unit, row.qty, row.price) for row in sheet.rows] == [("box", "1", "70,000")]
    assert said.text == "Amoxicillin: 1 box"


def test_a_unit_is_found_by_its_barcode_and_scanned_again_it_is_one_more(desk):
    desk.product.units.update(barcode="899000")

    sheet, _said, html = step(signed_in(), desk, "scan", {"unit": "box", "qty": "2", "price": "95,000"}, scan="899000")

    assert [(row.unit, row.qty, row.price) for row in sheet.rows] == [("box", "3", "95,000")]
    assert "3 box = 30 strip" in html
    assert "285,000" in html


def test_the_suppliers_price_is_filled_in_for_whichever_unit(desk):
    SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit="box", factor=10, unit_price=94_000)

    sheet, _said, _html = step(signed_in(), desk, "scan", scan=desk.product.sku)
    as_strip = sheet.rows[0].price
    row = {"unit": "box", "unit_before": "", "qty": "1", "price": as_strip}
    sheet, _said, _html = step(signed_in(), desk, "unit", row)

    assert (as_strip, sheet.rows[0].price) == ("9,400", "94,000")


def test_below_the_suppliers_minimum_there_is_a_hint_and_one_button_rounds_up(desk):
    SupplierPrice.objects.create(
        supplier=desk.supplier, product=desk.product, unit="box", factor=10, unit_price=94_000, min_qty=50, multiple=20
    )
    row = {"unit": "box", "qty": "3", "price": "94,000"}

    before, _said, html = step(signed_in(), desk, "", row)
    after, _said, _html = step(signed_in(), desk, "round", row)

    assert before.rows[0].hints == [
        "The supplier's minimum is 50 strip.",
        "The supplier sells in steps of 20 strip.",
    ]
    assert 'id="round-up" data-live-hidden>' in html
    assert (after.rows[0].qty, after.rows[0].hints) == ("6", [])


def test_an_order_below_the_minimum_can_still_be_saved(desk):
    SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=9400, min_qty=50)

    signed_in().post("/po/new/", typed(desk, {"qty": "3", "price": "9,400"}))

    assert PurchaseOrder.objects.get().items.get().qty == 3


def test_several_products_of_one_name_are_offered_to_pick_from(desk):
    syrup = ProductFactory(name="Amoxicillin syrup")

    sheet, said, html = step(signed_in(), desk, "scan", scan="amoxicillin")
    picked, _said, _html = step(signed_in(), desk, f"add:{syrup.pk}")

    assert sheet.rows == []
    assert {product.pk for product in said.matches} == {desk.product.pk, syrup.pk}
    assert f'value="add:{syrup.pk}"' in html
    assert [row.goods for row in picked.rows] == [syrup]


def test_what_no_product_has_is_said(desk):
    sheet, said, _html = step(signed_in(), desk, "scan", {"qty": "2"}, scan="no such code")

    assert (said.is_bad, said.text) == (True, "No product has the code or name “no such code”.")
    assert [row.qty for row in sheet.rows] == ["2"]


def test_a_line_is_taken_off(desk):
    sheet, _said, _html = step(signed_in(), desk, "remove:0", {"qty": "2"}, {"qty": "5"})

    assert [row.qty for row in sheet.rows] == ["5"]


@pytest.mark.parametrize("discount", ["101%", "-1", "a lot", "2"])
def test_a_discount_above_the_whole_or_that_is_no_number_is_said(desk, discount):
    sheet, _said, _html = step(signed_in(), desk, "", {"qty": "1", "price": "1", "discount": discount})

    assert "discount" in sheet.rows[0].errors
    assert not sheet.is_valid


@pytest.mark.parametrize("rows", ["", "x", "9" * 30, "-1"])
def test_a_form_that_nobody_filled_in_breaks_nothing(desk, rows):
    data = typed(desk) | {"rows": rows, "line-0-product": "999999999999999999", "supplier": "9" * 40}

    assert signed_in().post("/po/new/", data).status_code == 400


def test_a_draft_comes_back_as_it_was_saved_and_takes_the_change(desk):
    order = desk.order(desk.boxes(3, 95_000, 15_000), discount=D(20_000))
    client = signed_in()

    sheet = client.get(f"/po/{order.pk}/change/").context["sheet"]
    client.post(f"/po/{order.pk}/change/", typed(desk, {"unit": "box", "qty": "4", "price": "90,000"}))

    row = sheet.rows[0]
    assert (row.unit, row.qty, row.price, row.discount) == ("box", "3", "95,000", "15,000")
    assert (sheet.discount_text, sheet.total) == ("20,000", 250_000)
    assert PurchaseOrder.objects.get().total_amount == 360_000


def test_a_box_that_holds_another_number_by_now_changes_no_draft(desk):
    order = desk.order()
    desk.product.units.update(factor=12)

    row = signed_in().get(f"/po/{order.pk}/change/").context["sheet"].rows[0]

    assert (row.unit, row.qty, row.price) == ("", "30", "9,500")


def test_a_sent_order_leads_back_from_its_form(desk):
    order = order_send(order=desk.order(), by=desk.by)

    assert signed_in().get(f"/po/{order.pk}/change/")["Location"] == f"/po/{order.pk}/"


def test_a_form_that_is_posted_twice_makes_one_draft(desk):
    client = signed_in()
    key = re.search(r'name="key" value="(\w+)"', client.get("/po/new/").content.decode())[1]

    answers = [client.post("/po/new/", typed(desk, {"qty": "3"}, key=key)) for _ in range(2)]

    assert PurchaseOrder.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"/po/{PurchaseOrder.objects.get().pk}/"}
