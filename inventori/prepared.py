"""Reads whose SQL text is made once and sent again: for what the till asks at every scan and every payment.

The ORM builds a query's text anew each time, which takes it five to ten times as long as sending it. The text of
a query differs only in its values, so it is built from the queryset on its first use and kept:

    _open_shift = prepared(lambda cashier: Shift.objects.select_for_update().filter(open_for=cashier))
    shift = _open_shift.first(user.pk)

Instances, joined rows, converters and annotations are the queryset's own. What a queryset does besides making
rows, such as a prefetch, is not done. Values are whole numbers, text (as the database holds it), days, and lists
of one of these for `__in`; with None or many values the ORM answers itself.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]  # not in the stubs
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=models.Model)

# A list of more values asks for so much work that building its text no longer matters.
MOST_VALUES = 100


def prepared(build: Callable[..., models.QuerySet[M]]) -> "Prepared[M]":
    """Keep the text of the query that `build` makes of its values."""
    return Prepared(build)


class Prepared(Generic[M]):
    """A query by its values: called, it returns its rows."""

    def __init__(self, build: Callable[..., models.QuerySet[M]]) -> None:
        self._build = build
        self._texts: dict[Any, _Text] = {}

    def __call__(self, *values: Any) -> list[M]:
        # How many values each list holds: every number has a text of its own.
        shape = tuple([len(value) if isinstance(value, (list, tuple)) else -1 for value in values])
        flat = _flat(values)
        if None in flat or len(flat) > MOST_VALUES or 0 in shape:
            return list(self._build(*values))
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = _Text(self._build, values)
        return text.rows(flat)

    def first(self, *values: Any) -> M | None:
        """Return the first row, without asking for one only: for queries that find one at most."""
        return next(iter(self(*values)), None)


def _flat(values: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for value in values:
        flat.extend(value) if isinstance(value, (list, tuple)) else flat.append(value)
    return flat


class _Text:
    """The text of one query, where its values stand in it, and how its rows become instances."""

    def __init__(self, build: Callable[..., models.QuerySet[Any]], values: Sequence[Any]) -> None:
        marks = _marks()
        marked = [
            [next(marks[type(one)]) for one in value] if isinstance(value, (list, tuple)) else next(marks[type(value)])
            for value in values
        ]
        query = build(*marked).query
        compiler = query.get_compiler(connection=connection)
        self._sql, params = compiler.as_sql()
        # What stands in the text besides the values, such as a status, stays as it is.
        self._params = list(params)
        found = {str(mark): at for at, mark in enumerate(_flat(marked))}
        self._places = [(at, found[str(param)]) for at, param in enumerate(params) if str(param) in found]
        if {value for _at, value in self._places} != set(found.values()):
            raise ValueError("each value must stand in the query as it is given")
        self._locks = query.select_for_update
        info = compiler.klass_info
        self._model: type[models.Model] = info["model"]
        self._columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self._names = [column[0].target.attname for column in compiler.select[self._columns]]
        self._joined = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)
        self._annotations = list(compiler.annotation_col_map.items())
        converters = compiler.get_converters(column[0] for column in compiler.select)
        self._converters = [(at, made, column) for at, (made, column) in converters.items()]

    def rows(self, values: Sequence[Any]) -> list[Any]:
        # The thread's own connection, looked up once.
        database = connections[DEFAULT_DB_ALIAS]
        if self._locks and not database.in_atomic_block:
            raise TransactionManagementError("a lock ends with its transaction, and there is none")
        params = self._params.copy()
        for at, value in self._places:
            params[at] = str(values[value]) if isinstance(values[value], date) else values[value]
        with database.cursor() as cursor:
            cursor.execute(self._sql, params)
            return [self._instance(list(row), database) for row in cursor.fetchall()]

    def _instance(self, row: list[Any], database: BaseDatabaseWrapper) -> models.Model:
        for at, converters, column in self._converters:
            value = row[at]
            for convert in converters:
                value = convert(value, column, database)
            row[at] = value
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._columns])
        for joined in self._joined:
            joined.populate(row, made)
        for name, at in self._annotations:
            setattr(made, name, row[at])
        return made


def _marks() -> dict[type, Iterator[Any]]:
    """Return values that stand in no query by chance, to be found again among its parameters."""
    days = (date(9000, 1, 1) + timedelta(days=n) for n in range(MOST_VALUES))
    return {int: count(9_160_000_000_000_000_000), str: (f"?PREPARED {n}?" for n in count()), date: days}
