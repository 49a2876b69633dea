"""What a run found, written in bulk, and the run put into force."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db import models, transaction
from django.utils import timezone

from inventori.bulk import insert_rows
from mining.itemsets import Itemsets
from mining.judging import may_be_chance, more_general, p_values, possible_rules
from mining.models import AssociationRule, FrequentItemset, HintSettings, MiningRun
from mining.rules import Rule, Rules

ROWS_AT_ONCE = 10_000
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

    def write(self, figures: Mapping[str, Any], *, takes_force: bool, report: Callable[[int, int], None]) -> None:
        """Write itemsets and rules, then at once `figures` of the run and who is in force: all of it, or nothing.

        Until then nobody looks at the rows. They go in parts, each a transaction of its own: tills write between them.
        report: called with rows done and all between two parts; what it raises takes everything back.
        """
        self._forget()
        try:
            self._write_rows(report)
            self._finish(figures, takes_force=takes_force)
        # A stopped worker too: half a run's rows must not stay.
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        """Delete the rows of an attempt that was broken off."""
        self.run.frequent_itemsets.all().delete()
        self.run.association_rules.all().delete()

    def _finish(self, figures: Mapping[str, Any], *, takes_force: bool) -> None:
        now = timezone.now()
        with transaction.atomic():
            if takes_force:
                wait_for_others()
                MiningRun.objects.filter(is_active=True).update(is_active=None)
            is_active = True if takes_force else None
            MiningRun.objects.filter(pk=self.run.pk).update(**figures, is_active=is_active, finished_at=now)

    def _write_rows(self, report: Callable[[int, int], None]) -> None:
        """Write the general rules before the redundant ones, which name them by their id."""
        total, now = len(self.itemsets) + len(self.rules), timezone.now()
        general, redundant = np.flatnonzero(self.general < 0), np.flatnonzero(self.general >= 0)
        done = 0
        for count in _insert(FrequentItemset, ITEMSET_COLUMNS, self._itemset_rows()):
            done += count
            report(done, total)
        for count in _insert(AssociationRule, RULE_COLUMNS, self._rule_rows(general, {}, now)):
            done += count
            report(done, total)
        ids = AssociationRule.objects.filter(run=self.run).order_by("pk").values_list("pk", flat=True)
        by_row = dict(zip(general.tolist(), ids, strict=True))
        for count in _insert(AssociationRule, RULE_COLUMNS, self._rule_rows(redundant, by_row, now)):
            done += count
            report(done, total)

    def _itemset_rows(self) -> Iterator[tuple[Any, ...]]:
        for found in self.itemsets:
            ids = sorted(found.items)  # type: ignore[type-var]
            yield (self.run.pk, len(ids), json.dumps(ids), self._names(ids), found.count, found.support)

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


def _insert(model: type[models.Model], columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> Iterator[int]:
    """Insert rows in parts and yield the size of each."""
    while part := list(islice(rows, ROWS_AT_ONCE)):
        with transaction.atomic():
            count = insert_rows(model, columns, part)
        yield count


def item_key(antecedent: Iterable[Any], consequent: Iterable[Any]) -> str:
    """Return ",12,45,|,7,": a product's rules are those with ",12," in it."""
    return "|".join("," + ",".join(map(str, ids)) + "," for ids in (antecedent, consequent))
