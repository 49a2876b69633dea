"""The till's addresses: what they answer, and what is written down of a sale's hints."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import timezone

from inventori.posting import new_key
from mining.models import HintedSale, HintSettings, ShownHint
from mining.services.hints import hint_answer, hints_record
from sales.services.basket import basket_add
from sales.services.pay import Tender, sale_pay
from tests.factories import ProductFactory, ShopProfileFactory, WarehouseFactory, open_shift, stock_up
from tests.mining.found import RunFactory, rule_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(client):
    """A cashier's till with an open shift, and A whose buyers also take B."""
    ShopProfileFactory()
    client = signed_in("Cashier")
    client.cashier = _user_of(client)
    client.shop = WarehouseFactory()
    client.a, client.b = ProductFactory(sku="A", name="Infusion set"), ProductFactory(sku="B", name="Stopcock")
    for product in (client.a, client.b):
        stock_up(product, client.shop, 20)
    open_shift(client.cashier, client.shop)
    client.rule = rule_of(RunFactory(is_active=True), [client.a], [client.b])
    HintSettings.objects.create(control_percent=0)
    return client


def _user_of(client):
    from django.contrib.auth import get_user

    class Request:
        session = client.session

    return get_user(Request)


def scan(till, product, key):
    return basket_add(key=key, warehouse=till.shop, product=product, qty=Decimal(1), by=till.cashier)


def ask(till, key="", **kwargs):
    return till.get("/mining/recommendations/", {"sku": ["A"], "basket": key, **kwargs})


def tell(till, what, **values):
    return till.post(f"/mining/hints/{what}/", values)


def controls(percent):
    HintSettings.objects.update(control_percent=percent)


# --- What the till is told -------------------------------------------------------------
def test_the_till_is_told_what_goes_with_its_basket(till):
    answer = ask(till, key="k")

    assert answer.json() == [{"product": till.b.pk, "sku": "B", "name": "Stopcock"}]
    assert answer["X-Hints"] == "1"
    assert HintedSale.objects.count() == 0, "a GET writes nothing"


def test_a_control_is_told_nothing_but_that_there_is_something_to_write_down(till):
    controls(100)

    answer = ask(till, key="k")

    assert (answer.json(), answer["X-Hints"]) == ([], "1")


def test_without_a_shift_without_products_or_switched_off_there_are_no_hints(till):
    assert till.get("/mining/recommendations/").json() == []
    assert ask(till, sku=["NONE"]).json() == []
    assert signed_in("Cashier").get("/mining/recommendations/?sku=A").json() == []

    HintSettings.objects.update(is_on=False)

    answer = ask(till, key="k")
    assert (answer.json(), answer.has_header("X-Hints")) == ([], False)


def test_an_error_is_no_hint_and_no_error_at_the_till(till, monkeypatch):
    def broken(**kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr("mining.views.hints.hints_for", broken)

    answer = ask(till, key="k")

    assert (answer.status_code, answer.json()) == (200, [])


# --- What is written down --------------------------------------------------------------
def test_what_was_shown_is_written_down_once_for_a_sale_and_product(till):
    scan(till, till.a, "k")

    for _n in range(2):
        assert tell(till, "shown", basket="k", sku="A").status_code == 204

    hint = ShownHint.objects.get()
    assert (hint.product, hint.rule, hint.margin, hint.outcome) == (till.b, till.rule, 3_000, "SHOWN")
    assert (hint.hinted.sale.key, hint.hinted.is_control) == ("k", False)


def test_a_control_is_written_down_with_what_it_would_have_been_shown(till):
    controls(100)
    scan(till, till.a, "k")

    tell(till, "shown", basket="k", sku="A")

    assert [(hint.product, hint.hinted.is_control) for hint in ShownHint.objects.all()] == [(till.b, True)]


def test_the_basket_of_somebody_else_is_not_written_down(till):
    scan(till, till.a, "k")
    other = signed_in("Cashier")
    open_shift(_user_of(other), till.shop)

    other.post("/mining/hints/shown/", {"basket": "k", "sku": "A"})

    assert HintedSale.objects.count() == 0


def test_a_refused_hint_does_not_come_back_in_that_sale(till):
    scan(till, till.a, "k")
    tell(till, "shown", basket="k", sku="A")

    assert tell(till, "refuse", basket="k", product=till.b.pk).status_code == 204

    assert ShownHint.objects.get().outcome == "REFUSED"
    assert ask(till, key="k").json() == []
    assert len(ask(till, key="another").json()) == 1


def test_a_hint_is_marked_as_taken(till):
    scan(till, till.a, "k")
    tell(till, "shown", basket="k", sku="A")

    tell(till, "take", basket="k", product=till.b.pk)

    assert ShownHint.objects.get().outcome == "TAKEN"


@pytest.mark.parametrize("product", ["", "x", "-1", "9" * 40, "²"])
def test_nonsense_marks_nothing(till, product):
    scan(till, till.a, "k")
    tell(till, "shown", basket="k", sku="A")

    assert tell(till, "refuse", basket="k", product=product).status_code == 204

    assert ShownHint.objects.get().outcome == "SHOWN"


def test_a_paid_sale_is_not_marked_any_more(till):
    sale = scan(till, till.a, "k")
    tell(till, "shown", basket="k", sku="A")
    sale_pay(key="k", tenders=[Tender("CASH", Decimal(100_000))], expected_total=sale.total_amount, by=till.cashier)

    assert not hint_answer(key="k", product_id=till.b.pk, outcome="REFUSED", by=till.cashier)
    assert ShownHint.objects.get().outcome == "SHOWN"


def test_nothing_to_hint_at_leaves_no_trace(till):
    key = new_key()
    scan(till, till.b, key)

    assert hints_record(key=key, basket=[till.b.pk], warehouse=till.shop, by=till.cashier) == []
    assert HintedSale.objects.count() == 0


def test_asking_takes_few_questions_to_the_database(till, django_assert_max_num_queries):
    ask(till, key="k")

    with django_assert_max_num_queries(14):
        ask(till, key="k")


def test_the_run_that_took_force_speaks_at_once(till):
    other = ProductFactory(name="Cotton")
    stock_up(other, till.shop, 5)
    assert [hint["name"] for hint in ask(till).json()] == ["Stopcock"]

    till.rule.run.__class__.objects.update(is_active=None)
    rule_of(RunFactory(is_active=True, at=timezone.now() + timedelta(seconds=1)), [till.a], [other])

    assert [hint["name"] for hint in ask(till).json()] == ["Cotton"]
