"""The report card: what was made of the suggestions of some days, and what that saved or cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.money import ZERO
from inventory.models import Warehouse

from .models import Suggestion

Kind = Suggestion.Decision


@dataclass(slots=True)
class Tally:
    """Decisions of one kind of people or reason. Days and costs are of those changed and rejected that are judged."""

    label: StrOrPromise = ""
    accepted: int = 0
    changed: int = 0
    rejected: int = 0
    judged: int = 0
    app_days: int = 0
    person_days: int = 0
    app_cost: Decimal = ZERO
    person_cost: Decimal = ZERO

    @property
    def count(self) -> int:
        return self.accepted + self.changed + self.rejected

    @property
    def other(self) -> int:
        """How many were not taken as they were suggested."""
        return self.changed + self.rejected

    @property
    def accepted_share(self) -> Decimal:
        return Decimal(self.accepted) / self.count if self.count else ZERO

    @property
    def saved(self) -> Decimal:
        """What deciding otherwise saved against the suggestions; below 0 it cost that much more."""
        return self.app_cost - self.person_cost

    @property
    def lost(self) -> Decimal:
        return max(-self.saved, ZERO)

    @property
    def days_more(self) -> int:
        """Days short that deciding otherwise brought, against the suggestions; below 0 it spared them."""
        return self.person_days - self.app_days

    def add(self, row: dict[str, Any]) -> None:
        name = {Kind.ACCEPTED: "accepted", Kind.CHANGED: "changed", Kind.REJECTED: "rejected"}[row["decision"]]
        setattr(self, name, getattr(self, name) + 1)
        if row["judged_at"] is None or row["decision"] == Kind.ACCEPTED:
            return
        self.judged += 1
        self.app_days += row["outcome"]["app"]["days_short"]
        self.person_days += row["outcome"]["person"]["days_short"]
        self.app_cost += row["app_cost"]
        self.person_cost += row["person_cost"]


@dataclass(slots=True)
class Record:
    """waiting: suggestions whose days are not over."""

    total: Tally = field(default_factory=Tally)
    by_reason: list[Tally] = field(default_factory=list)
    by_person: list[Tally] = field(default_factory=list)
    waiting: int = 0


def suggestions_since(warehouse: Warehouse, start: date) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(warehouse=warehouse, made_on__gte=start)


def record(suggestions: QuerySet[Suggestion]) -> Record:
    """Add up suggestions, in two queries."""
    found = Record()
    by_reason: dict[str, Tally] = {}
    by_person: dict[int, Tally] = {}
    columns = ("decision", "reason", "by_id", "judged_at", "app_cost", "person_cost", "outcome")
    for row in suggestions.order_by().values(*columns):
        found.total.add(row)
        found.waiting += row["judged_at"] is None
        by_person.setdefault(row["by_id"], Tally()).add(row)
        if row["decision"] != Kind.ACCEPTED:
            by_reason.setdefault(row["reason"], Tally(Suggestion.Reason(row["reason"]).label)).add(row)
    people = User.objects.in_bulk(by_person)
    for pk, tally in by_person.items():
        tally.label = str(people[pk])
    found.by_reason, found.by_person = _most_first(by_reason.values()), _most_first(by_person.values())
    return found


def _most_first(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: (-tally.other, -tally.count, str(tally.label)))
