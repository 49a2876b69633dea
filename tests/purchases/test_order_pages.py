"""Orders on their pages: the sheet that is written on, the list, paper, mail, and the supplier's own page."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from inventori.models import Job
from inventory.selectors import business_today
from purchases.models import PurchaseOrder, SupplierPrice
from purchases.services import order_cancel, order_confirm, order_send
from tests.factories import ProductFactory, ShopProfileFactory, SupplierFactory, UserFactory

from .test_orders import Desk

pytestmark = pytest.mark.django_db
D = Decimal
TOTAL = "263.200"


@pytest.fixture
def desk():
    ShopProfileFactory(name="Apotek Sehat", address="Jl. Merdeka 1\nBandung")
    return Desk()


def signed_in(role="Manager") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def typed(desk, *rows, **more):
    """What the form posts: rows of product, unit, quantity, price and discount as they are typed."""
    data = {"supplier": desk.supplier.pk, "warehouse": desk.warehouse.pk, "rows": len(rows), "expected_at": ""}
    for n, row in enumerate(rows):
        unit = row.get("unit", "")
        values = {"product": desk.product.pk, "unit": unit, "unit_before": unit, "qty": "1", "price": "1", **row}
        data |= {f"line-{n}-{name}": value for name, value in values.items()}
    return data | more


def step(client, desk, do, *rows, scan="", **more):
    """Return the sheet after one step."""
    data = typed(desk, *rows, do=do, scan=scan, **more)
    response = client.post("/po/new/", data, headers={"X-Fragment": "1"})
    assert response.status_code == 200
    return response.context["sheet"], response.context["said"], response.content.decode()


# --- Writing -----------------------------------------------------------------------------
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
    sheet, said, _html = step(signed_in(), desk, "scan", {"qty": "2"}, scan="000")

    assert (said.is_bad, said.text) == (True, "No product has the code or name “000”.")
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


# --- The page of an order ----------------------------------------------------------------
def test_an_order_is_sent_and_cancelled_from_its_page(desk):
    order, client = desk.order(), signed_in()

    client.post(f"/po/{order.pk}/send/")
    sent = PurchaseOrder.objects.get().status
    client.post(f"/po/{order.pk}/cancel/", {"status": "SENT"})

    assert (sent, PurchaseOrder.objects.get().status) == ("SENT", "CANCELLED")


def test_a_cancel_of_the_draft_that_was_sent_meanwhile_says_so(desk):
    order = order_send(order=desk.order(), by=desk.by)

    response = signed_in().post(f"/po/{order.pk}/cancel/", {"status": "DRAFT"})

    assert response.status_code == 409
    assert PurchaseOrder.objects.get().status == "SENT"


def test_the_page_shows_what_was_confirmed_and_where_it_differs(desk):
    order = order_send(order=desk.order(), by=desk.by)
    order_confirm(
        order=order,
        quantities={order.items.get().pk: D(20)},
        day=order.expected_at + timedelta(days=1),
        note="One box later",
    )

    page = signed_in().get(f"/po/{order.pk}/").content.decode()

    assert re.search(r'<strong class="is-watch">.*?2 box</strong>', page)
    assert "That is later than expected." in page
    assert "“One box later”" in page


@pytest.mark.parametrize(("role", "sees"), [("Manager", True), ("Warehouse", False), ("Analyst", False)])
def test_the_suppliers_address_is_for_those_who_send_orders(desk, role, sees):
    order = order_send(order=desk.order(), by=desk.by)

    assert (order.token in signed_in(role).get(f"/po/{order.pk}/").content.decode()) is sees


@pytest.mark.parametrize("count", [1, 3])
def test_an_order_asks_as_often_for_three_lines_as_for_one(desk, count):
    lines = [desk.boxes()] + [desk.boxes() for _n in range(count - 1)]
    order = order_send(order=desk.order(*lines), by=desk.by)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/po/{order.pk}/")

    assert len(page.context["lines"]) == count
    assert len(queries) == 10, [query["sql"] for query in queries]


# --- Paper, mail and message ----------------------------------------------------------------
def test_the_pdf_says_what_is_ordered_in_boxes_and_in_indonesian_numbers(desk):
    order = desk.order(desk.boxes(3, 95_000, 14_250), discount=D(7550), note="Before noon")
    client = signed_in()
    client.cookies.load({"django_language": "id"})

    response = client.get(f"/po/{order.pk}/order.pdf")

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    assert response["Content-Type"] == "application/pdf"
    for part in ("Apotek Sehat", "Jl. Merdeka 1", desk.supplier.name, "3 box", "30 strip", "95.000", TOTAL, "Before"):
        assert part in text, part


def test_a_long_order_goes_on_over_pages(desk):
    order = desk.order(*[desk.boxes() for _n in range(80)])

    reader = PdfReader(BytesIO(signed_in().get(f"/po/{order.pk}/order.pdf").content))

    assert len(reader.pages) > 2
    assert sum(page.extract_text().count("Amoxicillin") for page in reader.pages) == 80


def test_the_print_page_shows_the_paper(desk):
    order = desk.order(desk.boxes(3, 95_000, 14_250), discount=D(7550))

    page = signed_in().get(f"/po/{order.pk}/print/").content.decode()

    assert "= 30 strip" in page
    assert "263,200" in page


def test_a_mail_sends_the_order_with_its_pdf_and_the_suppliers_address(desk, settings):
    settings.MAIL_IS_SET_UP = True
    desk.supplier.email = "order@supplier.example"
    desk.supplier.save()
    order = desk.order()

    signed_in().post(f"/po/{order.pk}/email/")

    order.refresh_from_db()
    letter = mail.outbox[0]
    assert (order.status, Job.objects.get().status) == ("SENT", "DONE")
    assert (letter.to, letter.subject) == (["order@supplier.example"], f"Order {order} from Apotek Sehat")
    assert f"http://testserver/supplier/{order.token}/" in letter.body
    assert "Amoxicillin: 3 box" in letter.body
    assert [(name, kind) for name, _content, kind in letter.attachments] == [(f"{order}.pdf", "application/pdf")]


@pytest.mark.parametrize(("email", "is_set_up"), [("", True), ("order@supplier.example", False)])
def test_an_order_that_cannot_be_mailed_stays_a_draft(desk, settings, email, is_set_up):
    settings.MAIL_IS_SET_UP = is_set_up
    desk.supplier.email = email
    desk.supplier.save()
    order = desk.order()

    response = signed_in().post(f"/po/{order.pk}/email/")

    assert response.status_code == 409
    assert PurchaseOrder.objects.get().status == "DRAFT"
    assert mail.outbox == []


def test_the_whatsapp_link_holds_the_order_and_the_suppliers_address(desk):
    desk.supplier.phone = "0812 3456 7890"
    desk.supplier.save()
    order = order_send(order=desk.order(), by=desk.by)

    link = urlsplit(signed_in().get(f"/po/{order.pk}/").context["whatsapp"])

    assert (link.netloc, link.path) == ("wa.me", "/6281234567890")
    assert f"/supplier/{order.token}/" in parse_qs(link.query)["text"][0]


# --- The supplier's page ------------------------------------------------------------------
def guest(language="en") -> Client:
    return Client(headers={"accept-language": language})


def test_the_supplier_confirms_without_signing_in(desk):
    order = order_send(order=desk.order(), by=desk.by)
    item = order.items.get()
    said = {str(item.pk): "2", "confirmed_for": "2027-01-31", "supplier_note": "One box is missing"}

    response = guest().post(f"/supplier/{order.token}/?lang=en", said)

    order.refresh_from_db()
    item.refresh_from_db()
    assert response["Location"] == f"/supplier/{order.token}/?lang=en&thanks=1"
    assert (item.confirmed_qty, order.confirmed_for.isoformat()) == (20, "2027-01-31")
    assert order.supplier_note == "One box is missing"


def test_the_suppliers_page_shows_this_order_and_nothing_else(desk):
    order = order_send(order=desk.order(), by=desk.by)
    other = order_send(order=desk.order(), by=desk.by)

    response = guest().get(f"/supplier/{order.token}/")

    page = response.content.decode()
    assert "3 box" in page
    assert other.po_number not in page
    assert desk.by.get_full_name() not in page
    assert "sidebar" not in page
    assert [href for href in re.findall(r'href="(/[^"]*)"', page) if not href.startswith("/static/")] == []
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_the_suppliers_page_speaks_both_languages(desk):
    order = order_send(order=desk.order(), by=desk.by)

    pages = [guest().get(f"/supplier/{order.token}/?lang={code}").content.decode() for code in ("id", "en")]

    assert ['lang="id" data' in pages[0], "285.000" in pages[0]] == [True, True]
    assert ['lang="en" data' in pages[1], "285,000" in pages[1]] == [True, True]


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 500])
def test_another_address_opens_nothing(desk, token):
    order_send(order=desk.order(), by=desk.by)

    assert guest().get(f"/supplier/{token}/").status_code == 404


def test_more_than_ordered_is_not_confirmed(desk):
    order = order_send(order=desk.order(), by=desk.by)
    item = order.items.get()

    response = guest().post(f"/supplier/{order.token}/?lang=en", {str(item.pk): "4"})

    assert response.status_code == 400
    assert "more than was ordered" in response.content.decode()
    assert PurchaseOrder.objects.get().confirmed_at is None


def test_a_cancelled_order_says_so_and_takes_no_word_any_more(desk):
    order = order_cancel(order=order_send(order=desk.order(), by=desk.by), by=desk.by)
    item = order.items.get()

    page = guest().get(f"/supplier/{order.token}/?lang=en").content.decode()
    response = guest().post(f"/supplier/{order.token}/?lang=en", {str(item.pk): "3"})

    assert "This order is cancelled. Please do not deliver it." in page
    assert "Confirm the order" not in page
    assert response.status_code == 409
    assert PurchaseOrder.objects.get().confirmed_at is None


def test_a_received_order_says_so(desk):
    order = order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 30)

    assert "received in full" in guest().get(f"/supplier/{order.token}/?lang=en").content.decode()


# --- Lists and prices ---------------------------------------------------------------------
def test_partly_received_orders_can_be_picked_out(desk):
    order = order_send(order=desk.order(), by=desk.by)
    order_send(order=desk.order(), by=desk.by)
    desk.receive(order, 10)

    page = signed_in().get("/po/?status=PARTIAL").context["page"]

    assert [row.item for row in page.table] == [order]


def test_a_shop_without_orders_is_led_to_the_first(desk):
    assert 'href="/po/new/"' in signed_in().get("/po/").content.decode()
    assert 'href="/po/new/"' not in signed_in("Warehouse").get("/po/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_prices_ask_as_often_for_three_rows_as_for_one(desk, count):
    for _n in range(count):
        SupplierPrice.objects.create(supplier=desk.supplier, product=ProductFactory(), unit_price=94_000)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/po/prices/?supplier={desk.supplier.code}")

    assert len(page.context["page"].table) == count
    assert len(queries) == 8, [query["sql"] for query in queries]


@pytest.mark.parametrize(("role", "sees"), [("Manager", True), ("Warehouse", False)])
def test_prices_are_for_those_who_may_see_costs(desk, role, sees):
    SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_321)
    client = signed_in(role)

    pages = [client.get(url).content.decode() for url in ("/po/prices/", f"/po/prices/of-supplier/{desk.supplier.pk}/")]
    pages.append(b"".join(client.get("/po/prices/?export=csv").streaming_content).decode())

    assert ["94,321" in pages[0], "94,321" in pages[1], "94321" in pages[2]] == [sees] * 3


def test_a_price_is_typed_and_changed(desk):
    client = signed_in()
    typed_price = {"supplier": desk.supplier.pk, "product_text": desk.product.sku, "unit": "box"}
    client.post("/po/prices/new/", typed_price | {"unit_price": "94,000", "min_qty": "50", "multiple": ""})
    price = SupplierPrice.objects.get()

    client.post(f"/po/prices/{price.pk}/", {"unit": "box", "unit_price": "95,000", "min_qty": "50", "multiple": "10"})

    price.refresh_from_db()
    assert (price.unit, price.factor, price.unit_price, price.previous_price) == ("box", 10, 95_000, 94_000)
    assert (price.min_qty, price.multiple) == (50, 10)
    assert price.changed_on == business_today(desk.warehouse)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "crate"}, "has no unit of this name"),
        ({"multiple": "0"}, "above zero"),
        ({"unit_price": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_price_that_cannot_be_is_refused(desk, change, sentence):
    price = SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_000)
    good = {"unit": "", "unit_price": "95,000", "min_qty": "", "multiple": ""}

    response = signed_in().post(f"/po/prices/{price.pk}/", good | change)

    assert response.status_code == 400
    assert sentence in response.content.decode()
    price.refresh_from_db()
    assert price.unit_price == 94_000


def test_a_supplier_without_prices_is_said_to_have_none(desk):
    page = signed_in().get(f"/po/prices/of-supplier/{SupplierFactory().pk}/").content.decode()

    assert "No price yet." in page


def test_the_supplier_confirms_from_a_browser_that_names_no_origin(desk):
    order = order_send(order=desk.order(), by=desk.by)
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})

    response = strict.post(f"/supplier/{order.token}/?lang=en", {str(order.items.get().pk): "3"})

    assert response.status_code == 302
    assert order.items.get().confirmed_qty == 30


def test_a_price_that_is_typed_stands_in_the_audit_trail(desk):
    price = SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_000)
    client = signed_in("Admin")

    client.post(f"/po/prices/{price.pk}/", {"unit": "", "unit_price": "95,000", "min_qty": "", "multiple": ""})

    assert LogEntry.objects.get_for_object(price).first().changes["unit_price"] == ["94000.00", "95000.00"]


def test_a_form_that_is_posted_twice_makes_one_draft(desk):
    client = signed_in()
    key = re.search(r'name="key" value="(\w+)"', client.get("/po/new/").content.decode())[1]

    answers = [client.post("/po/new/", typed(desk, {"qty": "3"}, key=key)) for _ in range(2)]

    assert PurchaseOrder.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"/po/{PurchaseOrder.objects.get().pk}/"}
