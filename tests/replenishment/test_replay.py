"""The replay: hand-made cases, and random ones against a slow simulator of one product in plain Python."""

import numpy as np
import pytest

from replenishment.replay import Outcome, Past, Rule, draw_lead_days, replay

from .slow_replay import SlowRule, slow_replay


def past(demand: list[float], *, lead_days: int = 2, multiple: float = 1, minimum: float = 0) -> Past:
    return Past(
        demand=np.array(demand, dtype=float)[:, None],
        supplier=np.zeros(1, np.int64),
        lead_days=np.full((1, len(demand)), lead_days),
        multiple=np.array([multiple], dtype=float),
        minimum=np.array([minimum], dtype=float),
        unit_cost=np.array([500.0]),
    )


def rule(
    *,
    trigger: float,
    level: float = 0,
    lot: float = 0,
    start: float = 0,
    review: int = 1,
    offset: int = 0,
    known: bool = True,
) -> Rule:
    return Rule(
        trigger=np.array([trigger], dtype=float),
        level=np.array([level], dtype=float),
        lot=np.array([lot], dtype=float),
        review=np.array([review]),
        offset=np.array([offset]),
        start=np.array([start], dtype=float),
        known=np.array([known]),
    )


def only(outcome: Outcome) -> dict[str, float]:
    names = ("days", "demand", "served", "short_days", "cycles", "good_cycles", "stock_days", "orders", "ordered")
    return {name: getattr(outcome, name)[0].item() for name in names}


def test_an_order_protects_the_days_of_its_lead_time_and_lies_there_after_them():
    # 6 on hand, 2 a day: at the close of day 0 the position is 4, the trigger. 6 are ordered, there on day 3.
    outcome = replay(past([2, 2, 2, 2, 2]), {0: rule(trigger=4, lot=6, start=6)})

    assert only(outcome) == {
        "days": 5,
        "demand": 10.0,
        "served": 10.0,
        "short_days": 0,
        "cycles": 1,
        "good_cycles": 1,
        "stock_days": 4.0 + 2 + 0 + 4 + 2,
        "orders": 2,
        "ordered": 12.0,
    }
    assert outcome.value_by_day.tolist() == [2000, 1000, 0, 2000, 1000]
    assert outcome.orders_by_day.tolist() == [1, 0, 0, 1, 0]


def test_what_is_not_there_is_lost_and_spoils_the_cycle():
    # One less to begin with: on day 2 one of two is missing; the day after, the delivery ends a cycle with a loss.
    outcome = replay(past([2, 2, 2, 2, 2]), {0: rule(trigger=3, lot=6, start=5)})

    assert only(outcome) == {
        "days": 5,
        "demand": 10.0,
        "served": 9.0,
        "short_days": 1,
        "cycles": 1,
        "good_cycles": 0,
        "stock_days": 3.0 + 1 + 0 + 4 + 2,
        "orders": 2,
        "ordered": 12.0,
    }


def test_a_day_with_nothing_on_the_shelf_counts_though_nobody_asked():
    outcome = replay(past([1, 0, 0]), {0: rule(trigger=-1, lot=5, start=1)})

    assert outcome.short_days.tolist() == [2]
    assert outcome.served.tolist() == [1.0]
    assert outcome.cycles.tolist() == [0]


def test_days_after_the_last_delivery_count_as_a_cycle_when_something_was_lost_in_them():
    outcome = replay(past([3]), {0: rule(trigger=-1, lot=5, start=1)})

    assert (outcome.cycles.tolist(), outcome.good_cycles.tolist()) == ([1], [0])


def test_min_max_orders_up_to_its_level_and_a_lot_orders_whole_lots():
    up_to = replay(past([7, 0]), {0: rule(trigger=5, level=12, start=8)})
    lots = replay(past([7, 0]), {0: rule(trigger=5, lot=3, start=8)})

    assert up_to.ordered.tolist() == [11.0]
    assert lots.ordered.tolist() == [6.0]  # 1 and two lots of 3 are 7, the first number above 5


def test_an_order_is_rounded_up_to_its_multiple_and_is_not_less_than_the_minimum():
    boxes = replay(past([1], multiple=12), {0: rule(trigger=5, lot=13, start=6)})
    least = replay(past([1], minimum=30), {0: rule(trigger=5, lot=13, start=6)})

    assert boxes.ordered.tolist() == [24.0]
    assert least.ordered.tolist() == [30.0]


def test_goods_are_ordered_on_review_days_only():
    weekly = rule(trigger=10, level=10, start=10, review=7, offset=5)

    outcome = replay(past([1] * 14, lead_days=0), {0: weekly})

    assert outcome.orders_by_day.nonzero()[0].tolist() == [2, 9]
    assert outcome.ordered.tolist() == [3.0 + 7]


def test_a_rule_holds_until_the_next_one():
    outcome = replay(past([0, 0, 0], lead_days=0), {0: rule(trigger=-1, start=4), 2: rule(trigger=4, level=9)})

    assert outcome.orders_by_day.tolist() == [0, 0, 1]
    assert outcome.ordered.tolist() == [5.0]


def test_a_product_without_any_history_is_replayed_from_the_first_rule_that_knows_it():
    unknown = rule(trigger=0, known=False)

    outcome = replay(past([9, 9, 2, 2]), {0: unknown, 2: rule(trigger=-1, start=3)})

    assert (outcome.days.tolist(), outcome.demand.tolist(), outcome.served.tolist()) == ([2], [4.0], [3.0])
    assert outcome.short_by_day.tolist() == [0, 0, 0, 1]


def test_days_of_running_in_are_replayed_and_not_counted():
    whole = replay(past([2, 2, 2, 2, 2]), {0: rule(trigger=3, lot=6, start=5)}, run_in=3)

    # What was lost on day 2 spoils no counted cycle.
    assert only(whole) == {
        "days": 2,
        "demand": 4.0,
        "served": 4.0,
        "short_days": 0,
        "cycles": 1,
        "good_cycles": 1,
        "stock_days": 6.0,
        "orders": 1,
        "ordered": 6.0,
    }
    assert whole.value_by_day.tolist() == [2000, 1000]


def test_without_a_day_there_is_nothing_and_no_division_by_zero():
    outcome = replay(past([]), {0: rule(trigger=1)})

    assert outcome.average_stock.tolist() == [0.0]


def test_the_replay_ends_by_what_its_listener_raises():
    def stop(day: int) -> None:
        if day == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay(past([1] * 5), {0: rule(trigger=1)}, on_day=stop)


def test_lead_times_are_drawn_from_what_was_seen_and_the_same_seed_draws_the_same():
    pools = [np.array([2]), np.array([1, 5, 9])]

    first, second = (draw_lead_days(pools, days=200, seed=7) for _n in range(2))

    assert (first == second).all()
    assert set(first[0]) == {2}
    assert set(first[1]) == {1, 5, 9}
    assert (draw_lead_days(pools, days=200, seed=8) != first).any()
    assert (draw_lead_days(pools[:1], days=200, seed=7)[0] == first[0]).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_replay_of_many_products_equals_the_slow_one_of_each(seed: int):
    rng = np.random.default_rng(seed)
    n, days = 40, 150
    demand = np.round(rng.poisson(rng.uniform(0.05, 6, n), (days, n)) * rng.choice([1, 1, 0.5], n), 3)
    whole = Past(
        demand=demand,
        supplier=rng.integers(0, 4, n),
        lead_days=rng.integers(0, 12, (4, days)),
        multiple=rng.choice([0.5, 1, 6, 10], n),
        minimum=rng.choice([0, 0, 7], n).astype(float),
        unit_cost=rng.integers(1, 900, n).astype(float),
    )
    review = rng.choice([1, 1, 7, 14], n)
    offset = rng.integers(0, 7, n)
    rules, first = {}, True
    for day in (0, 30, 61, 120):
        trigger = rng.integers(-1, 30, n).astype(float)
        rules[day] = Rule(
            trigger=trigger,
            level=trigger + rng.integers(0, 40, n),
            lot=rng.choice([0, 0, 3, 12.5], n),
            review=review,
            offset=offset,
            start=rng.integers(0, 40, n).astype(float),
            known=rng.random(n) < (0.6 if first else 0.9),
        )
        first = False

    run_in = int(rng.choice([0, 0, 28, 45]))

    fast = replay(whole, rules, run_in=run_in)

    names = ("days", "demand", "served", "short_days", "cycles", "good_cycles", "stock_days", "orders", "ordered")
    for row in range(n):
        slow = slow_replay(
            demand[:, row].tolist(),
            whole.lead_days[whole.supplier[row]].tolist(),
            whole.multiple[row],
            whole.minimum[row],
            {day: _row(rule, row) for day, rule in rules.items()},
            run_in,
        )
        assert {name: getattr(fast, name)[row] for name in names} == pytest.approx(slow, abs=1e-9)
    assert fast.short_by_day.sum() == fast.short_days.sum()
    assert fast.orders_by_day.sum() == fast.orders.sum()
    assert fast.value_by_day.sum() == pytest.approx((fast.stock_days * whole.unit_cost).sum())


def _row(rule: Rule, row: int) -> SlowRule:
    return SlowRule(**{name: values[row].item() for name, values in vars(rule).items()})
