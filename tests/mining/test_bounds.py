"""Runs that would go too far say so, and give what they have."""

import time

import numpy as np
import pytest

from mining.apriori import frequent_itemsets
from mining.bounds import Limits, Stopped, in_words, plain
from mining.encoding import baskets_from_arrays

from .stores import as_counts

# 30 baskets of the same 16 items hold 65,535 itemsets.
SAME = [list(range(16))] * 30


def test_too_many_pairs_are_refused_with_a_support_that_does():
    baskets = [[item, item + 1] for item in range(100)] * 2 + [[1, 50]] * 8

    refused = frequent_itemsets(baskets, min_support=2, limits=Limits(max_pairs=50))

    assert refused.stopped == Stopped("pairs", 2, support=2 / 208, amount=208, limit=50, try_support=0.025)
    assert str(refused.stopped) == "support 0.009615 would look at 208 pairs; try 0.025"
    assert refused.found == [101]
    assert frequent_itemsets(baskets, min_support=0.025, limits=Limits(max_pairs=50)).stopped is None


def test_the_support_is_told_as_it_was_asked_for():
    limits = Limits(max_itemsets=3000)

    assert frequent_itemsets(SAME, min_support=0.51, limits=limits).stopped.support == 0.51
    assert frequent_itemsets(SAME, min_support=15, limits=limits).stopped.support == 0.5
    assert frequent_itemsets(SAME, min_support=0.1, min_count=12, limits=limits).stopped.support == 0.4


def test_pairs_are_told_in_millions():
    stopped = Stopped("pairs", 2, support=0.0001, amount=8_385_760, limit=5_000_000, try_support=0.0008)

    assert str(stopped) == "support 0.0001 would look at 8.4 million pairs; try 0.0008"


def test_too_many_itemsets_stop_and_whole_levels_are_kept():
    stopped = frequent_itemsets(SAME, min_support=0.5, limits=Limits(max_itemsets=3000))

    assert stopped.found == [16, 120, 560, 1820]
    assert (stopped.stopped.code, stopped.stopped.level, stopped.stopped.limit) == ("itemsets", 5, 3000)
    assert str(stopped.stopped).startswith("stopped at level 5: support 0.5 holds more than 3,000 itemsets")


def test_what_is_found_before_a_stop_is_exact():
    stopped = frequent_itemsets(SAME, min_support=0.5, limits=Limits(max_itemsets=3000))

    assert as_counts(stopped) == as_counts(frequent_itemsets(SAME, min_support=0.5, max_length=4))


def test_too_many_candidates_stop_before_they_are_made():
    stopped = frequent_itemsets(SAME, min_support=0.5, limits=Limits(max_candidates=1000)).stopped

    assert (stopped.code, stopped.level, stopped.amount) == ("candidates", 4, 1820)
    assert str(stopped).startswith("stopped at level 4: support 0.5 would look at 1,820 sets of 4 items")


def test_too_much_memory_stops_before_it_is_taken():
    stopped = frequent_itemsets(SAME, min_support=0.5, limits=Limits(max_bytes=10_000)).stopped

    assert (stopped.code, stopped.level, stopped.limit) == ("memory", 3, 10_000)
    assert stopped.amount > 10_000


def test_time_that_is_up_stops():
    stopped = frequent_itemsets(SAME, min_support=0.5, limits=Limits(max_seconds=0))

    assert stopped.stopped.code == "time"
    assert stopped.found == []


def test_a_cancelled_run_ends_within_five_seconds_with_what_it_found():
    dice = np.random.default_rng(5)
    baskets = baskets_from_arrays(np.repeat(np.arange(2000), 60), dice.integers(0, 120, 120_000))
    levels, asked = [], []

    def cancelled():
        asked.append(time.monotonic())
        return len(levels) >= 2

    found = frequent_itemsets(
        baskets, min_support=0.005, limits=Limits(max_itemsets=10**8), progress=levels.append, cancelled=cancelled
    )

    assert found.stopped.code == "cancelled"
    assert found.stopped.try_support is None
    assert found.found[:2] == [120, 7140]
    assert time.monotonic() - asked[-1] < 5


def test_a_run_cancelled_at_once_finds_nothing():
    found = frequent_itemsets(SAME, min_support=0.5, cancelled=lambda: True)

    assert (found.found, str(found.stopped)) == ([], "stopped at level 1: cancelled")


@pytest.mark.parametrize("code", ["itemsets", "candidates", "memory"])
def test_the_support_to_try_is_higher_than_the_one_asked(code):
    dice = np.random.default_rng(7)
    baskets = [np.flatnonzero(dice.random(30) < dice.random(30)).tolist() for _ in range(200)]
    limits = {
        "itemsets": Limits(max_itemsets=1000),
        "candidates": Limits(max_candidates=2000),
        "memory": Limits(max_bytes=30_000),
    }

    stopped = frequent_itemsets(baskets, min_support=0.02, limits=limits[code]).stopped

    assert stopped.code == code
    assert 0.02 < stopped.try_support <= 1


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (999, "999"),
        (8_385_760, "8.4 million"),
        (5_000_000, "5 million"),
        (1.5e9, "1.5 billion"),
        (12_345, "12,345"),
        (0.5, "0.5"),
    ],
)
def test_amounts_are_written_as_people_say_them(amount, words):
    assert in_words(amount) == words


def test_shares_are_written_without_an_exponent():
    assert plain(0.0001) == "0.0001"
    assert plain(0.00001234) == "0.00001234"
    assert plain(1.0) == "1"
