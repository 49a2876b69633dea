"""Runs every rule and yields what disagrees. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db import connection

from .alert_rules import ALERT_RULES
from .batch_rules import BATCH_RULES
from .buying_rules import BUYING_RULES
from .cards import stock_card_differences
from .demand import demand_differences
from .moving_rules import MOVING_RULES
from .rules import RULES, Rule


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two records of the same thing disagree."""

    rule: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: expected {self.expected}, found {self.found}"


def differences() -> Iterator[Difference]:
    """Yield every difference, stock cards first, then documents and money."""
    _teach_sqlite_concat()
    for rule_name, subject, expected, found in chain(stock_card_differences(), demand_differences()):
        yield Difference(rule_name, subject, _text(expected), _text(found))
    for rule in [*RULES, *BATCH_RULES, *BUYING_RULES, *MOVING_RULES, *ALERT_RULES]:
        yield from _broken(rule)


def _broken(rule: Rule) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(rule.sql)
        for subject, expected, found in cursor.fetchall():
            yield Difference(rule.name, str(subject), _text(expected), _text(found))


def _teach_sqlite_concat() -> None:
    """Older SQLite has no CONCAT(), which the rules name their subjects with."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function(
            "CONCAT", -1, lambda *parts: None if None in parts else "".join(map(str, parts))
        )


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Decimal | float):
        return f"{Decimal(str(value)).quantize(Decimal('0.001')).normalize():f}"
    return str(value)
