"""One press of "make draft orders"."""

from decimal import Decimal as D

import pytest

from inventori.errors import InvalidInput, KeyReused
from inventory.models import ReorderPolicy
from master.models import Product
from purchases.models import PurchaseOrder
from replenishment.models import Suggestion, SuggestionRun
from replenishment.ordering import order_plan
from replenishment.planning import need_read
from replenishment.services.orders import Decision, StalePlan, orders_make
from replenishment.wording import receipt
from tests.factories import SupplierFactory, UserFactory, stock_up
from tests.replenishment.reorder_shop import ReorderShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ReorderShop()


def make(shop, *decisions, key="press", **rest):
    return orders_make(key=key, warehouse=shop.warehouse, decisions=decisions, by=shop.by, **rest)


def accepted(shop, qty=24, product=None, seen=24, reason=""):
    return Decision((product or shop.product).pk, D(seen), D(qty), reason)


def nothing_made():
    return (PurchaseOrder.objects.count(), Suggestion.objects.count(), SuggestionRun.objects.count()) == (0, 0, 0)


def test_an_accepted_suggestion_becomes_a_draft_by_whole_boxes(shop):
    run = make(shop, accepted(shop))

    order = run.suggestions.get().order
    item = order.items.get()
    assert (order.status, order.supplier, order.warehouse, order.total_amount) == (
        *("DRAFT", shop.supplier, shop.warehouse, 120_000),
    )
    assert (item.qty, item.unit, item.factor, item.unit_price) == (24, "box", 12, 60_000)


def test_each_supplier_gets_one_draft_with_all_its_lines(shop):
    other = SupplierFactory()
    second, third = shop.goods("Second"), shop.goods("Third", supplier=other)

    make(shop, accepted(shop), accepted(shop, 26, second, 26), accepted(shop, 26, third, 26))

    orders = {order.supplier: order.items.count() for order in PurchaseOrder.objects.all()}
    assert orders == {shop.supplier: 2, other: 1}


def test_decisions_are_kept_as_accepted_changed_and_rejected_with_their_reasons(shop):
    fast, full = shop.goods("Fast"), shop.goods("Full")

    make(shop, accepted(shop), accepted(shop, 40, fast, 26, "FAST"), accepted(shop, 0, full, 26, "ENOUGH"))

    kept = Suggestion.objects.order_by("product__name").values_list(
        "product__name", "decision", "reason", "suggested_qty", "decided_qty", "order__status"
    )
    assert list(kept) == [
        ("Fast", "CHANGED", "FAST", 26, 40, "DRAFT"),
        ("Full", "REJECTED", "ENOUGH", 26, 0, None),
        ("Paracetamol", "ACCEPTED", "", 24, 24, "DRAFT"),
    ]
    assert PurchaseOrder.objects.get().items.count() == 2


def test_it_is_judged_after_the_lead_time_and_the_review(shop):
    suggestion = make(shop, accepted(shop)).suggestions.get()

    assert (suggestion.due_on - suggestion.made_on).days == 9
    assert suggestion.unit_cost == 5_000


def test_what_it_was_made_of_is_frozen_whatever_changes_later(shop):
    suggestion = make(shop, accepted(shop)).suggestions.get()
    ReorderPolicy.objects.update(avg_daily_demand=D(9), safety_stock=0)
    Product.objects.update(name="Something else", cost=1)
    stock_up(shop.product, shop.warehouse, 500, by=shop.by)

    suggestion.refresh_from_db()

    assert str(receipt(need_read(suggestion.inputs["need"]))) == (
        "24 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21, rounded to boxes of 12"
    )
    assert suggestion.inputs["policy"]["avg_daily_demand"] == "2.0000"
    assert suggestion.inputs["position"]["on_hand"] == "5.000"
    assert suggestion.inputs["money"]["unit_price"] == "60000.00"


def test_a_quantity_between_two_boxes_is_ordered_by_the_piece(shop):
    make(shop, accepted(shop, 25))

    item = PurchaseOrder.objects.get().items.get()
    assert (item.qty, item.unit, item.factor, item.price) == (25, "", 1, 5_000)


def test_the_same_press_again_makes_nothing_more(shop):
    first = make(shop, accepted(shop))

    assert make(shop, accepted(shop)) == first
    assert (PurchaseOrder.objects.count(), Suggestion.objects.count()) == (1, 1)


def test_the_same_form_with_other_content_is_refused(shop):
    make(shop, accepted(shop))

    with pytest.raises(KeyReused):
        make(shop, accepted(shop, 36))

    assert PurchaseOrder.objects.get().items.get().qty == 24


def test_after_the_press_nothing_is_suggested_again(shop):
    make(shop, accepted(shop))

    assert order_plan(warehouse=shop.warehouse).proposals == []


def test_a_plan_that_is_no_longer_true_is_refused_by_name_and_makes_nothing(shop):
    stock_up(shop.product, shop.warehouse, 10, by=shop.by)

    with pytest.raises(StalePlan, match="Paracetamol") as refused:
        make(shop, accepted(shop))

    assert refused.value.product_ids == [shop.product.pk]
    assert nothing_made()


def test_what_is_not_suggested_at_all_any_more_is_refused(shop):
    stock_up(shop.product, shop.warehouse, 100, by=shop.by)

    with pytest.raises(StalePlan):
        make(shop, accepted(shop))

    assert nothing_made()


def test_a_second_person_with_the_same_plan_is_refused(shop):
    make(shop, accepted(shop))

    with pytest.raises(StalePlan):
        orders_make(
            key="other",
            warehouse=shop.warehouse,
            decisions=[accepted(shop)],
            by=UserFactory(role="Manager"),
        )

    assert (PurchaseOrder.objects.count(), SuggestionRun.objects.count()) == (1, 1)


def test_a_product_without_a_supplier_can_be_rejected_and_not_ordered(shop):
    goods = shop.goods("Nobody's", supplier=None)

    with pytest.raises(InvalidInput, match="Nobody's has no supplier"):
        make(shop, accepted(shop), accepted(shop, 26, goods, 26))
    assert nothing_made()

    make(shop, accepted(shop, 0, goods, 26, "STOPPED"))

    suggestion = Suggestion.objects.get()
    assert (suggestion.decision, suggestion.supplier, suggestion.order) == ("REJECTED", None, None)


def test_nothing_decided_and_a_fraction_of_a_piece_are_refused(shop):
    with pytest.raises(InvalidInput, match="Tick at least one product"):
        make(shop)
    with pytest.raises(InvalidInput, match="whole"):
        make(shop, accepted(shop, "24.5"))

    assert nothing_made()


def test_only_what_is_decided_is_ordered(shop):
    second = shop.goods("Second")

    make(shop, accepted(shop))

    assert [one.product for one in order_plan(warehouse=shop.warehouse).proposals] == [second]


def test_a_budget_is_kept_with_the_press_and_with_the_number(shop):
    run = make(shop, accepted(shop, 12, seen=12), budget=D(100_000))

    suggestion = run.suggestions.get()
    assert (run.budget, suggestion.suggested_qty, suggestion.decision) == (100_000, 12, "ACCEPTED")
    assert (suggestion.inputs["base_qty"], suggestion.inputs["money"]["budget"]) == ("24", "100000")
    assert receipt(need_read(suggestion.inputs["need"])).steps[-1] == "cut to 12 by the budget"
