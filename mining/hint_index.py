"""The rules in force, held so that those of a basket are found without a query.

A rule is kept under the item of its antecedent that the fewest rules are kept for: a basket looks only at
those of its own items, and most of what it looks at applies.

>>> index = HintIndex([RuleRow(1, (7,), (9,), 2.5), RuleRow(2, (7, 8), (9,), 4.0), RuleRow(3, (8,), (7,), 3.0)])
>>> [(match.rule_id, match.item) for match in index.matching({7, 8})]
[(2, 9)]
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple


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
        by_antecedent: dict[frozenset[int], list[Match]] = {}
        for rule in rules:
            if len(rule.consequent) == 1 and rule.antecedent:
                match = Match(rule.consequent[0], rule.rule_id, rule.lift)
                by_antecedent.setdefault(frozenset(rule.antecedent), []).append(match)
        spread = Counter(item for antecedent in by_antecedent for item in antecedent)
        self._by_item: dict[int, list[tuple[frozenset[int], list[Match]]]] = {}
        for antecedent, matches in by_antecedent.items():
            rarest = min(antecedent, key=lambda item: (spread[item], item))
            self._by_item.setdefault(rarest, []).append((antecedent, matches))
        self.rules = sum(map(len, by_antecedent.values()))

    def matching(self, basket: AbstractSet[int], *, min_lift: float = 1.0) -> list[Match]:
        """Return what goes with `basket` and is not in it, each item once, the highest lift first."""
        best: dict[int, Match] = {}
        for item in basket:
            for antecedent, matches in self._by_item.get(item, ()):
                if antecedent <= basket:
                    for match in matches:
                        known = best.get(match.item)
                        if known is None or match.lift > known.lift:
                            best[match.item] = match
        found = [match for match in best.values() if match.item not in basket and match.lift >= min_lift]
        return sorted(found, key=lambda match: (-match.lift, match.item))
