"""The rules in force, held so that those of a basket are found without a query.

A rule is kept under the two items of its antecedent that the fewest antecedents hold, or under its only one: a
basket looks only at the rules of its own items and pairs, and most of what it looks at applies.

>>> index = HintIndex([RuleRow(1, (7,), (9,), 2.5), RuleRow(2, (7, 8), (9,), 4.0), RuleRow(3, (8,), (7,), 3.0)])
>>> [(match.rule_id, match.item) for match in index.matching({7, 8})]
[(2, 9)]
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from heapq import nsmallest
from itertools import chain, combinations
from typing import NamedTuple

Key = tuple[int, ...]


class RuleRow(NamedTuple):
    rule_id: int
    antecedent: Sequence[int]
    consequent: Sequence[int]
    lift: float


class Match(NamedTuple):
    """An item that goes with a basket, and the strongest rule that says so."""

    item: int
    rule_id: int
    lift: float


class HintIndex:
    """Rules by the items of their antecedents. It is not changed after it was built, so threads may share it.

    rules: those with one consequent count. A longer one adds no item: each of its consequents stands in a rule
    of its own that is at least as confident.
    """

    def __init__(self, rules: Iterable[RuleRow]) -> None:
        kept = [rule for rule in rules if len(rule.consequent) == 1 and rule.antecedent]
        spread = Counter(item for rule in kept for item in rule.antecedent)
        antecedents: dict[frozenset[int], frozenset[int]] = {}
        self._kept: dict[Key, list[tuple[frozenset[int], Match]]] = {}
        for rule in sorted(kept, key=lambda rule: -rule.lift):
            rarest = sorted(rule.antecedent, key=lambda item: (spread[item], item))[:2]
            # One set for all rules with the same antecedent: it takes more memory than all else of a rule.
            antecedent = frozenset(rule.antecedent)
            antecedent = antecedents.setdefault(antecedent, antecedent)
            match = Match(rule.consequent[0], rule.rule_id, rule.lift)
            self._kept.setdefault(tuple(sorted(rarest)), []).append((antecedent, match))
        self.rules = len(kept)

    def matching(self, basket: AbstractSet[int], *, min_lift: float = 1.0, most: int = 1_000) -> list[Match]:
        """Return what goes with `basket` and is not in it, each item once, at most `most`, the highest lift first.

        The rules of a key stand by lift, so that each list is left as soon as it gave `most` items.
        """
        best: dict[int, Match] = {}
        items = sorted(basket)
        for key in chain(((item,) for item in items), combinations(items, 2)):
            seen: set[int] = set()
            for antecedent, match in self._kept.get(key, ()):
                if match.lift < min_lift or len(seen) == most:
                    break
                if match.item not in seen and match.item not in basket and antecedent <= basket:
                    seen.add(match.item)
                    known = best.get(match.item)
                    if known is None or match.lift > known.lift:
                        best[match.item] = match
        return nsmallest(most, best.values(), key=lambda match: (-match.lift, match.item))
