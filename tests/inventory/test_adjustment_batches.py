"""Corrections of goods with batches: what comes in names its batch, what goes out may."""

import re
from datetime import timedelta
from html import unescape

import pytest

from inventory.models import Batch, BatchStock, StockAdjustment
from inventory.selectors import business_today
from tests.factories import ProductFactory, WarehouseFactory
from tests.inventory.test_adjustment_pages import signed_in

pytestmark = pytest.mark.django_db


class Pharmacy:
    """Pills in batch A (9 days left) 5, X (expired) 4."""

    def __init__(self):
        self.warehouse = WarehouseFactory(code="TOKO", name="Toko")
        self.pills = ProductFactory(sku="PILLS", name="Pills", tracks_batches=True)
        self.client = signed_in("Warehouse")
        today = business_today(self.warehouse)
        self.days = {number: (today + timedelta(days=n)).strftime("%d-%m-%Y") for number, n in (("A", 9), ("X", -1))}
        self.post(5, "a", self.days["A"], key="open-1")
        self.post(4, "x", self.days["X"], key="open-2")

    def post(self, qty, batch="", expires_on="", *, reason="COUNT", key="key-1", product="PILLS"):
        data = {"warehouse": self.warehouse.pk, "reason": reason, "note": "", "key": key}
        data |= {"line-TOTAL_FORMS": 1, "line-INITIAL_FORMS": 0}
        data |= {"line-0-product": product, "line-0-qty": qty, "line-0-batch": batch, "line-0-expires_on": expires_on}
        return self.client.post("/adjustments/new/", data)

    def left(self):
        return {number: int(qty) for number, qty in BatchStock.objects.values_list("batch__number", "qty")}


@pytest.fixture
def pharmacy():
    return Pharmacy()


def test_what_comes_in_makes_its_batch(pharmacy):
    assert pharmacy.post(3, " b-7 ", "12-2031").status_code == 302

    batch = Batch.objects.get(number="B-7")
    assert (batch.expires_on.isoformat(), pharmacy.left()) == ("2031-12-31", {"A": 5, "X": 4, "B-7": 3})


def test_a_known_batch_needs_no_date_again(pharmacy):
    assert pharmacy.post(2, "A").status_code == 302

    assert pharmacy.left() == {"A": 7, "X": 4}


@pytest.mark.parametrize("reason", ["DAMAGE", "EXPIRED", "LOST", "COUNT"])
def test_what_goes_out_without_a_batch_takes_the_first_to_expire_expired_ones_too(pharmacy, reason):
    assert pharmacy.post(-5, reason=reason).status_code == 302

    assert pharmacy.left() == {"A": 4, "X": 0}
    page = pharmacy.client.get(f"/adjustments/{StockAdjustment.objects.latest('pk').pk}/")
    assert [row.item.batch.number for row in page.context["page"].table] == ["X", "A"]


def test_what_goes_out_of_a_named_batch_comes_from_it(pharmacy):
    assert pharmacy.post(-2, "A").status_code == 302

    assert pharmacy.left() == {"A": 3, "X": 4}


@pytest.mark.parametrize(
    ("qty", "batch", "day", "field", "sentence"),
    [
        (3, "", "", "batch", "Enter the batch number of what comes in."),
        (-3, "NOPE", "", "batch", "Pills has no such batch."),
        (3, "B", "soon", "expires_on", "“soon” is no date. Write it like 31-12-2027."),
    ],
)
def test_a_wrong_batch_is_marked_and_nothing_is_posted(pharmacy, qty, batch, day, field, sentence):
    answer = pharmacy.post(qty, batch, day)

    assert answer.status_code == 400
    assert next(iter(answer.context["lines"])).errors[field] == [sentence]
    assert pharmacy.left() == {"A": 5, "X": 4}
    assert set(Batch.objects.values_list("number", flat=True)) == {"A", "X"}


def test_another_date_for_a_known_batch_is_refused_and_makes_no_batch(pharmacy):
    answer = pharmacy.post(3, "A", "01-01-2035")

    assert answer.status_code == 409
    assert "batch A is known to expire on" in answer.content.decode()
    assert pharmacy.left() == {"A": 5, "X": 4}


def test_more_out_of_a_batch_than_lies_in_it_is_refused(pharmacy):
    assert pharmacy.post(-6, "A").status_code == 409

    assert pharmacy.left() == {"A": 5, "X": 4}


def test_a_shop_without_batches_is_not_asked_for_any():
    WarehouseFactory()

    assert "Batch number" not in signed_in("Warehouse").get("/adjustments/new/").content.decode()


def test_damaged_goods_are_taken_out_from_the_stock_card(pharmacy):
    card = pharmacy.client.get("/moves/?product=PILLS&warehouse=TOKO").content.decode()
    links = re.findall(r'href="(/adjustments/new/[?][^"]*)"', card)

    assert links == [
        "/adjustments/new/?product=PILLS&amp;warehouse=TOKO&amp;reason=DAMAGE&amp;qty=-1",
        "/adjustments/new/?product=PILLS&amp;warehouse=TOKO&amp;reason=EXPIRED&amp;qty=-1",
    ]
    form = pharmacy.client.get(unescape(links[-1])).content.decode()
    assert 'value="EXPIRED" selected' in form
    assert 'value="-1"' in form
