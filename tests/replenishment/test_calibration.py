"""The level at which the past reaches what is wanted."""

import pytest

from replenishment.calibration import LADDER, calibrate


def test_each_group_gets_the_least_level_that_reaches_the_wanted_rate_within_a_point():
    def reach(levels):
        return {"A": 60 + levels["A"] * 0.4 if "A" in levels else None, "B": 90 + levels.get("B", 0) * 0.1}

    found = calibrate(reach, ["A", "B"], 98.0)

    for name in ("A", "B"):
        assert 98.0 <= found[name].rate <= 99.0
        assert found[name].is_reached
        assert not found[name].is_least
        assert found[name].rate == dict(found[name].tried)[found[name].level]


def test_a_level_that_cannot_be_reached_says_what_the_highest_gives():
    found = calibrate(lambda levels: {"A": min(levels["A"], 96.0)}, ["A"], 99.0)["A"]

    assert (found.level, found.rate) == (98.0, 96.0)
    assert not found.is_reached


def test_when_the_least_level_gives_more_than_wanted_it_is_taken_and_said():
    found = calibrate(lambda levels: {"A": 99.5}, ["A"], 95.0)["A"]

    assert (found.level, found.rate, found.is_least, found.is_reached) == (50.0, 99.5, True, False)


def test_a_group_that_sold_nothing_has_no_level():
    found = calibrate(lambda levels: {"A": None}, ["A"], 95.0)["A"]

    assert (found.level, found.rate, found.is_reached) == (None, None, False)


@pytest.mark.parametrize("wanted", [80.0, 97.3, 99.9])
def test_all_groups_are_tried_together_and_few_times(wanted):
    calls = []

    def reach(levels):
        calls.append(dict(levels))
        return dict(levels)

    found = calibrate(reach, ["A", "B", "C"], wanted)

    assert len(calls) <= len(LADDER) + 6
    assert all(abs(group.rate - wanted) <= 1 for group in found.values())
    assert all(50 <= level <= 99.99 for call in calls for level in call.values())
