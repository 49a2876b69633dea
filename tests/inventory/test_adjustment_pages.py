"""Corrections of stock by hand: posted once, refused with every row marked, costs kept apart."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.models import Stock, StockAdjustment, StockMove
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO", name="Toko")


def signed_in(role: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(UserFactory(role=role, language=language), "accounts.backends.PeopleBackend")
    return client


def form(shop, *rows, key="key-1", reason="COUNT", **more) -> dict:
    data = {"warehouse": shop.pk, "reason": reason, "note": "", "key": key}
    data |= {"line-TOTAL_FORMS": len(rows) + 2, "line-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        data |= {f"line-{n}-{name}": value for name, value in zip(("product", "qty", "unit_cost"), row, strict=False)}
    return data | more


def stock_of(product) -> Decimal:
    return Stock.objects.get(product=product).qty


def test_an_adjustment_is_posted_with_its_lines_and_shown(shop):
    soap, salt = ProductFactory(sku="SOAP"), ProductFactory(sku="SALT", barcode="899123")
    stock_up(soap, shop, 10)
    client = signed_in("Warehouse")

    answer = client.post("/adjustments/new/", form(shop, ("soap", "-3"), ("899123", "+4"), note="shelf 3"))

    posted = StockAdjustment.objects.get(reason="COUNT")
    assert answer.headers["Location"] == f"/adjustments/{posted.pk}/"
    assert (stock_of(soap), stock_of(salt)) == (7, 4)
    page = client.get(answer.headers["Location"])
    lines = [row.item for row in page.context["page"].table]
    assert [(line.product.sku, line.qty_in, line.qty_out, line.balance) for line in lines] == [
        ("SOAP", 0, 3, 7),
        ("SALT", 4, 0, 4),
    ]
    assert "shelf 3" in page.content.decode()


def test_the_same_form_posted_twice_is_one_adjustment(shop):
    soap = ProductFactory(sku="SOAP")
    client = signed_in("Warehouse")

    first = client.post("/adjustments/new/", form(shop, ("SOAP", "5")))
    second = client.post("/adjustments/new/", form(shop, ("SOAP", "5")))

    assert first.headers["Location"] == second.headers["Location"]
    assert StockAdjustment.objects.count() == 1
    assert stock_of(soap) == 5


def test_a_posted_form_with_other_content_is_refused(shop):
    soap = ProductFactory(sku="SOAP")
    client = signed_in("Warehouse")
    client.post("/adjustments/new/", form(shop, ("SOAP", "5")))

    answer = client.post("/adjustments/new/", form(shop, ("SOAP", "6")))

    assert answer.status_code == 409
    assert stock_of(soap) == 5


def test_every_short_row_is_marked_and_nothing_is_posted(shop):
    soap, salt, rice = (ProductFactory(sku=sku) for sku in ("SOAP", "SALT", "RICE"))
    for product in (soap, salt, rice):
        stock_up(product, shop, 3)
    moves = StockMove.objects.count()

    answer = signed_in("Warehouse").post(
        "/adjustments/new/", form(shop, ("SOAP", "-5"), ("SALT", "-1"), ("RICE", "-4"))
    )

    rows = list(answer.context["lines"])
    assert answer.status_code == 409
    assert [list(row.errors) for row in rows[:3]] == [["qty"], [], ["qty"]]
    assert rows[0].errors["qty"] == ["3 available, 5 to go out."]
    assert 'value="-5"' in answer.content.decode()
    assert answer.context["key"] == "key-1"
    assert StockMove.objects.count() == moves
    assert stock_of(salt) == 3


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("NOPE", "1"), "product", "No product has this SKU, barcode or name."),
        (("SOAP", ""), "qty", "This field is required."),
        (("SOAP", "0"), "qty", "Enter how many more (+) or fewer (−)."),
        (("SOAP", "1.5"), "qty", "Soap is sold in whole pcs: enter a whole number."),
        (("SOAP", "two"), "qty", "“two” is no number. Write it like 1,234.56."),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_posted(shop, row, field, sentence):
    ProductFactory(sku="SOAP", name="Soap")

    answer = signed_in("Warehouse").post("/adjustments/new/", form(shop, row))

    assert answer.status_code == 400
    assert next(iter(answer.context["lines"])).errors[field] == [sentence]
    assert StockAdjustment.objects.count() == 0


def test_a_name_that_fits_several_products_asks_for_the_sku(shop):
    ProductFactory(name="Soap small", sku="S1")
    ProductFactory(name="Soap large", sku="S2")

    answer = signed_in("Warehouse").post("/adjustments/new/", form(shop, ("soap", "1")))

    errors = next(iter(answer.context["lines"])).errors
    assert errors["product"] == ["Several products fit: Soap large (S2), Soap small (S1). Enter the SKU."]


def test_an_empty_form_and_a_missing_reason_are_refused(shop):
    client = signed_in("Warehouse")

    empty = client.post("/adjustments/new/", form(shop))
    reasonless = client.post("/adjustments/new/", form(shop, ("X", "1"), reason=""))

    assert empty.context["lines"].non_form_errors() == ["Add at least one product."]
    assert "reason" in reasonless.context["form"].errors
    assert StockAdjustment.objects.count() == 0


def test_numbers_are_read_as_indonesian_writes_them(shop):
    rice = ProductFactory(sku="RICE", uom="kg", sold_by_measure=True)

    signed_in("Manager", "id").post("/adjustments/new/", form(shop, ("RICE", "1.250,5", "12.500")))

    assert stock_of(rice) == Decimal("1250.5")
    assert Stock.objects.get().average_cost == 12_500


def test_goods_without_a_cost_come_in_at_the_average_or_else_the_buying_price(shop):
    ProductFactory(sku="FRESH", cost=700)
    known = ProductFactory(sku="KNOWN", cost=700)
    stock_up(known, shop, 1, 500)

    signed_in("Warehouse").post("/adjustments/new/", form(shop, ("FRESH", "2"), ("KNOWN", "1")))

    costs = dict(Stock.objects.values_list("product__sku", "average_cost"))
    assert costs == {"FRESH": 700, "KNOWN": 500}


def test_a_cost_from_somebody_who_may_not_see_costs_is_ignored(shop):
    ProductFactory(sku="SOAP", cost=700)
    client = signed_in("Warehouse")

    page = client.get("/adjustments/new/").content.decode()
    client.post("/adjustments/new/", form(shop, ("SOAP", "2", "1")))

    assert "unit_cost" not in page
    assert Stock.objects.get().average_cost == 700


def test_the_cost_of_what_goes_out_is_the_average_whatever_was_typed(shop):
    soap = ProductFactory(sku="SOAP")
    stock_up(soap, shop, 5, 500)

    signed_in("Manager").post("/adjustments/new/", form(shop, ("SOAP", "-1", "99")))

    assert StockMove.objects.order_by("-id").first().unit_cost == 500


def test_more_rows_keep_what_was_typed_and_post_nothing(shop):
    data = form(shop, ("SOAP", "2"), reason="FOUND", note="attic") | {"more": "1"}

    answer = signed_in("Warehouse").post("/adjustments/new/", data)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="SOAP"' in page
    assert 'value="attic"' in page
    assert len(answer.context["lines"].forms) == 8
    assert answer.context["key"] == "key-1"
    assert StockAdjustment.objects.count() == 0


def test_the_opening_stock_form_has_its_reason_chosen(shop):
    page = signed_in("Warehouse").get("/adjustments/new/?reason=OPENING&warehouse=TOKO").context["form"]

    assert (page["reason"].value(), page["warehouse"].value()) == ("OPENING", shop.pk)


@pytest.mark.parametrize(("role", "status"), [("Cashier", 403), ("Analyst", 403), ("Warehouse", 302), ("Manager", 302)])
def test_only_who_may_adjust_posts(shop, role, status):
    ProductFactory(sku="SOAP")

    answer = signed_in(role).post("/adjustments/new/", form(shop, ("SOAP", "5")))

    assert answer.status_code == status
    assert StockAdjustment.objects.count() == (1 if status == 302 else 0)


def test_an_analyst_reads_adjustments_without_cost_or_button(shop):
    soap = ProductFactory(sku="SOAP")
    stock_up(soap, shop, 5, 4321)
    client = signed_in("Analyst")

    listed = client.get("/adjustments/").content.decode()
    shown = client.get(f"/adjustments/{StockAdjustment.objects.get().pk}/").content.decode()

    assert "/adjustments/new/" not in listed + shown
    assert "4,321" not in shown


def test_the_preview_says_what_a_line_would_do(shop):
    soap = ProductFactory(sku="SOAP", name="Soap", uom="bar")
    ProductFactory(sku="SOAP2", name="Soap two")
    stock_up(soap, shop, 3)
    client = signed_in("Warehouse")

    def ask(**asked):
        return client.get("/adjustments/preview/", {"warehouse": shop.pk, **asked}).json()

    assert ask(product="SOAP", qty="-5") == {
        "matches": [{"sku": "SOAP", "name": "Soap"}],
        "hint": "",
        "fill": {},
        "name": "Soap · SOAP",
        "on_hand": "3 bar",
        "balance": "−2",
        "is_short": True,
    }
    assert [match["sku"] for match in ask(product="soa")["matches"]] == ["SOAP", "SOAP2"]
    assert ask(product="tea")["hint"] == "No product has this SKU, barcode or name."
    assert ask(product="SOAP", qty="x")["balance"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_rows_as_for_one(shop, count):
    soap = ProductFactory()
    for _n in range(count):
        stock_up(soap, shop, 5)
    client = signed_in("Warehouse")

    with CaptureQueriesContext(connection) as queries:
        page = client.get("/adjustments/")

    assert len(page.context["page"].table) == count
    assert len(queries) == 7, [query["sql"] for query in queries]


@pytest.mark.parametrize(("qty", "cost"), [("9" * 40, "1"), ("1", "9" * 40), ("1e5", "1"), ("NaN", "1")])
def test_an_absurd_number_marks_its_row_and_posts_nothing(shop, qty, cost):
    ProductFactory(sku="SOAP")

    answer = signed_in("Manager").post("/adjustments/new/", form(shop, ("SOAP", qty, cost)))

    assert answer.status_code == 400
    assert not StockAdjustment.objects.exists()


def test_absurd_numbers_in_the_address_or_the_hidden_fields_are_no_error(shop):
    ProductFactory(sku="SOAP")
    client, endless = signed_in("Manager"), "9" * 5_000

    preview = client.get(f"/adjustments/preview/?warehouse={shop.pk}&product=SOAP&qty={'9' * 60}")
    more = client.post("/adjustments/new/", form(shop) | {"line-TOTAL_FORMS": endless, "more": "1"})
    choice = client.post("/warehouse/", {"warehouse": endless})

    assert (preview.status_code, preview.json()["balance"]) == (200, "")
    assert (more.status_code, choice.status_code) == (200, 404)
