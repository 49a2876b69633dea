"""Suggestions are judged by the days that followed them."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine

from inventori import clock as clocks
from inventory.models import ReorderPolicy
from purchases.services import OrderLine, order_create, order_send
from replenishment.models import ClosedDay, Suggestion
from replenishment.services.judging import suggestions_judge
from tests.factories import WarehouseFactory
from tests.purchases.buying import receive
from tests.replenishment.judged_shop import START, JudgedShop
from tests.replenishment.shelf_shop import came

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def shop(clock):
    return JudgedShop(clock)


def judged(suggestion):
    suggestion.refresh_from_db()
    return suggestion


def test_nothing_is_judged_before_lead_time_and_review_are_over(shop):
    one = shop.decide(24)
    shop.go_to(9)

    assert suggestions_judge() == 0
    assert (judged(one).judged_at, one.app_cost, one.person_cost, one.outcome) == (None, None, None, {})


def test_less_than_was_suggested_costs_the_margin_of_the_days_without_stock(shop):
    one = shop.twelve_instead_of_24()
    shop.others_come(16)
    shop.go_to(17)

    assert suggestions_judge() == 1

    # Three days without stock, two asked for on each as usual: six units at a margin of 3,000, and 30 unit-days kept.
    assert judged(one).person_cost == 18_300
    assert one.outcome["person"] == {
        "days_short": 3,
        "lost": "6.000",
        "over": "0.000",
        "unit_days": "30.000",
        "expired": "0.000",
        "lost_margin": "18000",
        "keeping": "300",
        "ordering": "0",
        "write_off": "0",
    }
    # 24 would have lasted, and six of them would be left.
    assert one.app_cost == 1_260
    assert (one.outcome["app"]["days_short"], one.outcome["app"]["over"]) == (0, "6.000")


def test_a_smaller_order_bears_more_of_the_cost_of_ordering(shop):
    ReorderPolicy.objects.update(ordering_cost=D(4_800))
    one = shop.twelve_instead_of_24()
    shop.others_come(16)
    shop.go_to(17)
    suggestions_judge()

    # All twelve were sold; of 24 there would have been eighteen.
    assert (judged(one).outcome["person"]["ordering"], one.outcome["app"]["ordering"]) == ("4800", "3600")
    assert (one.person_cost, one.app_cost) == (23_100, 4_860)


def test_the_outcome_says_what_it_was_judged_by(shop):
    one = shop.twelve_instead_of_24()
    shop.others_come(16)
    shop.go_to(17)
    suggestions_judge()

    told = {name: judged(one).outcome[name] for name in ("ends_on", "arrived_on", "days", "assumed_days", "is_final")}
    # On days 4 to 6 and 13 to 15 the shop itself had nothing.
    assert told == {
        "ends_on": (shop.day + timedelta(days=15)).isoformat(),
        "arrived_on": (shop.day + timedelta(days=7)).isoformat(),
        "days": 9,
        "assumed_days": 6,
        "is_final": True,
    }


def test_an_accepted_suggestion_costs_the_same_in_both_columns(shop):
    one = shop.decide(24)
    shop.sells_on({1: 2})
    shop.comes(one, 7)
    shop.go_to(10)
    suggestions_judge()

    assert judged(one).app_cost == one.person_cost
    assert one.outcome["app"] == one.outcome["person"]


def test_a_rejected_one_is_judged_as_if_the_goods_had_come_in_the_lead_time(shop):
    one = shop.decide(0, reason="ENOUGH")
    shop.sells_on({1: 2, 2: 2})
    shop.go_to(10)
    suggestions_judge()

    # One lies there: nobody asks for it to the ninth day. The 24 would have lain three days beside it.
    assert judged(one).decision == "REJECTED"
    assert (one.person_cost, one.app_cost) == (30, 750)
    assert one.outcome["arrived_on"] is None


def test_a_second_run_does_nothing_and_a_day_later_the_open_ones_are_judged_again(shop):
    one = shop.twelve_instead_of_24()
    shop.go_to(10)

    assert (suggestions_judge(), suggestions_judge()) == (1, 0)
    assert (judged(one).outcome["is_final"], one.outcome["person"]["days_short"]) == (False, 0)

    shop.go_to(14)
    assert (suggestions_judge(), suggestions_judge()) == (1, 0)
    assert judged(one).outcome["person"]["days_short"] == 1


def test_once_other_goods_came_it_is_judged_for_good(shop):
    one = shop.twelve_instead_of_24()
    shop.others_come(16)
    shop.go_to(17)
    suggestions_judge()
    before = judged(one).outcome
    shop.go_to(30)

    assert suggestions_judge() == 0
    assert judged(one).outcome == before


def test_after_sixty_days_it_is_judged_for_good(shop):
    one = shop.decide(24)
    shop.go_to(9 + 60 + 1)
    suggestions_judge()

    assert judged(one).outcome["is_final"] is True
    assert one.outcome["ends_on"] == (shop.day + timedelta(days=69)).isoformat()


def test_what_was_on_order_already_came_in_both_worlds(shop):
    lines = [OrderLine(shop.product, D(4), D(5_000))]
    before = order_create(supplier=shop.supplier, warehouse=shop.warehouse, lines=lines, by=shop.by)
    order_send(order=before, by=shop.by)
    one = shop.decide(0, seen=17, reason="CASH")
    shop.sells_on({1: 2, 2: 2})
    shop.go_to(3)
    receive(before, shop.by, 4)
    shop.sells_on({3: 2, 4: 2})
    shop.go_to(10)
    suggestions_judge()

    # Of five and the four that came on day 3 one is left; goods of that order end nothing.
    assert (judged(one).outcome["person"]["over"], one.outcome["app"]["over"]) == ("1.000", "18.000")
    assert one.outcome["ends_on"] == (shop.day + timedelta(days=9)).isoformat()


def test_costs_count_from_the_day_on_which_the_goods_really_came(shop):
    one = shop.decide(24)
    shop.sells_on({1: 2, 2: 2, 3: 1})
    shop.comes(one, 8)
    shop.sells_on({8: 2, 9: 2})
    shop.go_to(10)
    suggestions_judge()

    assert judged(one).outcome["arrived_on"] == (shop.day + timedelta(days=8)).isoformat()
    assert (one.outcome["days"], one.outcome["person"]["unit_days"]) == (2, "42.000")


def test_a_closed_day_without_stock_is_no_day_on_which_anything_was_asked_for(shop):
    one = shop.twelve_instead_of_24()
    shop.others_come(16)
    ClosedDay.objects.create(day=shop.day + timedelta(days=14))
    shop.go_to(17)
    suggestions_judge()

    assert judged(one).outcome["person"]["lost"] == "4.000"
    assert one.outcome["assumed_days"] == 5


def test_ordered_goods_that_expire_are_written_off(shop):
    syrup = shop.goods("Syrup", tracks_batches=True)
    ReorderPolicy.objects.filter(product=syrup).update(avg_daily_demand=D(2), holding_cost=0)
    came(shop, syrup, "B1", 1, left=12)
    suggestion = shop.decide(40, product=syrup, seen=int(_suggested(shop, syrup)), reason="PRICE")
    shop.go_to(10)
    suggestions_judge()

    # Ordered on day 0, here on day 7 as agreed, good for twelve days: to day 19.
    assert judged(suggestion).inputs["shelf"]["keeps_days"] == 12
    assert suggestion.outcome["person"]["expired"] != "0.000"
    assert suggestion.person_cost > suggestion.app_cost


def _suggested(shop, product):
    from replenishment.suggesting import proposals

    return proposals(warehouse=shop.warehouse, product_ids=[product.pk])[0].qty


def test_each_warehouse_is_judged_by_its_own_goods(shop):
    WarehouseFactory(name="Other")
    one = shop.twelve_instead_of_24()
    shop.go_to(10)

    assert suggestions_judge() == 1
    assert judged(one).judged_at is not None


def test_the_clock_judges_what_is_due(shop):
    shop.decide(24)
    shop.go_to(10)

    said = {step.name: step.said for step in clocks.run_due()}

    assert said["suggestions"] == "1 suggestions judged"
    assert Suggestion.objects.exclude(judged_at=None).count() == 1
    assert date(2027, 3, 1) == shop.day
