"""What a run finds, where the edges are, and how it is handed over."""

import numpy as np
import pytest

from mining import bitmaps, levels, pairs
from mining.apriori import Progress, frequent_itemsets
from mining.bounds import least_count
from mining.encoding import baskets_from_arrays, baskets_from_lists
from mining.itemsets import Itemset
from mining.reference import textbook_apriori

from .stores import as_counts

PHARMACY = [
    ["infusion set", "stopcock", "cannula"],
    ["infusion set", "stopcock", "cannula", "gauze"],
    ["infusion set", "stopcock"],
    ["gauze", "alcohol"],
    ["alcohol"],
]


def counts_of(found):
    return {itemset.items if len(itemset.items) > 1 else itemset.items[0]: itemset.count for itemset in found}


def test_itemsets_of_the_pharmacy_come_level_by_level_with_the_rarest_item_first():
    found = frequent_itemsets(PHARMACY, min_support=2)

    assert found.found == [5, 3, 1]
    assert list(found)[-1] == Itemset(("cannula", "infusion set", "stopcock"), 2, 0.4)
    assert counts_of(found) == {
        "cannula": 2, "gauze": 2, "alcohol": 2, "infusion set": 3, "stopcock": 3,
        ("cannula", "infusion set"): 2, ("cannula", "stopcock"): 2, ("infusion set", "stopcock"): 3,
        ("cannula", "infusion set", "stopcock"): 2,
    }  # fmt: skip


def test_arrays_hold_every_itemset_of_a_level():
    found = frequent_itemsets(PHARMACY, min_support=2)

    assert [[found.labels[code] for code in row] for row in found.items(2).tolist()] == [
        ["cannula", "infusion set"],
        ["cannula", "stopcock"],
        ["infusion set", "stopcock"],
    ]
    assert found.levels[1].counts.tolist() == [2, 2, 3]
    assert found.counts.tolist() == [2, 2, 2, 3, 3, 2, 2, 3, 2]
    assert found.offsets.tolist() == [0, 5, 8, 9]


# --- How much is enough ----------------------------------------------------------------
def test_seven_of_25_baskets_are_enough_at_28_percent():
    baskets = [["a", "b"]] * 7 + [["a"]] + [["c"]] * 17

    found = as_counts(frequent_itemsets(baskets, min_support=0.28))

    assert 0.28 * 25 > 7, "the noise that must not matter"
    assert found == {frozenset("a"): 8, frozenset("b"): 7, frozenset("ab"): 7, frozenset("c"): 17}


@pytest.mark.parametrize("basket_count", [1, 3, 7, 25, 49, 100, 9835, 155_848])
def test_every_share_that_is_a_count_of_the_baskets_means_that_count(basket_count):
    for count in {1, 2, 3, 7, basket_count // 3, basket_count // 2, basket_count - 1, basket_count}:
        if 1 <= count <= basket_count:
            assert least_count(count / basket_count, basket_count) == count


def test_a_whole_number_is_a_count_and_one_point_nought_is_all_baskets():
    assert least_count(10, 1000) == 10
    assert least_count(1, 1000) == 1
    assert least_count(1.0, 1000) == 1000


def test_a_least_count_guards_small_windows():
    baskets = [["a", "b"]] * 3 + [["c"]] * 7

    assert as_counts(frequent_itemsets(baskets, min_support=0.1, min_count=4)) == {frozenset("c"): 7}
    assert least_count(0.01, 100, min_count=5) == 5
    assert least_count(0.5, 100, min_count=5) == 50


@pytest.mark.parametrize("wrong", [0, -1, 0.0, -0.1, 1.5, float("nan"), float("inf")])
def test_a_support_that_cannot_be_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="min_support"):
        frequent_itemsets(PHARMACY, min_support=wrong)


@pytest.mark.parametrize("wrong", [True, "0.1", None])
def test_a_support_that_is_no_number_is_refused_by_name(wrong):
    with pytest.raises(TypeError, match="min_support"):
        frequent_itemsets(PHARMACY, min_support=wrong)


# --- Which items, how many ---------------------------------------------------------------
@pytest.mark.parametrize(("max_length", "found"), [(1, [5]), (2, [5, 3]), (3, [5, 3, 1]), (9, [5, 3, 1])])
def test_sets_are_no_longer_than_the_maximum_length(max_length, found):
    assert frequent_itemsets(PHARMACY, min_support=2, max_length=max_length).found == found


def test_a_maximum_length_of_nought_is_refused():
    with pytest.raises(ValueError, match="max_length"):
        frequent_itemsets(PHARMACY, min_support=2, max_length=0)


def test_items_left_out_are_in_no_set_and_the_baskets_still_count():
    found = frequent_itemsets(PHARMACY, min_support=2, exclude=["stopcock", "gauze", "never sold"])

    assert found.basket_count == 5
    assert counts_of(found) == {"cannula": 2, "alcohol": 2, "infusion set": 3, ("cannula", "infusion set"): 2}


def test_items_left_out_of_arrays_are_named_by_their_ids():
    baskets = baskets_from_arrays([1, 1, 2, 2], [10, 11, 10, 11])

    assert as_counts(frequent_itemsets(baskets, min_support=2, exclude=[10, "11"])) == {frozenset([11]): 2}


def test_an_item_in_every_basket_is_kept():
    baskets = [["bag", "a"], ["bag", "a"], ["bag", "b"]]

    assert as_counts(frequent_itemsets(baskets, min_support=1.0)) == {frozenset(["bag"]): 3}
    assert as_counts(frequent_itemsets(baskets, min_support=2))[frozenset(["bag", "a"])] == 2


def test_an_item_twice_in_a_basket_counts_once():
    baskets = [["a", "a", "b"], ["b", "a", "b"], ["a"]]

    assert as_counts(frequent_itemsets(baskets, min_support=2)) == {
        frozenset("a"): 3,
        frozenset("b"): 2,
        frozenset("ab"): 2,
    }


def test_an_item_that_is_frequent_only_by_its_repeats_is_dropped():
    assert as_counts(frequent_itemsets([["a", "a", "a"], ["b"], ["b"]], min_support=2)) == {frozenset("b"): 2}


# --- Little or nothing ---------------------------------------------------------------------
@pytest.mark.parametrize("baskets", [[], [[]], [[], []]])
def test_nothing_is_found_in_nothing(baskets):
    found = frequent_itemsets(baskets, min_support=0.5)

    assert (len(found), found.found, list(found), found.stopped) == (0, [], [], None)
    assert found.basket_count == len(baskets)


def test_empty_arrays_hold_nothing():
    assert len(frequent_itemsets(baskets_from_arrays([], []), min_support=1)) == 0


def test_one_basket_holds_all_its_sets():
    assert frequent_itemsets([["a", "b", "c", "d"]], min_support=1).found == [4, 6, 4, 1]


def test_nothing_frequent_leaves_no_level():
    assert frequent_itemsets([["a"], ["b"]], min_support=2).found == []


# --- Input -----------------------------------------------------------------------------------
def test_baskets_may_be_sets_tuples_or_made_on_the_fly():
    wanted = as_counts(frequent_itemsets(PHARMACY, min_support=2))

    assert as_counts(frequent_itemsets([set(basket) for basket in PHARMACY], min_support=2)) == wanted
    assert as_counts(frequent_itemsets((tuple(basket) for basket in PHARMACY), min_support=2)) == wanted


def test_items_of_mixed_types_stay_apart():
    found = as_counts(frequent_itemsets([[1, "1", 2.5], [1, "1", None], [10**30, 2.5]], min_support=2))

    assert found == {frozenset([1]): 2, frozenset(["1"]): 2, frozenset([2.5]): 2, frozenset([1, "1"]): 2}


def test_items_of_arrays_come_back_as_plain_numbers():
    found = frequent_itemsets(
        baskets_from_arrays(np.array([5, 5, 9]), np.array([70, 71, 70], np.uint16)), min_support=1
    )

    assert [itemset.items for itemset in found] == [(71,), (70,), (71, 70)]
    assert all(type(item) is int for itemset in found for item in itemset.items)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint64])
def test_ids_may_be_of_any_integer_kind(kind):
    low, high = np.iinfo(kind).min if kind is not np.uint64 else 0, min(np.iinfo(kind).max, 2**63 - 1)
    lines = np.array([low, low, high, high], kind), np.array([high, low, high, low], kind)

    assert as_counts(frequent_itemsets(baskets_from_arrays(*lines), min_support=2)) == {
        frozenset([int(low)]): 2,
        frozenset([int(high)]): 2,
        frozenset([int(low), int(high)]): 2,
    }


@pytest.mark.parametrize("spread", [1, 10**6, 2**62])
def test_ids_may_lie_close_together_or_far_apart_and_in_any_order(spread):
    baskets = baskets_from_arrays([spread, -spread, 0, spread, 0, -spread], [spread, -spread, 0, 0, spread, 0])

    assert as_counts(frequent_itemsets(baskets, min_support=2)) == {
        frozenset([0]): 3,
        frozenset([spread]): 2,
        frozenset([0, spread]): 2,
    }


def test_baskets_without_lines_count_when_they_are_told_of():
    lines = ([1, 1, 3], [10, 11, 10])

    assert frequent_itemsets(baskets_from_arrays(*lines), min_support=0.5).basket_count == 2
    assert frequent_itemsets(baskets_from_arrays(*lines, count=4), min_support=0.5).min_count == 2


@pytest.mark.parametrize(
    ("basket_ids", "item_ids", "message"),
    [
        ([1, 2], [1], "one length"),
        ([1.5], [1], "basket_ids must hold integers"),
        ([1], ["a"], "item_ids must hold integers"),
        ([[1]], [1], "basket_ids must have one dimension"),
        ([2**63], [1], "basket_ids must hold integers below"),
    ],
)
def test_arrays_that_cannot_be_lines_are_refused_by_name(basket_ids, item_ids, message):
    with pytest.raises(ValueError, match=message):
        baskets_from_arrays(basket_ids, item_ids)


def test_fewer_baskets_than_have_lines_are_refused():
    with pytest.raises(ValueError, match="count must be at least the 2 baskets"):
        baskets_from_arrays([1, 2], [1, 1], count=1)


def test_baskets_read_once_may_be_mined_again():
    baskets = baskets_from_lists(PHARMACY)

    assert [frequent_itemsets(baskets, min_support=least).found for least in (3, 2, 3)] == [[2, 1], [5, 3, 1], [2, 1]]


# --- On the way --------------------------------------------------------------------------------
def test_progress_is_told_after_each_level():
    told = []

    frequent_itemsets(PHARMACY, min_support=2, progress=told.append)

    assert [(level.level, level.found, level.total) for level in told] == [(1, 5, 5), (2, 3, 8), (3, 1, 9)]
    assert told[2] == Progress(level=3, candidates=1, found=1, total=9)


# --- Whatever way is taken inside -----------------------------------------------------------------
def bigger_store(seed, *, baskets=400, items=60):
    """Return baskets in which some goods go together."""
    dice = np.random.default_rng(seed)
    popular = dice.zipf(1.3, (baskets, 12)) % items
    groups = [dice.choice(items, dice.integers(3, 6), replace=False) for _ in range(12)]
    return [
        [*row[: dice.integers(1, 12)], *(groups[dice.integers(12)] if dice.random() < 0.4 else [])]
        for row in popular.tolist()
    ]


WAYS = {
    "in a table": {},
    "by sorting": {(pairs, "TABLE_CELLS"): 0},
    "sorted in parts": {(pairs, "TABLE_CELLS"): 0, (pairs, "HELD_PAIRS"): 500},
    "few hash buckets": {(pairs, "TABLE_CELLS"): 0, (pairs, "HELD_PAIRS"): 500, (pairs, "BUCKETS"): 16},
    "by products": {(pairs, "DENSE_WORK"): 0, (pairs, "DENSE_SHARE"): 20, (pairs, "MATRIX_CELLS"): 500},
    "small blocks": {(pairs, "BLOCK_PAIRS"): 7, (pairs, "COLUMN_CELLS"): 50},
    "small joins": {(levels, "JOIN_BLOCK"): 5, (levels, "HELD_JOINS"): 0, (bitmaps, "GATHER_CELLS"): 100},
    "shared pair flags": {(levels, "PAIR_FLAGS"): 64},
    "a matrix a class": {(bitmaps, "WASTE_WORDS"): 0, (bitmaps, "WASTE_SHARE"): 0},
    "one matrix": {(bitmaps, "WASTE_WORDS"): 10**9},
    "items in parts": {(bitmaps, "ITEM_BITMAP_BYTES"): 100},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_way_finds_what_the_textbook_finds(monkeypatch, way, seed):
    for (module, name), value in WAYS[way].items():
        monkeypatch.setattr(module, name, value)
    baskets = bigger_store(seed)
    wanted = textbook_apriori(baskets, 8)

    found = frequent_itemsets(baskets, min_support=8)

    assert len(wanted) > 200
    assert max(map(len, wanted)) >= 4
    assert as_counts(found) == wanted
