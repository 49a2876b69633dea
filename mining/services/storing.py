"""What a run found, written in bulk, and the run put into force."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from inventori.bulk import insert_rows
from mining.itemsets import Itemsets
from mining.judging import may_be_chance, more_general, p_values, possible_rules
from mining.models import AssociationRule, FrequentItemset, HintSettings, MiningRun
from mining.rules import Rule, Rules

ITEMSET_COLUMNS = ("run", "size", "item_ids", "names", "count", "support")
RULE_COLUMNS = (
    "run",
    "antecedent",
    "consequent",
    "antecedent_ids",
    "consequent_ids",
    "item_key",
    "count",
    "antecedent_count",
    "consequent_count",
    "support",
    "confidence",
    "lift",
    "leverage",
    "conviction",
    "p_value",
    "may_be_chance",
    "is_redundant",
    "general_id",
    "generated_at",
)


def wait_for_others() -> None:
    """Lock the one row that everybody locks who starts a run or puts one into force."""
    HintSettings.objects.get_or_create(pk=1)
    HintSettings.objects.select_for_update().get(pk=1)


class Store:
    """Everything that a run writes, made ready before the transaction begins."""

    def __init__(self, run: MiningRun, itemsets: Itemsets, rules: Rules, names: Mapping[int, str]) -> None:
        self.run, self.itemsets, self.names = run, itemsets, names
        self.rules = rules.best()
        self.p = p_values(self.rules)
        self.is_chance = may_be_chance(self.p, possible_rules(itemsets))
        self.general = more_general(self.rules)

    def write(self, figures: Mapping[str, Any], *, takes_force: bool) -> None:
        """Write itemsets, rules and `figures` of the run, and let it take force: all of it, or nothing."""
        now = timezone.now()
        with transaction.atomic():
            # Those of an attempt that was broken off.
            self.run.frequent_itemsets.all().delete()
            self.run.association_rules.all().delete()
            insert_rows(FrequentItemset, ITEMSET_COLUMNS, self._itemset_rows())
            self._write_rules(now)
            if takes_force:
                wait_for_others()
                MiningRun.objects.filter(is_active=True).update(is_active=None)
            is_active = True if takes_force else None
            MiningRun.objects.filter(pk=self.run.pk).update(**figures, is_active=is_active, finished_at=now)

    def _itemset_rows(self) -> Iterator[tuple[Any, ...]]:
        for found in self.itemsets:
            ids = sorted(found.items)  # type: ignore[type-var]
            yield (self.run.pk, len(ids), json.dumps(ids), self._names(ids), found.count, found.support)

    def _write_rules(self, now: datetime) -> None:
        """Write the general rules first: the redundant ones name them by their id."""
        general = np.flatnonzero(self.general < 0)
        insert_rows(AssociationRule, RULE_COLUMNS, self._rule_rows(general, {}, now))
        ids = AssociationRule.objects.filter(run=self.run).order_by("pk").values_list("pk", flat=True)
        by_row = dict(zip(general.tolist(), ids, strict=True))
        insert_rows(AssociationRule, RULE_COLUMNS, self._rule_rows(np.flatnonzero(self.general >= 0), by_row, now))

    def _rule_rows(
        self, rows: "np.ndarray[Any, Any]", general_ids: Mapping[int, int], now: datetime
    ) -> Iterator[tuple[Any, ...]]:
        chosen, counts = self.rules.chosen(rows), self.itemsets.counts
        of_a, of_b = counts[chosen.antecedent].tolist(), counts[chosen.consequent].tolist()
        marks = (self.p[rows].tolist(), self.is_chance[rows].tolist(), self.general[rows].tolist())
        for rule, a, b, p, is_chance, general in zip(chosen, of_a, of_b, *marks, strict=True):
            ids = general_ids.get(general)
            yield (*self._rule(rule, a, b), p, int(is_chance), int(general >= 0), ids, now)

    def _rule(self, rule: Rule, antecedent_count: int, consequent_count: int) -> tuple[Any, ...]:
        one, other = sorted(rule.antecedent), sorted(rule.consequent)  # type: ignore[type-var]
        return (
            self.run.pk,
            self._names(one),
            self._names(other),
            json.dumps(one),
            json.dumps(other),
            item_key(one, other),
            rule.count,
            antecedent_count,
            consequent_count,
            rule.support,
            rule.confidence,
            rule.lift,
            rule.leverage,
            None if np.isinf(rule.conviction) else rule.conviction,
        )

    def _names(self, ids: Sequence[Any]) -> str:
        return json.dumps([self.names.get(pk, str(pk)) for pk in ids])


def item_key(antecedent: Iterable[Any], consequent: Iterable[Any]) -> str:
    """Return ",12,45,|,7,": a product's rules are those with ",12," in it."""
    return "|".join("," + ",".join(map(str, ids)) + "," for ids in (antecedent, consequent))
