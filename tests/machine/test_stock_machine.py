"""Whatever a shop does, in whatever order: its stock is what simple counting says, after every single step.

STOCK_MACHINE_STEPS sets how many things each of the twenty shops does (2,000).
"""

import os
import random

import pytest
import time_machine
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from summary.verify import differences

from .machine import START, WEIGHTS, Machine, run

pytestmark = pytest.mark.django_db

STEPS = int(os.environ.get("STOCK_MACHINE_STEPS", "2000"))


@pytest.mark.parametrize("seed", range(20))
def test_a_shop_that_does_random_things_keeps_an_honest_stock(seed):
    machine = run(seed, STEPS)

    # Both were met: things that were done, and things that were refused.
    assert machine.refused > STEPS // 50
    assert len(machine.sales) > STEPS // 50
    assert list(differences()) == []


class SmallShop(RuleBasedStateMachine):
    """The same shop in Hypothesis' hands, which shortens a failure to the fewest things that still fail."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.travel = time_machine.travel(START, tick=False)
        self.machine = Machine(self.travel.start())

    @rule(name=st.sampled_from(sorted(WEIGHTS)), seed=st.integers(0, 2**16))
    def happens(self, name, seed):
        self.machine.step(name, random.Random(seed))

    def teardown(self):
        self.travel.stop()
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)


def test_hypothesis_finds_no_short_way_to_a_wrong_stock():
    run_state_machine_as_test(SmallShop, settings=settings(max_examples=20, stateful_step_count=40, deadline=None))
