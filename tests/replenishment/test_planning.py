"""What to order of one product, and what the number is made of."""

import doctest
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replenishment import planning
from replenishment.planning import MIN_MAX, ROP_EOQ, ROP_LOT, UP_TO, Pack, Situation, need_data, need_read, plan


def situation(method=ROP_EOQ, **values):
    """Nine days at 2 a day and 8 in safety: the level is 26."""
    usual = {"mean": 2, "days": 9, "usual_days": 9, "safety": 8, "service_level": 95, "rop": 26, "lot": 10}
    pack, cap = values.pop("pack", Pack()), values.pop("cap", None)
    typed, review = frozenset(values.pop("typed", ())), values.pop("is_review_day", True)
    numbers = {name: D(value) for name, value in {**usual, **values}.items()}
    cap = None if cap is None else D(cap)
    return Situation(method=method, typed=typed, is_review_day=review, pack=pack, cap=cap, **numbers)


def kinds(need):
    return {term.kind: term.qty for term in need.terms}


def test_the_module_says_what_it_does():
    failed, tried = doctest.testmod(planning)

    assert (failed, tried > 3) == (0, True)


def test_nothing_is_ordered_above_the_reorder_point():
    need = plan(situation(on_hand=27))

    assert (need.qty, need.state, need.shortage) == (0, "ENOUGH", -1)


def test_at_the_reorder_point_the_lot_is_ordered():
    need = plan(situation(on_hand=26))

    assert (need.qty, need.state) == (10, "ORDER")
    assert [(step.kind, step.qty) for step in need.steps] == [("ECONOMIC", 10)]


def test_far_below_the_reorder_point_more_than_the_lot_is_ordered():
    need = plan(situation(on_hand=3))

    assert (need.qty, need.steps) == (23, ())


def test_a_fixed_quantity_is_named_as_such():
    need = plan(situation(ROP_LOT, on_hand=26, lot=30))

    assert [(step.kind, step.qty) for step in need.steps] == [("LOT", 30)]


@pytest.mark.parametrize("field", ["on_order", "drafts"])
def test_what_is_on_order_or_drafted_already_is_not_ordered_again(field):
    ordered = situation(on_hand=5, **{field: 24})

    need = plan(ordered)

    assert (need.qty, need.state) == (0, "ON_ORDER")
    assert kinds(need)["ON_ORDER" if field == "on_order" else "DRAFTS"] == -24


def test_expired_held_and_expiring_units_do_not_count():
    need = plan(situation(on_hand=30, expired=2, held=3, expiring=4))

    assert need.qty == 10
    assert need.shortage == 26 - 30 + 2 + 3 + 4


def test_min_max_orders_up_to_max_at_min():
    at_min = situation(MIN_MAX, min_level=12, max_level=36)

    needs = [plan(situation(MIN_MAX, min_level=12, max_level=36, on_hand=qty)) for qty in (13, 12, 4)]

    assert [(need.qty, need.state) for need in needs] == [(0, "ENOUGH"), (24, "ORDER"), (32, "ORDER")]
    assert kinds(plan(at_min))["MAXIMUM"] == 36


def test_up_to_a_level_orders_on_its_review_day_only():
    needs = [plan(situation(UP_TO, on_hand=5, is_review_day=day)) for day in (True, False)]

    assert [(need.qty, need.state) for need in needs] == [(21, "ORDER"), (0, "NOT_REVIEW_DAY")]


def test_a_feast_raises_the_forecast_and_with_it_the_order():
    need = plan(situation(UP_TO, on_hand=5, days="13.5"))

    assert (need.qty, kinds(need)["FORECAST"]) == (30, 27)


def test_a_feast_raises_min_and_max_unless_they_were_typed():
    min_max = {"min_level": 12, "max_level": 36, "on_hand": 20, "days": "13.5"}

    moved, typed = (
        plan(situation(MIN_MAX, **min_max)),
        plan(situation(MIN_MAX, typed=["min_qty", "max_qty"], **min_max)),
    )

    assert (moved.qty, kinds(moved)["EVENTS"], typed.qty, typed.state) == (25, 9, 0, "ENOUGH")


def test_a_typed_reorder_point_stays_what_it_is():
    need = plan(situation(typed=["rop"], rop=40, on_hand=38, days="13.5"))

    assert (need.qty, kinds(need)) == (10, {"TYPED": 40, "ON_HAND": -38, "ON_ORDER": 0})


def test_closed_days_do_not_bring_the_level_below_the_reorder_point_in_force():
    need = plan(situation(on_hand=25, days=5))

    assert (need.qty, kinds(need)["TO_ROP"], need.shortage) == (10, 8, 1)


def test_the_quantity_is_raised_to_the_suppliers_minimum_and_then_to_whole_packs():
    need = plan(situation(UP_TO, on_hand=5, pack=Pack(minimum=D(30), factor=D(12), unit="box")))

    assert [(step.kind, step.qty) for step in need.steps] == [("MINIMUM", 30), ("PACKS", 36)]
    assert (need.qty, need.steps[1].unit) == (36, "box")


def test_whole_boxes_that_are_whole_steps_too():
    assert plan(situation(UP_TO, on_hand=5, pack=Pack(multiple=D(8), factor=D(12)))).qty == 24


def test_what_would_expire_is_cut_in_whole_packs():
    need = plan(situation(UP_TO, on_hand=5, pack=Pack(factor=D(12)), cap=23))

    assert (need.qty, need.state) == (12, "ORDER")
    assert [(step.kind, step.qty) for step in need.steps] == [("PACKS", 24), ("CAP", 12)]


def test_where_not_one_pack_sells_before_it_expires_nothing_is_ordered():
    need = plan(situation(UP_TO, on_hand=5, pack=Pack(factor=D(12)), cap=11))

    assert (need.qty, need.state) == (0, "WOULD_EXPIRE")


def test_what_nobody_asks_for_is_not_ordered_even_with_an_empty_shelf():
    need = plan(situation(mean=0, safety=0, rop=0))

    assert (need.qty, need.state) == (0, "NO_DEMAND")


def test_stock_below_zero_is_ordered_too():
    assert plan(situation(on_hand=-4)).qty == 30


def test_goods_by_weight_keep_their_thousandths():
    need = plan(situation(UP_TO, mean="0.3333", days=7, safety="0.5", on_hand="1.25", pack=Pack(multiple=D("0.001"))))

    assert (need.qty, kinds(need)["FORECAST"]) == (D("1.583"), D("2.333"))


quantities = st.decimals(min_value=0, max_value=500, places=3)
packs = st.builds(
    Pack,
    minimum=st.sampled_from([D(0), D(5), D(30)]),
    multiple=st.sampled_from([D(1), D(4), D("0.5")]),
    factor=st.sampled_from([D(1), D(10), D(12)]),
)


@given(
    method=st.sampled_from([ROP_EOQ, ROP_LOT, MIN_MAX, UP_TO]),
    mean=st.decimals(min_value=0, max_value=20, places=4),
    numbers=st.tuples(*[quantities] * 8),
    pack=packs,
)
def test_the_terms_add_up_and_the_quantity_is_what_the_supplier_sells(method, mean, numbers, pack):
    safety, rop, lot, low, more, on_hand, on_order, expired = numbers
    s = Situation(
        method=method,
        mean=mean,
        days=D(9),
        usual_days=D(8),
        safety=safety,
        rop=rop,
        lot=lot,
        min_level=low,
        max_level=low + more,
        on_hand=on_hand,
        on_order=on_order,
        expired=expired,
        pack=pack,
    )

    need = plan(s)

    if need.state == "ORDER":
        assert need.qty >= max(need.shortage, pack.minimum)
        assert need.qty % pack.multiple == 0
        assert pack.factor == 1 or need.qty % pack.factor == 0
    else:
        assert need.qty == 0
    # Once it is ordered, it is not ordered again.
    assert plan(planning.replace(s, on_order=on_order + need.qty + 1)).qty == 0 or method == MIN_MAX or need.qty == 0
    assert need_read(need_data(need)) == need
